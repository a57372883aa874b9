"""Wall time inside HiGHS: calls that work are wrapped, in the process of a benchmark only."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import Any

TIMED = (
    "run",
    "solve",
    "presolve",
    "passModel",
    "readModel",
    "addRows",
    "addCols",
    "changeColsBounds",
    "changeColsCost",
)
"""Methods of `highspy.Highs` whose time counts. Time in our own callbacks counts as theirs: it is short."""


class HighsClock:
    """Seconds during which at least one thread was inside HiGHS: overlapping calls count once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.runs = 0
        self._inside = 0
        self._since = 0.0
        self._lock = threading.Lock()

    def install(self) -> None:
        """Wrap HiGHS's methods for the rest of this process."""
        import highspy

        for name in TIMED:
            setattr(highspy.Highs, name, self._wrapped(name, getattr(highspy.Highs, name)))

    def _wrapped(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._enter(name)
            try:
                return method(*arguments, **named)
            finally:
                self._leave()

        return timed

    def _enter(self, name: str) -> None:
        with self._lock:
            if self._inside == 0:
                self._since = time.monotonic()
                self.runs += name in ("run", "solve")
            self._inside += 1

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self.seconds += time.monotonic() - self._since
