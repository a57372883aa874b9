"""From a solver's thread to a caller's stream: the latest state and the best plan, never a backlog."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from inferplan.v1 import plan_pb2
from solver.solve.progress import Progress

QUIET_SECONDS = 0.5
"""Between two messages of plain progress."""


@dataclass(frozen=True, slots=True)
class Better:
    """A better plan was found."""

    progress: Progress


Event = Progress | Better | plan_pb2.Plan


class Feed:
    """One writer, one reader. What the reader was too slow for is overtaken by what came after it."""

    def __init__(self, phase: str) -> None:
        self._phase = phase
        self._best: float | None = None
        self._better: Better | None = None
        self._progress: Progress | None = None
        self._end: plan_pb2.Plan | BaseException | None = None
        self._closed = False
        self._changed = threading.Condition()

    def tell(self, progress: Progress) -> None:
        """Progress of any of the solve's problems; only the plan's own incumbents count as better plans."""
        with self._changed:
            found = progress.incumbent
            if progress.phase == self._phase and found is not None and (self._best is None or found < self._best):
                self._best = found
                self._better = Better(progress)
                self._changed.notify()
            self._progress = progress

    def end(self, outcome: plan_pb2.Plan | BaseException) -> None:
        """The last event: a plan, or what the reader is to raise."""
        with self._changed:
            self._end = outcome
            self._changed.notify()

    def close(self) -> None:
        """The reader goes: its loop ends without another event."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def events(self) -> Iterator[Event]:
        """Events until the end. Raises what `end` was given, if that was no plan."""
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._better is not None or self._end is not None or self._closed, QUIET_SECONDS
                )
                better, self._better = self._better, None
                progress, self._progress = self._progress, None
                end, closed = self._end, self._closed
            if closed:
                return
            if better is not None:
                yield better
            elif progress is not None and end is None:
                yield progress
            if isinstance(end, plan_pb2.Plan):
                yield end
                return
            if end is not None:
                raise end
