"""Answers of the silicon database kept on disk: one SQLite file of the user, which any number of processes may share."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

Answer = tuple[float, float, float] | None
"""Requests/s, TTFT ms, TPOT ms; None where the database has no data."""

_WAIT_S = 30.0
_HELD = 500


class AnswerCache(Protocol):
    """Where answers are kept between questions."""

    def get(self, key: str) -> tuple[bool, Answer]:
        """Whether the key is known, and its answer."""

    def put(self, key: str, answer: Answer) -> None:
        """Keeps an answer."""

    def flush(self) -> None:
        """Makes what was put visible to other processes."""


class MemoryCache:
    """Answers of one process."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def get(self, key: str) -> tuple[bool, Answer]:
        """Whether the key is known, and its answer."""
        return key in self._answers, self._answers.get(key)

    def put(self, key: str, answer: Answer) -> None:
        """Keeps an answer."""
        self._answers[key] = answer

    def flush(self) -> None:
        """Nothing to do."""


class FileCache:
    """Answers in a file. It only saves time: a file that cannot be used is as good as none.

    Every write is one short transaction of its own connection, so that processes and threads may share the file; two
    that work out the same answer both write it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._answers = self._read()
        self._new: dict[str, Answer] = {}

    def get(self, key: str) -> tuple[bool, Answer]:
        """Whether the key was known when the file was opened or has been put since, and its answer."""
        return key in self._answers, self._answers.get(key)

    def put(self, key: str, answer: Answer) -> None:
        """Keeps an answer; every so many are written."""
        self._answers[key] = self._new[key] = answer
        if len(self._new) >= _HELD:
            self.flush()

    def flush(self) -> None:
        """Writes what is new."""
        if not self._new:
            return
        rows = [(key, *(answer or (None, None, None))) for key, answer in self._new.items()]
        self._new = {}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_WAIT_S)) as database, database:
                database.execute(_TABLE)
                database.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows)
        except (OSError, sqlite3.Error):
            return

    def _read(self) -> dict[str, Answer]:
        if not self._file.exists():
            return {}
        try:
            with closing(sqlite3.connect(self._file, timeout=_WAIT_S)) as database:
                rows = database.execute("SELECT * FROM answers").fetchall()
        except sqlite3.Error:
            return {}
        return {key: None if rate is None else (rate, ttft, tpot) for key, rate, ttft, tpot in rows}


_TABLE = "CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY, rate REAL, ttft_ms REAL, tpot_ms REAL)"


def user_cache_file() -> Path:
    """`silicon.sqlite` in the user's cache directory: INFERPLAN_CACHE_DIR, else XDG_CACHE_HOME/inferplan, else
    ~/.cache/inferplan."""
    stated = os.environ.get("INFERPLAN_CACHE_DIR")
    if stated:
        return Path(stated) / "silicon.sqlite"
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "inferplan" / "silicon.sqlite"
