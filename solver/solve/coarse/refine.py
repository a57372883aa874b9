"""From coarse to fine.

    1  the relaxation with few representative slots        -> proven bound; purchases by diving, then by branch and bound
    2  every day of every stage with those purchases       -> a plan
    3  the relaxation with all slots, where there is time   -> better bound; purchases again, and a plan where they pay
    4  patterns of the slots, the days first that lose most -> a better plan

The bound is that of a relaxation of the exact problem, the plan is feasible for it. What to do next and when to stop is decided by
work (`solver/solve/work.py`), so that a solve whose time does not run out gives the same plan on every machine.
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
from solver.solve.coarse.branch import Branching
from solver.solve.coarse.days import STANDING, Day, Pairs, Planned
from solver.solve.coarse.dive import Orders, dive, fix_counts
from solver.solve.coarse.first import by_calls
from solver.solve.coarse.fixing import named
from solver.solve.coarse.groups import grouped
from solver.solve.coarse.master import CoarseMaster
from solver.solve.coarse.patterns import Patterns
from solver.solve.coarse.thinning import needed_in_relaxation, with_lines
from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.slotwise.master import Relaxed

COARSE_COLUMNS = 40_000
"""About how many columns the coarse model has."""
LEAST_GROUPS = 8
"""Groups a stage that it has at least."""
SLOT_WORK = 4.0
PATTERNS_WORK = 3.0
FIRST_ROUNDS = 3
"""Rounds of patterns of a day before the first choice among them; later ones have one each."""
LEAST_GAIN = 0.02
"""Share of the open gap that a pass over the days must close for another to follow."""
LEAST_LOSS = 0.01
"""Share of the open gap that a day must stand to gain to be planned again."""
PURCHASES_SHARE = (0.1, 0.25)
"""Share of the work left that purchases may take, on the coarse model and on the whole."""
WHOLE_LP_SHARE = 0.25
"""Share of the work left that the whole relaxation may be expected to take."""
LP_EXPONENT = 1.5
"""How the work of an LP grows with its columns."""
PURCHASE_SHARE = 0.02
"""Share of the gap asked for that purchases may leave open."""
REPLAN_SHARE = 0.1
"""Share of the open gap that other purchases must save in the relaxation to be planned with."""
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
    """A relaxation, its LP solved; `basis`: where it ended."""

    coarse: Coarse
    master: CoarseMaster
    orders: Orders
    relaxed: Relaxed
    basis: Any


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
        self._work = 0.0

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
        lp = level.master.work * (len(self._matrix.cost) / len(level.coarse.matrix.cost)) ** LP_EXPONENT
        found = self._buy(level, self._dived(level), PURCHASES_SHARE[0])
        if found is not None:
            self._plan(self._purchases(level.coarse, found.values))
        if not self._done() and lp <= WHOLE_LP_SHARE * self._work_left():
            self._on_the_whole()
        if self._purchased is not None and not self._done():
            self._again(self._purchased, self._days)

    def _on_the_whole(self) -> None:
        """A better bound from the whole relaxation, and other purchases where they pay there."""
        level = self._level(None)
        if level is None or self._done():
            return
        start = None if self._purchased is None else self._bought(level, self._purchased)
        found = self._buy(level, start, PURCHASES_SHARE[1])
        if found is None or self._done():
            return
        objective, bound = self._best.objective, self._best.bound
        if (
            start is None
            or objective is None
            or bound is None
            or start.objective - found.objective > REPLAN_SHARE * (objective - bound)
        ):
            self._plan(self._purchases(level.coarse, found.values))

    def _level(self, columns: int | None) -> _Level | None:
        """A coarse model of about so many columns, or the whole relaxation, and its bound; None where it has no solution."""
        coarse = self._coarse(columns)
        orders = Orders.of(coarse.matrix.columns, self._template.tables.resolved)
        master = self._master(coarse.matrix, orders)
        relaxed = master.solve()
        self._work += master.work
        if relaxed is None:
            if master.infeasible and self._purchased is None:
                self._best = Refined(infeasible=True)
            return None
        self._better_bound(relaxed.objective)
        return _Level(coarse, master, orders, relaxed, master.basis())

    def _master(self, matrix: Matrix, orders: Orders) -> CoarseMaster:
        return CoarseMaster(matrix, self._left(), self._cancel, [orders.buy[places] for places in orders.sums])

    def _may_buy_nothing(self) -> bool:
        """Whether rows that belong to no slot hold where nothing is decided: existing servers alone may break one."""
        alone = self._matrix.rows.slots()[:, 0] < 0
        lower, upper = self._matrix.row_lower[alone], self._matrix.row_upper[alone]
        return bool(((lower <= 0) & (upper >= 0)).all())

    def _dived(self, level: _Level) -> Relaxed | None:
        """Whole purchases by diving."""
        before = level.master.work
        found = dive(level.master, level.orders, level.relaxed, self._until, self._cancel)
        self._work += level.master.work - before
        return found

    def _bought(self, level: _Level, purchases: _Purchases) -> Relaxed | None:
        """A level's LP with given purchases; None where they leave other integers open."""
        master, orders = level.master, level.orders
        if not _decide_all(master, orders):
            return None
        before = master.work
        names = master.matrix.columns.take(orders.buy)
        counts = np.array([purchases.standing.get(name, 0.0) for name in names])
        found = fix_counts(master, orders, counts)
        self._work += master.work - before
        return found

    def _buy(self, level: _Level, start: Relaxed | None, share: float) -> Relaxed | None:
        """The best whole purchases on a level, and a bound, by a share of the work left."""
        if self._done():
            return start
        if _decide_all(level.master, level.orders):
            return self._branched(level, start, share)
        limits = Limits(
            relative_gap=PURCHASE_SHARE * self._limits.relative_gap,
            time_limit_seconds=self._left(),
            work_limit=share * self._work_left(),
            bound_limit=self._enough(),
            sub_milps=False,
        )
        before = level.master.work
        outcome = level.master.solve_milp(None if start is None else start.values, limits, silent, self._cancel)
        self._work += level.master.work - before
        if outcome.termination.bound is not None:
            self._better_bound(outcome.termination.bound)
        if outcome.values is None or outcome.termination.objective is None:
            return start
        return Relaxed(outcome.termination.objective, outcome.values, np.zeros(0))

    def _branched(self, level: _Level, start: Relaxed | None, share: float) -> Relaxed | None:
        masters = [level.master]
        masters += [self._master(level.coarse.matrix, level.orders) for _ in range(1, min(2, self._limits.threads))]
        search = Branching(masters, level.orders, level.relaxed, level.basis, start, self._cancel)
        before, allowed = level.master.work, share * self._work_left()

        def enough(bound: float) -> bool:
            if bound > (self._best.bound or -np.inf):
                self._better_bound(bound)
            return self._done() or level.master.work - before > allowed

        ceiling = np.inf if self._best.objective is None else self._best.objective
        found = search.run(PURCHASE_SHARE * self._limits.relative_gap, ceiling, enough).best
        self._work += level.master.work - before
        return found

    def _enough(self) -> float | None:
        """The bound at which the plan that there is would be good enough."""
        return None if self._best.objective is None else (1 - self._limits.relative_gap) * self._best.objective

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
            planned = all(pool.map(relax, days)) and all(pool.map(self._once, days))
        self._work += sum(day.work for day in days) / self._limits.threads
        if planned:
            self._take(purchases, days)

    def _once(self, day: Day) -> bool:
        """One pass over the slots of a day; whether it has a plan."""
        return not self._out_of_time() and day.plan(self._slot_gap(), SLOT_WORK, self._cancel) is not None

    def _slot_gap(self) -> float:
        """What a slot may leave open, USD."""
        bound = self._best.bound or 1.0
        return SLOT_SHARE * self._limits.relative_gap * abs(bound) / max(1, len(self._template.tables.moments))

    def _again(self, purchases: _Purchases, days: list[Day]) -> None:
        """Plan days anew, those first that lose most, until the gap is reached or too little of it is gained."""
        patterns = {day: Patterns(day) for day in days if day.ties}
        rounds = FIRST_ROUNDS

        def loss(day: Day) -> float:
            least = patterns[day].least if day in patterns else day.least
            return np.inf if day.best is None else day.best.cost - least

        def one(day: Day) -> None:
            if day not in patterns:
                self._once(day)
                return
            for _ in range(rounds):
                if self._out_of_time():
                    return
                patterns[day].price(self._slot_gap(), SLOT_WORK, self._cancel)
            patterns[day].choose(PATTERNS_WORK, self._cancel)

        with self._pool() as pool:
            while True:
                before, gap = self._best.objective, self._gap()
                worst = sorted((day for day in days if loss(day) > LEAST_LOSS * gap), key=lambda day: -loss(day))
                for start in range(0, len(worst), self._limits.threads):
                    part = worst[start : start + self._limits.threads]
                    spent = [day.work for day in part]
                    list(pool.map(one, part))
                    self._work += max(day.work - work for day, work in zip(part, spent, strict=True))
                    self._take(purchases, days)
                    if self._done():
                        return
                after = self._best.objective
                if before is None or after is None or before - after <= LEAST_GAIN * self._gap():
                    return
                rounds = 1

    def _gap(self) -> float:
        """Between plan and bound, USD."""
        objective, bound = self._best.objective, self._best.bound
        return np.inf if objective is None or bound is None else objective - bound

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
        """Real seconds left."""
        return max(0.1, self._until - time.monotonic())

    def _work_left(self) -> float:
        """Nominal seconds left."""
        return max(0.1, self._limits.time_limit_seconds - self._work)


def _decide_all(master: CoarseMaster, orders: Orders) -> bool:
    """Whether counts decide all integers of a relaxation."""
    implied, _ = orders.implied(np.zeros(len(orders.buy)))
    return len(np.setdiff1d(master.integers, np.concatenate([orders.buy, implied]))) == 0


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
