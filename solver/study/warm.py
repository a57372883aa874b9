"""Solves that start from the plan of one instance, the anchor.

Each starts from the anchor itself, never from the solve before it, so that its answer is the same on every engine and in every
order. A worker solves the anchor once and keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from solver.solve.highs import Limits
from solver.solve.session import Session
from solver.solve.task import SolvedTask, SolveTask, run_task
from solver.solve.termination import Reason

from .base import digest_of, resolved_of
from .planning import Overrides, tasks_of
from .task import Worker

KEPT = "anchors"
ANCHOR_GAP = 0.5
"""Share of the gap asked for that the anchor's plan may leave: the rest is room for other prices."""


class Anchor:
    """The anchor's solves, as far as a worker has them. `worker.keep` holds those of one anchor at a time."""

    def __init__(self, document: Mapping[str, Any], limits: Overrides, worker: Worker) -> None:
        self._document = document
        self._limits = limits
        self._worker = worker
        name = digest_of([document, repr(limits)])
        held = worker.keep.get(KEPT)
        if held is None or held[0] != name:
            held = worker.keep[KEPT] = (name, {})
        self._sessions: dict[int, Session | None] = held[1]

    def solve(self, position: int, task: SolveTask) -> SolvedTask:
        """The task in the place of the anchor's own at `position` (the plan first, then its baselines)."""
        session = self._session(position)
        if session is None:
            return run_task(task, cancel=self._worker.cancel)
        twin = session.fork()
        twin.update(task.resolved)
        found = twin.solve(_limits(task), phase=task.name, cancel=self._worker.cancel, headroom=task.headroom)
        if found.termination.reason not in (Reason.OPTIMAL, Reason.FEASIBLE):
            return run_task(task, cancel=self._worker.cancel)  # it says why in words, too
        return SolvedTask(task.name, task.resolved, twin.candidates, found.termination, found.decisions)

    def _session(self, position: int) -> Session | None:
        """None where the anchor has no such solve, or no plan there."""
        if position not in self._sessions:
            asked = tasks_of(resolved_of(self._document), self._limits)
            self._sessions[position] = self._solved(asked[position]) if position < len(asked) else None
        return self._sessions[position]

    def _solved(self, task: SolveTask) -> Session | None:
        session = Session(task.resolved)
        limits = _limits(task)
        near = replace(limits, relative_gap=ANCHOR_GAP * limits.relative_gap)
        found = session.solve(near, cancel=self._worker.cancel, headroom=task.headroom)
        if found.decisions is not None:
            session.warm_up(limits, self._worker.cancel)
        if self._worker.cancel.asked:
            raise InterruptedError("stopped before the anchor was solved")
        return session if found.decisions is not None else None


def _limits(task: SolveTask) -> Limits:
    return Limits(task.relative_gap, task.time_limit_seconds, task.threads, task.seed)
