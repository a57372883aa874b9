"""A session: the tables of a problem, the plans found and its relaxations are kept while prices, demand or limits change.

A changed problem has the candidates kept; where prices alone have changed its matrix too. Then, as far as that is needed:

    1  the cheapest of the plans kept that still holds: its cost is a dot product
    2  what was proven of the last problem may bound the new one (`inherit`)
    3  of a large problem, the best days of all plans kept make another (`mixing`)
    4  relaxations from their last bases bound it (`relaxations`), the cheapest first; the counts of a small one are routed anew,
       a large one's purchases are made whole on a coarse relaxation
    5  the ordinary solve, with the plan as its start or to fall back on

A step ends the solve where the gap asked for is proven. Nothing depends on the order of changes but which of several plans
within the gap is found.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from solver.decisions import Decisions
from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly import Assembled, assembled
from solver.model.assembly.assemble import assemble
from solver.model.assembly.layout import Layout, lay_out
from solver.model.formulation import LITERAL
from solver.model.matrix import FloatArray, Matrix
from solver.solve.coarse.scope import refinable
from solver.solve.equal_days import Merged, merged
from solver.solve.extract import decisions_of, values_of
from solver.solve.highs import Limits
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.run import WHOLE_UP_TO, Solution, finish, search, solve
from solver.solve.session.choices import Choices
from solver.solve.session.inherit import inherited_bound
from solver.solve.session.mixing import mixed
from solver.solve.session.plans import Plan, Plans, holds
from solver.solve.session.relaxations import Relaxations, with_whole_purchases
from solver.solve.session.reprice import repriced, same_but_prices
from solver.solve.session.reroute import placed, rerouted
from solver.solve.session.together import Together
from solver.solve.termination import Reason, Termination
from solver.solve.trim import trimmed

BOUND_SHARE = 0.2
"""Share of the time limit that relaxations and routing may take each."""
LEAST_SECONDS = 1.0


class Kept(StrEnum):
    """What an update left in place."""

    PLAN = "plan"
    """Candidates and columns: the plans found so far are starts."""
    CANDIDATES = "candidates"
    """Rates and candidates; the columns differ."""
    NOTHING = "nothing"


@dataclass(slots=True)
class _Problem:
    """The present problem. `matrix`: of all columns; of a large one in its literal formulation, which is smaller."""

    resolved: ResolvedInstance
    planning: Assembled
    matrix: Matrix
    large: bool
    layout: Layout | None = None


class Session:
    """Solves of one instance and of what becomes of it. Not for several threads at a time."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._fewer = merged(resolved)
        self._choices = Choices(resolved)
        self._problem: _Problem | None = None
        self._plans = Plans()
        self._bounded: tuple[Matrix, float] | None = None
        self._relaxations = Relaxations()
        self.steps: list[str] = []
        """Which step ended each solve, in order: plan, relaxation, mixture, purchases, routing or search."""

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
        twin._plans = self._plans.copied()
        twin._relaxations = self._relaxations.forked()
        twin.steps = []
        return twin

    def update(self, resolved: ResolvedInstance) -> Kept:
        """Turn to a changed instance. Whatever has changed is taken up; the answer says what could be kept."""
        before = self._choices.candidates
        known = self._choices.update(resolved)
        same = known and self._choices.candidates is before
        former, self._resolved = self._problem, resolved
        if former is not None and same and same_but_prices(former.resolved, resolved):
            self._problem = self._with_prices(former)
        else:
            self._fewer, self._problem = merged(resolved), None
        if not same:
            self._plans, self._bounded = Plans(), None
            return Kept.CANDIDATES if known else Kept.NOTHING
        if self._plans.matrix is not None:
            self._plans.turn_to(self._present().matrix)
        return Kept.PLAN if self._plans.found else Kept.CANDIDATES

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
        problem = self._present()
        self._plans.turn_to(problem.matrix)
        found = self._known(problem, limits, cancel)
        if found is None or not _within(found.termination, limits):
            self.steps.append("search")
            spent = time.monotonic() - began
            rest = replace(limits, time_limit_seconds=max(LEAST_SECONDS, limits.time_limit_seconds - spent))
            found = self._searched(problem, found, rest, phase, listener, cancel, headroom=headroom)
        ended = replace(found.termination, wall_seconds=time.monotonic() - began)
        if ended.bound is not None:
            self._bounded = (problem.matrix, ended.bound)
        if ended.objective is not None:
            listener(Progress(phase, ended.wall_seconds, ended.objective, ended.bound))
        whole = found.decisions
        if whole is not None and self._fewer is not None:
            whole = self._fewer.expanded(whole)
        return replace(found, termination=ended, decisions=whole)

    def warm_up(self, limits: Limits, cancel: Cancel | None = None) -> None:
        """Solve the relaxations of the present problem, so that forks start from their bases."""
        for _ in self._bounds(self._present(), limits, cancel or Cancel()):
            pass

    def _present(self) -> _Problem:
        if self._problem is None:
            fewer: Merged | None = self._fewer
            resolved = self._resolved if fewer is None else fewer.resolved
            planning = assembled(resolved, self._choices.candidates)
            large = refinable(planning.template, WHOLE_UP_TO)
            matrix = assemble(planning.template, formulation=LITERAL) if large else planning.matrix
            self._problem = _Problem(self._resolved, planning, matrix, large)
        return self._problem

    def _with_prices(self, former: _Problem) -> _Problem:
        """The same problem with the prices of the present instance."""
        if former.layout is None:
            template = former.planning.template
            former.layout = lay_out(template, template.tables.moments)
        fewer = self._fewer
        resolved = self._resolved
        if fewer is not None:
            kept = fewer.resolved
            self._fewer = fewer = replace(fewer, resolved=replace(resolved, slots=kept.slots, workloads=kept.workloads))
            resolved = fewer.resolved
        planning = assembled(resolved, self._choices.candidates)
        matrix = repriced(former.matrix, former.layout, planning.template)
        if not former.large:
            planning.__dict__["matrix"] = matrix
        return _Problem(self._resolved, planning, matrix, former.large, former.layout)

    def _bounds(self, problem: _Problem, limits: Limits, cancel: Cancel) -> Iterator[float]:
        within = replace(limits, time_limit_seconds=BOUND_SHARE * limits.time_limit_seconds)
        if problem.large:
            return self._relaxations.coarse(problem.planning.template, within, cancel)
        return self._relaxations.whole(problem.matrix, within, cancel)

    def _known(self, problem: _Problem, limits: Limits, cancel: Cancel) -> Solution | None:
        """The best of the plans kept with the best bound that is cheap to have; None without a plan."""
        if not self._plans.found:
            return None
        best, told_by = self._plans.best(), "relaxation"
        bound: float | None = None
        if self._bounded is not None:
            bound = inherited_bound(self._bounded[0], self._bounded[1], problem.matrix)
        found = None if best is None else _told(best[0].decisions, best[1], bound, limits)
        if found is not None and _within(found.termination, limits):
            self.steps.append("plan")
            return found
        if best is not None and problem.large:
            mixture = self._mixed(problem, best[1])
            if mixture is not None:
                best, told_by = mixture, "mixture"
                found = _told(best[0].decisions, best[1], bound, limits)
        for proven in self._bounds(problem, limits, cancel):
            bound = proven if bound is None else max(bound, proven)
            if best is not None:
                found = _told(best[0].decisions, best[1], bound, limits)
                if _within(found.termination, limits):
                    self.steps.append(told_by)
                    return found
        if best is not None and problem.large:  # other prices move hardly anything that is not a count
            return self._bound_by_purchases(problem, best, bound, limits, cancel)
        start = self._plans.found[-1] if best is None else best[0]
        routed = self._routed(problem, start, limits, cancel)
        if routed is not None and (best is None or routed[1] < best[1]):
            found = _told(routed[0].decisions, routed[1], bound, limits)
            self._plans.add(routed[0])
            if _within(found.termination, limits):
                self.steps.append("routing")
        return found

    def _bound_by_purchases(
        self, problem: _Problem, best: tuple[Plan, float], bound: float | None, limits: Limits, cancel: Cancel
    ) -> Solution:
        """The best plan kept, with a bound from whole purchases where that is better than the one there is."""
        better = with_whole_purchases(problem.planning.template, limits, best[1], cancel)
        bounds = [value for value in (bound, better) if value is not None]
        found = _told(best[0].decisions, best[1], max(bounds, default=None), limits)
        if _within(found.termination, limits):
            self.steps.append("purchases")
        return found

    def _mixed(self, problem: _Problem, least: float) -> tuple[Plan, float] | None:
        """The best days of the plans kept, where that costs less than `least`; its days are kept already."""
        matrix, planning = problem.matrix, problem.planning
        values = mixed(matrix, planning.indices.resolved, [plan.values for plan in self._plans.found])
        if values is None or matrix.objective(values) >= least * (1 - 1e-9) or not holds(matrix, values):
            return None
        return Plan(trimmed(decisions_of(matrix, values), planning.indices), values), matrix.objective(values)

    def _routed(self, problem: _Problem, plan: Plan, limits: Limits, cancel: Cancel) -> tuple[Plan, float] | None:
        """The plan's counts with the routing that is best for them now, and its cost."""
        matrix = problem.matrix
        within = replace(limits, time_limit_seconds=BOUND_SHARE * limits.time_limit_seconds)
        clipped = np.clip(plan.values, matrix.col_lower, matrix.col_upper)
        found = rerouted(problem.planning.template, matrix, clipped, within, cancel)
        if found is None:
            return None
        values = placed(matrix, found[1])
        if not holds(matrix, values):
            return None
        return Plan(trimmed(found[0], problem.planning.indices), values), matrix.objective(values)

    def _searched(
        self,
        problem: _Problem,
        known: Solution | None,
        limits: Limits,
        phase: str,
        listener: Listener,
        cancel: Cancel,
        *,
        headroom: bool,
    ) -> Solution:
        """The ordinary solve; the better plan and the better bound of it and of what is known."""
        matrix = problem.matrix
        values: FloatArray | None
        if problem.large:
            together = Together(None if known is None else known.termination, limits, listener, cancel)
            solution = solve(
                problem.planning,
                limits,
                phase=phase,
                listener=together.listen,
                cancel=together.enough,
                headroom=headroom,
            )
            values = None
            if solution.decisions is not None:
                values = values_of(matrix, solution.decisions, solution.standing)
        else:
            start = self._plans.best() if known is not None else None
            outcome = search(
                problem.planning,
                limits,
                phase=phase,
                listener=listener,
                cancel=cancel,
                start=None if start is None else start[0].values,
            )
            solution, values = finish(problem.planning, outcome, limits, cancel, time.monotonic(), headroom=headroom)
        if solution.decisions is not None and values is not None and holds(matrix, values):
            self._plans.add(Plan(solution.decisions, values))
        return solution if known is None else _better(solution, known, limits)


def _told(decisions: Decisions, objective: float, bound: float | None, limits: Limits) -> Solution:
    """A plan and what is proven of it."""
    bound = None if bound is None else min(bound, objective)
    ended = Termination(Reason.FEASIBLE, None, "", objective, bound)
    if _within(ended, limits):
        ended = replace(ended, reason=Reason.OPTIMAL)
    return Solution(ended, decisions)


def _better(found: Solution, known: Solution, limits: Limits) -> Solution:
    """The cheaper plan and the higher bound of two solves of one problem."""
    ended, former = found.termination, known.termination
    if ended.reason is Reason.INFEASIBLE or former.objective is None:
        return found
    bounds = [bound for bound in (ended.bound, former.bound) if bound is not None]
    cheaper = known if ended.objective is None or former.objective < ended.objective else found
    objective = cheaper.termination.objective
    assert objective is not None
    told = replace(ended, objective=objective, bound=min(max(bounds), objective) if bounds else None)
    if told.reason is not Reason.OPTIMAL:
        told = replace(told, reason=Reason.FEASIBLE)
    if _within(told, limits):
        told = replace(told, reason=Reason.OPTIMAL, limit=None, detail="")
    return replace(cheaper, termination=told)


def _within(ended: Termination, limits: Limits) -> bool:
    gap = ended.relative_gap
    return gap is not None and gap <= limits.relative_gap
