"""A contender in a process of its own, held to a time and a memory limit."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver.bench.contest import Answer, Contest
from solver.bench.gap_trace import GapTrace

POLL_SECONDS = 0.1
GRACE_SECONDS = 180.0
"""Beyond the time limit: imports, building, polishing and verifying. Then the process is killed; an answer told before counts."""
KIB_PER_GIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Contained:
    """What came of a run. `answer` None: it failed, or was ended; `reason` says why. Memory of all its processes."""

    trace: GapTrace
    answer: Answer | None
    reason: str
    peak_memory_gb: float | None


def contain(contest: Contest, memory_limit_gb: float) -> Contained:
    """Run one contender and wait for it. It is ended when it takes too much time or memory."""
    process = subprocess.Popen(
        [sys.executable, "-m", "solver.bench.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    watch = _Watch(process, time.monotonic() + contest.time_limit_seconds + GRACE_SECONDS, memory_limit_gb)
    try:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # its end says more
            process.stdin.write((json.dumps(contest.values()) + "\n").encode())
            process.stdin.close()
        return watch.result()
    finally:
        _end(process)


class _Watch:
    """Reads a child's lines while it looks at its memory and the clock."""

    def __init__(self, process: subprocess.Popen[bytes], deadline: float, memory_limit_gb: float) -> None:
        self._process, self._deadline, self._limit = process, deadline, memory_limit_gb
        self._trace = GapTrace()
        self._answer: Answer | None = None
        self._reason = ""
        self._peak_kib = 0
        self._text: dict[int, bytes] = {}

    def result(self) -> Contained:
        assert self._process.stdout is not None and self._process.stderr is not None
        out, error = self._process.stdout.fileno(), self._process.stderr.fileno()
        self._text = {out: b"", error: b""}
        while self._text:
            ready, _, _ = select.select(list(self._text), [], [], POLL_SECONDS)
            for stream in ready:
                got = os.read(stream, 1 << 16)
                if not got:
                    if stream == error:
                        self._last_words(self._text[error])
                    del self._text[stream]
                elif stream == out:
                    *lines, self._text[out] = (self._text[out] + got).split(b"\n")
                    for line in lines:
                        self._take(json.loads(line))
                else:
                    self._text[error] = (self._text[error] + got)[-2000:]
            self._look()
        self._process.wait()
        if self._answer is None and not self._reason:
            self._reason = f"ended with exit code {self._process.returncode}"
        peak = self._peak_kib / KIB_PER_GIB if self._peak_kib else None
        return Contained(self._trace, self._answer, self._reason, peak)

    def _take(self, line: dict[str, Any]) -> None:
        if "point" in line:
            self._trace.add(*line["point"])
        elif "answer" in line:
            self._answer = Answer(**line["answer"])
            self._trace.add(self._answer.wall_seconds, self._answer.objective, self._answer.bound)
        else:
            self._reason = str(line["failed"])

    def _look(self) -> None:
        self._peak_kib = max(self._peak_kib, _resident_kib(self._process.pid))
        if self._peak_kib > self._limit * KIB_PER_GIB and not self._reason:
            self._reason = f"over {self._limit:g} GiB"
            _end(self._process)
        elif time.monotonic() > self._deadline and not self._reason:
            self._reason = "did not stop at its time limit"
            _end(self._process)

    def _last_words(self, text: bytes) -> None:
        """A traceback's last line, where nothing else says why it failed."""
        lines = text.decode(errors="replace").strip().splitlines()
        if lines and self._answer is None and not self._reason and self._process.poll() not in (None, 0):
            self._reason = lines[-1][:200]


def _resident_kib(pid: int) -> int:
    """Most memory a process had at one time, its children's of now added; 0 where the system does not tell."""
    own = max(_status_kib(pid, "VmHWM:"), 0)
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        found = [int(child) for child in children.read_text().split()]
    except OSError:
        return own
    return own + sum(_resident_kib(child) for child in found)


def _status_kib(pid: int, field: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the child and what it started: it leads a session of its own."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
