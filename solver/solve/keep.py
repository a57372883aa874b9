"""Better plans packed beside the solve that finds them, so that they outlive it when it is killed.

A thread of its own takes the newest values, rounds them, checks every row and hands the decisions on. It rests between two
plans for some times as long as one took: packing costs the solve a bounded share of a processor.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from solver.decisions import Decisions
from solver.model.planning import Planning
from solver.solve.extract import cleaned, decisions_of
from solver.solve.progress import Listener, Progress
from solver.solve.termination import Reason, Termination
from solver.solve.trim import trimmed

Keep = Callable[[Termination, Decisions], None]
"""Takes a plan in hand."""

LEAST_REST_SECONDS = 0.4
REST_TIMES = 4.0


class Keeper:
    """From a solve's progress to plans in hand: at most two a second, the newest always."""

    def __init__(self, keep: Keep, planning: Planning, listener: Listener) -> None:
        """`listener` hears all progress, without plans."""
        self._keep, self._planning, self._listener = keep, planning, listener
        self._newest: Progress | None = None
        self._closed = False
        self._changed = threading.Condition()
        threading.Thread(target=self._work, name="keeper", daemon=True).start()

    def listen(self, progress: Progress) -> None:
        """One state of the solve."""
        if progress.values is not None or progress.decisions is not None:
            with self._changed:
                self._newest = progress
                self._changed.notify()
            progress = replace(progress, values=None, decisions=None)
        self._listener(progress)

    def close(self) -> None:
        """The solve has ended: what is being packed is no longer wanted."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest is not None or self._closed)
                progress, self._newest = self._newest, None
            if self._closed or progress is None:
                return
            began = time.monotonic()
            with suppress(Exception):  # the solve itself goes on and has the last word
                self._pack(progress)
            rest = max(LEAST_REST_SECONDS, REST_TIMES * (time.monotonic() - began))
            with self._changed:
                self._changed.wait_for(lambda: self._closed, rest)

    def _pack(self, progress: Progress) -> None:
        decisions, objective = progress.decisions, progress.incumbent
        if progress.values is not None:
            matrix = self._planning.matrix
            values = cleaned(matrix, progress.values)
            if not matrix.holds(values):
                return
            decisions, objective = decisions_of(matrix, values), matrix.objective(values)
        assert decisions is not None and objective is not None
        bound = None if progress.bound is None else min(progress.bound, objective)
        ended = Termination(Reason.FEASIBLE, None, "", objective, bound, progress.elapsed_seconds)
        decisions = trimmed(decisions, self._planning.indices)
        with self._changed:
            if self._closed:
                return
        self._keep(ended, decisions)
