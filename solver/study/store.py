"""Answers of a study in an append-only file of JSON lines, each on disk before the next task is told done.

A line cut off by a kill is dropped when the file is next opened; its task runs again. One run at a time may hold the file.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

from .task import Answer, Outcome

FILE_NAME = "results.jsonl"


class StoreError(OSError):
    """The results cannot be kept in this folder; the message says why."""


class ResultsFile:
    """`folder/results.jsonl`: a line a study that wrote to it, a line an answer. Raises StoreError."""

    def __init__(self, folder: Path, study_digest: str) -> None:
        self.path = folder / FILE_NAME
        self._answers: dict[str, Answer] = {}
        self._studies: list[str] = []
        self.dropped_lines = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b")
        except OSError as error:
            raise StoreError(f"cannot write results to {folder}: {error.strerror or error}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise StoreError(f"another run is writing to {self.path}: wait for it, or choose another --out") from None
        self._read()
        self.changed = bool(self._studies) and self._studies[-1] != study_digest
        if not self._studies or self.changed:
            self._append({"study": study_digest, "at": time.time()})

    def __len__(self) -> int:
        """Answers held."""
        return len(self._answers)

    def get(self, key: str) -> Answer | None:
        """Stored answer of a task, None where there is none."""
        return self._answers.get(key)

    def put(self, outcome: Outcome) -> None:
        """Keep an answer; on disk when this returns. A failure is not kept: the next run tries again."""
        if outcome.answer is None:
            return
        line = {"key": outcome.task.key, "name": outcome.task.name, "seconds": round(outcome.seconds, 3)}
        self._append({**line, "answer": outcome.answer})
        self._answers[outcome.task.key] = outcome.answer

    def close(self) -> None:
        """Let another run have the file."""
        self._file.close()

    def _append(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")).encode("utf-8") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self) -> None:
        self._file.seek(0)
        end = 0
        for raw in self._file:
            if raw.endswith(b"\n"):
                end += len(raw)
                self._take(raw)
            else:
                self.dropped_lines += 1
        self._file.seek(0, os.SEEK_END)
        if self._file.tell() > end:
            self._file.truncate(end)

    def _take(self, raw: bytes) -> None:
        """A line that is no answer is passed over."""
        line = _line(raw)
        if _is_answer(line):
            self._answers[line["key"]] = line["answer"]
        elif isinstance(line, dict) and isinstance(line.get("study"), str):
            self._studies.append(line["study"])
        else:
            self.dropped_lines += 1


def _line(raw: bytes) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(raw)
    return None


def _is_answer(line: Any) -> bool:
    return isinstance(line, dict) and isinstance(line.get("key"), str) and isinstance(line.get("answer"), dict)
