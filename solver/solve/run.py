"""The three phases of a solve: the MILP, the LP with its integers rounded and fixed, the routing with most headroom."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from solver.decisions import Decisions
from solver.model.planning import Planning
from solver.solve.extract import cleaned, decisions_of
from solver.solve.headroom import with_headroom
from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.keep import Keep, Keeper
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.slotwise.decompose import decompose
from solver.solve.slotwise.thin import needless_in_relaxation
from solver.solve.termination import Limit, Reason, Termination
from solver.solve.trim import trimmed

WHOLE_UP_TO = 400
"""Integer columns of single slots up to which HiGHS is given the whole model."""
DECOMPOSED_SHARE = 0.8
"""Share of the time limit that the decomposition may take before HiGHS gets the whole model."""
LEAST_WHOLE_SECONDS = 2.0
AFTER_SECONDS = 15.0
"""Time the two LPs after the MILP may take; they keep what they were given when it runs out."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Termination, and the decisions where there is a plan."""

    termination: Termination
    decisions: Decisions | None


def solve(
    planning: Planning,
    limits: Limits,
    *,
    phase: str = "plan",
    listener: Listener = silent,
    cancel: Cancel | None = None,
    headroom: bool = True,
    keep: Keep | None = None,
) -> Solution:
    """Solve a planning model. Never raises for an infeasible or unfinished problem: the termination says so.

    `keep` is given better plans while the solve goes on, in another thread.
    """
    began = time.monotonic()
    cancel = cancel or Cancel()
    if keep is not None:
        keeper = Keeper(keep, planning.matrix, planning.indices, listener)
        try:
            return _solved(planning, limits, phase, keeper.listen, cancel, began, headroom=headroom)
        finally:
            keeper.close()
    return _solved(planning, limits, phase, listener, cancel, began, headroom=headroom)


def _solved(
    planning: Planning,
    limits: Limits,
    phase: str,
    listener: Listener,
    cancel: Cancel,
    began: float,
    *,
    headroom: bool,
) -> Solution:
    outcome = search(planning, limits, phase=phase, listener=listener, cancel=cancel)
    return finish(planning, outcome, limits, cancel, began, headroom=headroom)[0]


def search(
    planning: Planning,
    limits: Limits,
    *,
    phase: str,
    listener: Listener,
    cancel: Cancel,
    start: FloatArray | None = None,
) -> Outcome:
    """The MILP. `start`: a plan to begin from, which is never made worse."""
    if hourly_integers(planning.matrix) > WHOLE_UP_TO:
        return _by_slots(planning.matrix, planning, limits, phase, listener, cancel, start)
    return run_highs(planning.matrix, limits, phase=phase, listener=listener, cancel=cancel, start=start)


def finish(
    planning: Planning, outcome: Outcome, limits: Limits, cancel: Cancel, began: float, *, headroom: bool
) -> tuple[Solution, FloatArray | None]:
    """The two LPs after the MILP; also the values of all columns."""
    matrix = planning.matrix
    if outcome.values is None:
        return Solution(replace(outcome.termination, wall_seconds=time.monotonic() - began), None), None
    values = _polish(matrix, outcome, planning, cancel, headroom=headroom)
    if values is None:
        ended = Termination(Reason.ERROR, detail="rounded integers left no routing", bound=outcome.termination.bound)
        return Solution(replace(ended, wall_seconds=time.monotonic() - began), None), None
    values = cleaned(matrix, values)
    objective = matrix.objective(values)
    bound = outcome.termination.bound
    if bound is not None:
        bound = min(bound, objective)
    ended = replace(outcome.termination, objective=objective, bound=bound, wall_seconds=time.monotonic() - began)
    return Solution(_proven(ended, limits), trimmed(decisions_of(matrix, values), planning.indices)), values


def hourly_integers(matrix: Matrix) -> int:
    """Integer columns of single slots: what makes a model too large to be solved whole."""
    return int(np.count_nonzero(matrix.columns.is_a("run", "rent") & matrix.integer))


def _by_slots(
    matrix: Matrix,
    planning: Planning,
    limits: Limits,
    phase: str,
    listener: Listener,
    cancel: Cancel,
    start: FloatArray | None,
) -> Outcome:
    """Decomposition by slot; what it leaves open goes to HiGHS whole, with the plan found as its start."""
    began = time.monotonic()
    needless = needless_in_relaxation(matrix, planning.indices)
    share = replace(limits, time_limit_seconds=DECOMPOSED_SHARE * limits.time_limit_seconds)
    found = decompose(matrix, needless, share, phase=phase, listener=listener, cancel=cancel)
    if found.infeasible:
        return Outcome(Termination(Reason.INFEASIBLE), None)
    if start is not None and (found.objective is None or matrix.objective(start) < found.objective):
        found = replace(found, values=start, objective=matrix.objective(start))
    ended = _proven(Termination(Reason.FEASIBLE, None, "", found.objective, found.bound), limits)
    left = limits.time_limit_seconds - (time.monotonic() - began)
    if ended.reason is Reason.OPTIMAL or ((left < LEAST_WHOLE_SECONDS or cancel.asked) and found.values is not None):
        return Outcome(_stopped(ended, cancel), found.values)

    def relay(progress: Progress) -> None:
        incumbents = [value for value in (found.objective, progress.incumbent) if value is not None]
        bounds = [value for value in (found.bound, progress.bound) if value is not None]
        best = min(incumbents, default=None)
        values = progress.values if progress.incumbent == best else None
        listener(replace(progress, incumbent=best, bound=max(bounds, default=None), values=values))

    rest = replace(limits, time_limit_seconds=max(left, LEAST_WHOLE_SECONDS))
    whole = run_highs(matrix, rest, phase=phase, listener=relay, cancel=cancel, start=found.values)
    if whole.termination.reason is Reason.INFEASIBLE:
        return whole
    bounds = [bound for bound in (found.bound, whole.termination.bound) if bound is not None]
    bound = max(bounds, default=None)
    theirs = whole.termination.objective
    if found.objective is not None and (theirs is None or found.objective < theirs):
        ended = replace(whole.termination, reason=Reason.FEASIBLE, objective=found.objective, bound=bound)
        return Outcome(_stopped(_proven(ended, limits), cancel), found.values)
    return Outcome(_proven(replace(whole.termination, bound=bound), limits), whole.values)


def _proven(ended: Termination, limits: Limits) -> Termination:
    """OPTIMAL where the gap is within the one asked for."""
    gap = ended.relative_gap
    if ended.reason is Reason.FEASIBLE and gap is not None and gap <= limits.relative_gap * (1 + 1e-9) + 1e-12:
        return replace(ended, reason=Reason.OPTIMAL, limit=None, detail="")
    return ended


def _stopped(ended: Termination, cancel: Cancel) -> Termination:
    if ended.reason is not Reason.FEASIBLE or ended.limit is not None:
        return ended
    return replace(ended, limit=Limit.INTERRUPT if cancel.asked else Limit.TIME)


def _polish(
    matrix: Matrix, outcome: Outcome, planning: Planning, cancel: Cancel, *, headroom: bool
) -> FloatArray | None:
    """Integers exact, continuous values optimal for them, routing with the most headroom.

    Where the time for that runs out, the values found hold as they are, if they do with their integers rounded.
    """
    assert outcome.values is not None
    fixed = matrix.fixed(outcome.values)
    exact = run_highs(fixed, Limits(time_limit_seconds=AFTER_SECONDS), phase="fix")
    if exact.values is None or exact.termination.reason is not Reason.OPTIMAL:
        rounded = np.where(matrix.integer, np.round(outcome.values), outcome.values)
        return rounded if matrix.holds(rounded) else None
    if not headroom or cancel.asked:
        return exact.values
    return with_headroom(fixed, exact.values, planning.indices, AFTER_SECONDS)
