"""A session: the tables of a problem, its last plan and its LPs are kept while prices, demand or limits change.

A changed problem is assembled again with the candidates kept (milliseconds), then, as far as that is needed:

    1  the last plan, its counts fixed and its routing optimal for the new figures, is a plan
    2  what was proven of the last problem may bound the new one (`inherit`)
    3  the LP relaxation from its last basis bounds it
    4  the ordinary solve, with the plan as its start

Steps 1 to 3 end the solve where the gap asked for is proven. Nothing depends on the order of changes but which of several
plans within the gap is found.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly import Assembled, assembled
from solver.model.matrix import FloatArray, Matrix
from solver.solve.highs import Limits, Outcome
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.run import Solution, finish, search
from solver.solve.session.choices import Choices
from solver.solve.session.inherit import inherited_bound
from solver.solve.session.warm_lp import WarmLp
from solver.solve.termination import Reason, Termination

BOUND_SHARE = 0.2
"""Share of the time limit that the LP relaxation may take."""


class Kept(StrEnum):
    """What an update left in place."""

    PLAN = "plan"
    """Candidates and columns: the last plan is a start."""
    CANDIDATES = "candidates"
    """Rates and candidates; the columns differ."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class _Solved:
    matrix: Matrix
    values: FloatArray
    bound: float | None


class Session:
    """Solves of one instance and of what becomes of it. Not for several threads at a time."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._choices = Choices(resolved)
        self._planning: Assembled | None = None
        self._last: _Solved | None = None
        self._relaxation, self._routing = WarmLp(), WarmLp()
        self.steps: list[str] = []
        """Which step ended each solve, in order: plan, inherited, relaxation or search."""

    @property
    def candidates(self) -> Candidates:
        """Candidates of the present instance: what decisions index."""
        return self._choices.candidates

    @property
    def resolved(self) -> ResolvedInstance:
        """The present instance."""
        return self._resolved

    def fork(self) -> Session:
        """A session that starts where this one stands, and leaves it so: what it finds depends on nothing else."""
        twin = copy.copy(self)
        twin._choices = copy.copy(self._choices)
        twin._relaxation, twin._routing = WarmLp(), WarmLp()
        twin.steps = []
        return twin

    def update(self, resolved: ResolvedInstance) -> Kept:
        """Turn to a changed instance. Whatever has changed is taken up; the answer says what could be kept."""
        before = self._choices.candidates
        known = self._choices.update(resolved)
        self._resolved, self._planning = resolved, None
        if not known or self._choices.candidates is not before:
            self._last = None
            return Kept.CANDIDATES if known else Kept.NOTHING
        if self._last is not None and not self._assembled().matrix.columns.same(self._last.matrix.columns):
            self._last = None
        return Kept.CANDIDATES if self._last is None else Kept.PLAN

    def solve(
        self,
        limits: Limits,
        *,
        phase: str = "plan",
        listener: Listener = silent,
        cancel: Cancel | None = None,
        headroom: bool = True,
    ) -> Solution:
        """The present instance, as `solver.solve.run.solve` does it. Never raises for an infeasible problem."""
        began = time.monotonic()
        cancel = cancel or Cancel()
        if self._choices.candidates.unserved:
            ended = Termination(Reason.INFEASIBLE, detail="a bucket that nothing on offer can serve")
            return Solution(ended, None)
        planning = self._assembled()
        outcome = self._known(planning.matrix, limits, cancel)
        start = None if outcome is None else outcome.values
        if outcome is None or not _within(outcome.termination, limits):
            self.steps.append("search")
            known = None if outcome is None else outcome.termination.bound
            outcome = search(planning, limits, phase=phase, listener=listener, cancel=cancel, start=start)
            outcome = _with_bound(outcome, known)
        else:
            listener(
                Progress(phase, time.monotonic() - began, outcome.termination.objective, outcome.termination.bound)
            )
        solution, values = finish(planning, outcome, limits, cancel, began, headroom=headroom)
        if values is not None:
            self._last = _Solved(planning.matrix, values, solution.termination.bound)
        return solution

    def _assembled(self) -> Assembled:
        if self._planning is None:
            self._planning = assembled(self._resolved, self._choices.candidates)
        return self._planning

    def _known(self, matrix: Matrix, limits: Limits, cancel: Cancel) -> Outcome | None:
        """The last plan under the new figures with the best bound that is cheap to have; None without such a plan."""
        last = self._last
        if last is None:
            return None
        routed = self._routing.solve(matrix.fixed(_clipped(matrix, last.values)), limits, cancel)
        if routed.values is None:
            return None
        inherited = None if last.bound is None else inherited_bound(last.matrix, last.bound, matrix)
        ended = Termination(Reason.FEASIBLE, None, "", matrix.objective(routed.values), inherited)
        if not _within(ended, limits):
            within = replace(limits, time_limit_seconds=BOUND_SHARE * limits.time_limit_seconds)
            relaxed = self._relaxation.solve(matrix, within, cancel).termination.objective
            bounds = [bound for bound in (inherited, relaxed) if bound is not None]
            ended = replace(ended, bound=max(bounds, default=None))
            self._note(ended, limits, "relaxation")
        else:
            self._note(ended, limits, "inherited")
        return Outcome(ended, routed.values)

    def _note(self, ended: Termination, limits: Limits, step: str) -> None:
        if _within(ended, limits):
            self.steps.append(step)


def _clipped(matrix: Matrix, values: FloatArray) -> FloatArray:
    return np.clip(values, matrix.col_lower, matrix.col_upper)


def _within(ended: Termination, limits: Limits) -> bool:
    gap = ended.relative_gap
    return gap is not None and gap <= limits.relative_gap


def _with_bound(outcome: Outcome, bound: float | None) -> Outcome:
    theirs = outcome.termination.bound
    if bound is None or (theirs is not None and theirs >= bound) or outcome.termination.reason is Reason.INFEASIBLE:
        return outcome
    return replace(outcome, termination=replace(outcome.termination, bound=bound))
