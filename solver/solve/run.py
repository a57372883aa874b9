"""The three phases of a solve: the MILP, the LP with its integers rounded and fixed, the routing with most headroom."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from solver.decisions import Decisions
from solver.model.assembly import Assembled
from solver.model.names import Name
from solver.model.planning import Planning
from solver.solve.coarse.days import STANDING
from solver.solve.coarse.fixing import named
from solver.solve.coarse.refine import Refinement
from solver.solve.coarse.scope import columns, refinable
from solver.solve.coarse.search import Refined
from solver.solve.extract import cleaned, decisions_of, values_of
from solver.solve.headroom import with_headroom
from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.keep import Keep, Keeper
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.slotwise.decompose import decompose
from solver.solve.slotwise.thin import needless_in_relaxation
from solver.solve.termination import Limit, Reason, Termination
from solver.solve.trim import trimmed

WHOLE_UP_TO = 2000
"""Integer columns of single slots up to which HiGHS is given the whole model."""
DECOMPOSED_SHARE = 0.8
"""Share of the time limit that the decomposition may take before HiGHS gets the whole model."""
MOST_WHOLE = 400_000
"""Columns up to which HiGHS may get the whole model after a decomposition."""
LEAST_WHOLE_SECONDS = 2.0
AFTER_SECONDS = 15.0
"""Time the two LPs after the MILP may take; they keep what they were given when it runs out."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Termination, and the decisions where there is a plan. `standing`: values of all that belongs to no slot."""

    termination: Termination
    decisions: Decisions | None
    standing: Mapping[Name, float] = field(default_factory=dict)


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
        keeper = Keeper(keep, planning, listener)
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
    if isinstance(planning, Assembled) and refinable(planning.template, WHOLE_UP_TO):
        refined = _refined(planning, limits, phase, listener, cancel, headroom=headroom)
        ended = _of_refined(refined, limits, began)
        if refined.infeasible or (refined.decisions is not None and _enough(planning, ended, limits, cancel)):
            found = None if refined.decisions is None else trimmed(refined.decisions, planning.indices)
            return Solution(_stopped(ended, cancel), found, refined.standing)
        outcome = _after(planning, refined, limits, phase, listener, cancel, began)
    else:
        outcome = search(planning, limits, phase=phase, listener=listener, cancel=cancel)
    return finish(planning, outcome, limits, cancel, began, headroom=headroom)[0]


def _refined(
    planning: Assembled, limits: Limits, phase: str, listener: Listener, cancel: Cancel, *, headroom: bool
) -> Refined:
    """Coarse to fine; a share of the time is left for HiGHS where the whole model is small enough for it."""
    share = 1.0 if columns(planning.template) > MOST_WHOLE else DECOMPOSED_SHARE
    part = replace(limits, time_limit_seconds=share * limits.time_limit_seconds)
    return Refinement(planning.template, part, phase, listener, cancel, headroom=headroom).run()


def _of_refined(refined: Refined, limits: Limits, began: float) -> Termination:
    seconds = time.monotonic() - began
    if refined.infeasible:
        return Termination(Reason.INFEASIBLE, wall_seconds=seconds)
    objective, bound = refined.objective, refined.bound
    if objective is None:
        return Termination(Reason.NO_SOLUTION_FOUND, None, "", None, bound, seconds)
    bound = bound if bound is None else min(bound, objective)
    return _proven(Termination(Reason.FEASIBLE, None, "", objective, bound, seconds), limits)


def _enough(planning: Assembled, ended: Termination, limits: Limits, cancel: Cancel) -> bool:
    """Whether HiGHS with the whole model has nothing to add, or no time for it."""
    left = limits.time_limit_seconds - ended.wall_seconds
    over = left < LEAST_WHOLE_SECONDS or cancel.asked or columns(planning.template) > MOST_WHOLE
    return ended.reason is Reason.OPTIMAL or over


def _after(
    planning: Assembled,
    refined: Refined,
    limits: Limits,
    phase: str,
    listener: Listener,
    cancel: Cancel,
    began: float,
) -> Outcome:
    """What the refinement left open goes to HiGHS whole, with its plan as the start."""
    left = max(LEAST_WHOLE_SECONDS, limits.time_limit_seconds - (time.monotonic() - began))
    limits = replace(limits, time_limit_seconds=left)
    if refined.decisions is None and cancel.asked:
        ended = Termination(Reason.NO_SOLUTION_FOUND, Limit.INTERRUPT, "", None, refined.bound)
        return Outcome(ended, None)
    values = None
    if refined.decisions is not None:
        values = values_of(planning.matrix, refined.decisions, refined.standing)
    return _whole(planning.matrix, limits, phase, listener, cancel, _Known(values, refined.objective, refined.bound))


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
    found = trimmed(decisions_of(matrix, values), planning.indices)
    return Solution(_proven(ended, limits), found, named(matrix, values, STANDING)), values


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
    rest = replace(limits, time_limit_seconds=max(left, LEAST_WHOLE_SECONDS))
    return _whole(matrix, rest, phase, listener, cancel, _Known(found.values, found.objective, found.bound))


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found before HiGHS gets the whole model."""

    values: FloatArray | None
    objective: float | None
    bound: float | None


def _whole(matrix: Matrix, limits: Limits, phase: str, listener: Listener, cancel: Cancel, known: _Known) -> Outcome:
    """HiGHS on the whole model from a known plan; the better plan and bound of both."""

    def relay(progress: Progress) -> None:
        incumbents = [value for value in (known.objective, progress.incumbent) if value is not None]
        bounds = [value for value in (known.bound, progress.bound) if value is not None]
        best = min(incumbents, default=None)
        values = progress.values if progress.incumbent == best else None
        listener(replace(progress, incumbent=best, bound=max(bounds, default=None), values=values))

    whole = run_highs(matrix, limits, phase=phase, listener=relay, cancel=cancel, start=known.values)
    if whole.termination.reason is Reason.INFEASIBLE:
        return whole
    bounds = [bound for bound in (known.bound, whole.termination.bound) if bound is not None]
    bound = max(bounds, default=None)
    theirs = whole.termination.objective
    if known.objective is not None and (theirs is None or known.objective < theirs):
        ended = replace(whole.termination, reason=Reason.FEASIBLE, objective=known.objective, bound=bound)
        return Outcome(_stopped(_proven(ended, limits), cancel), known.values)
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
