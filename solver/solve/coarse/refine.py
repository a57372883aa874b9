"""From coarse to fine.

    1  the relaxation with few representative slots        -> proven bound, purchases by diving
    2  every day of every stage with those purchases       -> a plan
    3  the MILP of purchases on it                         -> better bound and purchases, and again from 2
    4  the relaxation with all slots                       -> better bound, where there is time for it
    5  more passes over the slots                          -> a better plan

The bound is that of a relaxation of the exact problem, the plan is feasible for it.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from solver.decisions import Decisions
from solver.model.assembly.assemble import assemble
from solver.model.assembly.template import Template
from solver.model.formulation import LITERAL
from solver.model.names import Name
from solver.solve.coarse.aggregate import Coarse, aggregate
from solver.solve.coarse.days import STANDING, Day, Pairs, Planned
from solver.solve.coarse.dive import Orders, dive, improve
from solver.solve.coarse.first import by_calls
from solver.solve.coarse.fixing import named
from solver.solve.coarse.groups import grouped
from solver.solve.coarse.master import CoarseMaster
from solver.solve.coarse.thinning import needed_in_relaxation, with_lines
from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener, Progress
from solver.solve.slotwise.master import Relaxed
from solver.solve.termination import Reason

COARSE_COLUMNS = 40_000
"""About how many columns the coarse model has."""
LEAST_GROUPS = 8
"""Groups a stage that it has at least."""
SLOT_SECONDS = 4.0
LEAST_GAIN = 0.02
"""Share of the open gap that a pass over the slots must close for another to follow."""
MILP_SHARE = (0.15, 0.6, 0.6)
"""Share of the time left that the MILP of purchases may take, the first time, the second and the third."""
WHOLE_LP_SHARE = (0.1, 0.5, 0.5)
"""Share of the time left that the whole relaxation may be expected to take, to be solved after each of them."""
LP_EXPONENT = 1.5
"""How the time of an LP grows with its columns."""
PURCHASE_SHARE = 0.2
"""Share of the gap asked for that the coarse MILP may leave open."""
HEADROOM_SECONDS = 15.0
SLOT_SHARE = 0.25
"""Share of the gap asked for that slots may leave open altogether."""


@dataclass(slots=True)
class Refined:
    """Best plan and bound. `infeasible`: the relaxation already is. `standing`: values of all that belongs to no slot."""

    decisions: Decisions | None = None
    objective: float | None = None
    bound: float | None = None
    infeasible: bool = False
    standing: dict[Name, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Level:
    """A relaxation, its LP solved. `seconds`: how long that took."""

    coarse: Coarse
    master: CoarseMaster
    relaxed: Relaxed
    seconds: float


@dataclass(slots=True)
class _Purchases:
    """Values of what belongs to no slot, its cost with the constant, and the pairs the coarse solution runs by stage."""

    standing: dict[Name, float]
    cost: float
    pairs: dict[int, Pairs] = field(default_factory=dict)


class Refinement:
    """State of one solve."""

    def __init__(
        self,
        template: Template,
        limits: Limits,
        phase: str,
        listener: Listener,
        cancel: Cancel,
        *,
        headroom: bool = False,
    ) -> None:
        self._began = time.monotonic()
        self._until = self._began + limits.time_limit_seconds
        self._template, self._limits, self._phase = template, limits, phase
        self._listener, self._cancel, self._headroom = listener, cancel, headroom
        self._thin = with_lines(template, needed_in_relaxation(template.tables))
        self._matrix: Matrix = assemble(self._thin, formulation=LITERAL)
        self._best = Refined()
        self._days: list[Day] = []
        self._purchased: _Purchases | None = None

    def run(self) -> Refined:
        """Work until the gap is reached, the time is over or nothing more is gained."""
        first = by_calls(self._template)
        if first is not None and self._may_buy_nothing():
            self._best.decisions, self._best.objective = first.decisions, first.objective
            self._tell(first.decisions)
        self._search()
        if self._headroom and self._days and not self._cancel.asked:
            self._spread()
        return self._best

    def _search(self) -> None:
        level = self._level(COARSE_COLUMNS)
        if level is None or self._done():
            return
        found = self._dived(level)
        whole = level.seconds * (len(self._matrix.cost) / len(level.coarse.matrix.cost)) ** LP_EXPONENT
        finer: _Level | None = None
        ended = False
        for milp, lp in zip(MILP_SHARE, WHOLE_LP_SHARE, strict=True):
            if ended and finer is not None:
                level, found, finer, ended = finer, None, None, False
            if not self._done() and not ended:
                ended = self._bought(level, found, milp)
            if not self._done() and 0 < whole <= lp * self._left():
                finer, whole = self._level(None), 0.0
            if self._purchased is not None and not self._done():
                self._again(self._purchased, self._days)

    def _level(self, columns: int | None) -> _Level | None:
        """A coarse model of about so many columns, or the whole relaxation, and its bound; None where it has no solution."""
        coarse = self._coarse(columns)
        master = CoarseMaster(coarse.matrix, self._left(), self._cancel)
        began = time.monotonic()
        relaxed = master.solve()
        if relaxed is None:
            if master.infeasible and self._purchased is None:
                self._best = Refined(infeasible=True)
            return None
        self._better_bound(relaxed.objective)
        return _Level(coarse, master, relaxed, time.monotonic() - began)

    def _may_buy_nothing(self) -> bool:
        """Whether rows that belong to no slot hold where nothing is decided: existing servers alone may break one."""
        alone = self._matrix.rows.slots()[:, 0] < 0
        lower, upper = self._matrix.row_lower[alone], self._matrix.row_upper[alone]
        return bool(((lower <= 0) & (upper >= 0)).all())

    def _dived(self, level: _Level) -> Relaxed | None:
        """Purchases by diving, and a plan for them."""
        master, relaxed = level.master, level.relaxed
        orders = Orders.of(master, self._template.tables.resolved)
        found = dive(master, orders, relaxed, self._until, self._cancel)
        if found is not None:
            near = (1 + self._limits.relative_gap / 4) * relaxed.objective
            found = improve(master, orders, found, near, time.monotonic() + 0.1 * self._left(), self._cancel)
            self._plan(self._purchases(level.coarse, found.values))
        return found

    def _bought(self, level: _Level, found: Relaxed | None, share: float) -> bool:
        """Purchases and bound by a MILP that may take a share of the time left, and a plan for them; whether it ended."""
        stop = Cancel(parent=self._cancel)

        def relay(progress: Progress) -> None:
            if progress.bound is not None and progress.bound > (self._best.bound or -np.inf):
                self._better_bound(progress.bound)
                if self._done():
                    stop.ask()

        start = None if found is None else found.values
        gap = PURCHASE_SHARE * self._limits.relative_gap
        outcome = level.master.solve_milp(start, gap, share * self._left(), relay, stop)
        if outcome.termination.bound is not None:
            self._better_bound(outcome.termination.bound)
        if outcome.values is not None and not self._done():
            purchases = self._purchases(level.coarse, outcome.values)
            if purchases.standing != self._best.standing:
                self._plan(purchases)
        return outcome.termination.reason is Reason.OPTIMAL

    def _coarse(self, columns: int | None) -> Coarse:
        tables = self._thin.tables
        regular = int(tables.regular_slot.sum())
        if columns is None:
            return aggregate(self._matrix, tables.moments, grouped(tables, regular))
        stages = len(tables.resolved.stages)
        per_slot = max(1, len(self._matrix.cost) // max(1, len(tables.moments)))
        per_stage = min(regular, max(LEAST_GROUPS, columns // (per_slot * stages)))
        return aggregate(self._matrix, tables.moments, grouped(tables, per_stage))

    def _purchases(self, coarse: Coarse, values: FloatArray) -> _Purchases:
        matrix = coarse.matrix
        whole = np.where(matrix.integer, np.round(values), values)
        alone = matrix.columns.is_a(*STANDING)
        cost = float(matrix.cost[alone] @ whole[alone]) + matrix.offset
        pairs: dict[int, set[tuple[int, int]]] = {}
        for _, index in named(matrix, values, ("run",), 1e-7):
            pairs.setdefault(index[2], set()).add(index[:2])
        return _Purchases(
            named(matrix, whole, STANDING), cost, {stage: frozenset(found) for stage, found in pairs.items()}
        )

    def _plan(self, purchases: _Purchases) -> None:
        """Every day of every stage; together they are a plan."""
        days = self._split(purchases)

        def relax(day: Day) -> bool:
            stage = int(self._template.tables.moments.stage[day.at[0]])
            pairs = purchases.pairs.get(stage, frozenset())
            return day.relax(pairs, self._cancel) is not None or day.relax(None, self._cancel) is not None

        with self._pool() as pool:
            if not all(pool.map(relax, days)) or not all(pool.map(self._once, days)):
                return
        self._take(purchases, days)

    def _once(self, day: Day) -> bool:
        """One pass over the slots of a day; whether it has a plan."""
        bound = self._best.bound or 1.0
        absolute = SLOT_SHARE * self._limits.relative_gap * abs(bound) / max(1, len(self._template.tables.moments))
        return not self._out_of_time() and day.plan(absolute, SLOT_SECONDS, self._cancel) is not None

    def _again(self, purchases: _Purchases, days: list[Day]) -> None:
        """More passes, over the days first that lose most, until the gap is reached or too little of it is gained."""
        with self._pool() as pool:
            while True:
                before = self._best.objective
                loss = {day: (day.best.cost if day.best else np.inf) - day.least for day in days}
                worst = sorted((day for day in days if loss[day] > 0), key=lambda day: -loss[day])
                for start in range(0, len(worst), self._limits.threads):
                    if self._done():
                        return
                    list(pool.map(self._once, worst[start : start + self._limits.threads]))
                    self._take(purchases, days)
                after, bound = self._best.objective, self._best.bound
                if before is None or after is None or bound is None or before - after <= LEAST_GAIN * (after - bound):
                    return

    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(1, self._limits.threads))

    def _take(self, purchases: _Purchases, days: list[Day]) -> None:
        """Keep a plan that is complete and better than what there is."""
        found = [day.best for day in days if day.best is not None]
        objective = purchases.cost + sum(part.cost for part in found)
        if len(found) == len(days) and (self._best.objective is None or objective < self._best.objective):
            self._best.objective = objective
            self._best.decisions = _decisions(purchases.standing, found)
            self._best.standing, self._purchased, self._days = purchases.standing, purchases, days
            self._tell(self._best.decisions)

    def _spread(self) -> None:
        """The plan's routing with the most headroom, day by day."""
        until = time.monotonic() + HEADROOM_SECONDS

        def one(day: Day) -> Planned | None:
            left = until - time.monotonic()
            return day.best if left <= 0 or self._cancel.asked else day.spread(left)

        with self._pool() as pool:
            found = [part for part in pool.map(one, self._days) if part is not None]
        if len(found) == len(self._days):
            self._best.decisions = _decisions(self._best.standing, found)

    def _split(self, purchases: _Purchases) -> list[Day]:
        tables = self._template.tables
        moments = tables.moments
        name = np.array(
            [
                slot.day if regular else f"{slot.index}"
                for slot, regular in zip(tables.resolved.slots, tables.regular_slot, strict=True)
            ]
        )
        keys = list(zip(moments.stage.tolist(), name[moments.slot].tolist(), strict=True))
        return [
            Day(
                self._template,
                self._thin,
                np.array([at for at, other in enumerate(keys) if other == key]),
                purchases.standing,
            )
            for key in dict.fromkeys(keys)
        ]

    def _better_bound(self, bound: float) -> None:
        if self._best.bound is None or bound > self._best.bound:
            self._best.bound = bound
        self._tell()

    def _tell(self, decisions: Decisions | None = None) -> None:
        elapsed = time.monotonic() - self._began
        best = self._best
        self._listener(Progress(self._phase, elapsed, best.objective, best.bound, decisions=decisions))

    def _done(self) -> bool:
        if self._out_of_time():
            return True
        objective, bound = self._best.objective, self._best.bound
        if objective is None or bound is None:
            return False
        return objective - bound <= self._limits.relative_gap * abs(objective)

    def _out_of_time(self) -> bool:
        return self._cancel.asked or time.monotonic() >= self._until

    def _left(self) -> float:
        return max(0.1, self._until - time.monotonic())


def _decisions(standing: dict[Name, float], days: list[Planned]) -> Decisions:
    found = Decisions()
    flows: dict[str, dict[Any, float]] = {"serve": found.serve, "call": found.call, "backlog": found.backlog}
    for (name, index), value in standing.items():
        if name == "buy":
            found.buy[index] = round(value)
    for day in days:
        for (name, index), value in day.counts.items():
            (found.run if name == "run" else found.rent)[index] = round(value)
        for (name, index), value in day.flows.items():
            flows[name][index] = value
    return found
