"""Purchases on relaxations of coarse or whole slots: the bound, whole numbers of servers, what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from solver.model.assembly.assemble import assemble
from solver.model.assembly.template import Template
from solver.model.formulation import LITERAL
from solver.model.names import Name
from solver.solve.coarse.aggregate import Coarse, aggregate
from solver.solve.coarse.branch import Branching
from solver.solve.coarse.days import STANDING, Pairs
from solver.solve.coarse.dive import Orders, dive, fix_counts
from solver.solve.coarse.fixing import named
from solver.solve.coarse.groups import grouped
from solver.solve.coarse.master import CoarseMaster
from solver.solve.coarse.search import Refined, Search
from solver.solve.coarse.thinning import needed_in_relaxation, with_lines
from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import silent
from solver.solve.slotwise.master import Relaxed

COARSE_COLUMNS = 40_000
"""About how many columns the coarse model has."""
LEAST_GROUPS = 8
"""Groups a stage that a coarse model has at least."""
PURCHASE_SHARE = 0.02
"""Share of the gap asked for that purchases may leave open."""


@dataclass(frozen=True, slots=True)
class Level:
    """A relaxation, its LP solved; `basis`: where it ended."""

    coarse: Coarse
    master: CoarseMaster
    orders: Orders
    relaxed: Relaxed
    basis: Any


@dataclass(slots=True)
class Purchases:
    """Values of what belongs to no slot, its cost with the constant, and the pairs the coarse solution runs by stage."""

    standing: dict[Name, float]
    cost: float
    pairs: dict[int, Pairs] = field(default_factory=dict)


class Buying:
    """Buys for one solve. `thin`: the template with the lines that a relaxation needs; `matrix`: the whole problem on it."""

    def __init__(self, template: Template, search: Search) -> None:
        self._search, self._template = search, template
        self.thin = with_lines(template, needed_in_relaxation(template.tables))
        self.matrix: Matrix = assemble(self.thin, formulation=LITERAL)

    @property
    def may_buy_nothing(self) -> bool:
        """Whether rows that belong to no slot hold where nothing is decided: existing servers alone may break one."""
        alone = self.matrix.rows.slots()[:, 0] < 0
        lower, upper = self.matrix.row_lower[alone], self.matrix.row_upper[alone]
        return bool(((lower <= 0) & (upper >= 0)).all())

    def level(self, columns: int | None) -> Level | None:
        """A coarse model of about so many columns, or the whole relaxation, and its bound; None where it has no solution."""
        coarse = self._coarse(columns)
        orders = Orders.of(coarse.matrix.columns, self._template.tables.resolved)
        master = self._master(coarse.matrix, orders)
        relaxed = master.solve()
        self._search.work += master.work
        if relaxed is None:
            if master.infeasible and self._search.best.decisions is None:
                self._search.best = Refined(infeasible=True)
            return None
        self._search.better_bound(relaxed.objective)
        return Level(coarse, master, orders, relaxed, master.basis())

    def _master(self, matrix: Matrix, orders: Orders) -> CoarseMaster:
        return CoarseMaster(
            matrix, self._search.left, self._search.stop, [orders.buy[places] for places in orders.sums]
        )

    def dived(self, level: Level) -> Relaxed | None:
        """Whole purchases by diving."""
        before = level.master.work
        found = dive(level.master, level.orders, level.relaxed, self._search.until, self._search.stop)
        self._search.work += level.master.work - before
        return found

    def with_purchases(self, level: Level, purchases: Purchases) -> Relaxed | None:
        """A level's LP with given purchases; None where they leave other integers open."""
        master, orders = level.master, level.orders
        if not decide_all(master, orders):
            return None
        before = master.work
        names = master.matrix.columns.take(orders.buy)
        counts = np.array([purchases.standing.get(name, 0.0) for name in names])
        found = fix_counts(master, orders, counts)
        self._search.work += master.work - before
        return found

    def buy(self, level: Level, start: Relaxed | None, share: float, *, alone: bool = True) -> Relaxed | None:
        """The best whole purchases on a level, and a bound, by a share of the work left; `alone`: no other part works beside."""
        if self._search.done:
            return start
        if decide_all(level.master, level.orders):
            return self._branched(level, start, share, min(2, self._search.limits.threads) if alone else 1)
        limits = Limits(
            relative_gap=PURCHASE_SHARE * self._search.limits.relative_gap,
            time_limit_seconds=self._search.left,
            work_limit=share * self._search.work_left,
            bound_limit=self._search.enough,
            sub_milps=False,
        )
        before = level.master.work
        outcome = level.master.solve_milp(None if start is None else start.values, limits, silent, self._search.stop)
        self._search.work += level.master.work - before
        if outcome.termination.bound is not None:
            self._search.better_bound(outcome.termination.bound)
        if outcome.values is None or outcome.termination.objective is None:
            return start
        return Relaxed(outcome.termination.objective, outcome.values, np.zeros(0))

    def _branched(self, level: Level, start: Relaxed | None, share: float, solvers: int) -> Relaxed | None:
        masters = [level.master]
        masters += [self._master(level.coarse.matrix, level.orders) for _ in range(1, solvers)]
        search = Branching(masters, level.orders, level.relaxed, level.basis, start, self._search.stop)
        before, allowed = level.master.work, share * self._search.work_left

        def enough(bound: float) -> bool:
            if bound > (self._search.best.bound or -np.inf):
                self._search.better_bound(bound)
            return self._search.done or level.master.work - before > allowed

        ceiling = np.inf if self._search.best.objective is None else self._search.best.objective
        found = search.run(PURCHASE_SHARE * self._search.limits.relative_gap, ceiling, enough).best
        level.master.free_sums()
        self._search.work += level.master.work - before
        return found

    def _coarse(self, columns: int | None) -> Coarse:
        tables = self.thin.tables
        regular = int(tables.regular_slot.sum())
        if columns is None:
            return aggregate(self.matrix, tables.moments, grouped(tables, regular))
        stages = len(tables.resolved.stages)
        per_slot = max(1, len(self.matrix.cost) // max(1, len(tables.moments)))
        per_stage = min(regular, max(LEAST_GROUPS, columns // (per_slot * stages)))
        return aggregate(self.matrix, tables.moments, grouped(tables, per_stage))

    def purchases(self, coarse: Coarse, values: FloatArray) -> Purchases:
        """What a solution of a coarse model buys, rounded to whole numbers."""
        matrix = coarse.matrix
        whole = np.where(matrix.integer, np.round(values), values)
        alone = matrix.columns.is_a(*STANDING)
        cost = float(matrix.cost[alone] @ whole[alone]) + matrix.offset
        pairs: dict[int, set[tuple[int, int]]] = {}
        for _, index in named(matrix, values, ("run",), 1e-7):
            pairs.setdefault(index[2], set()).add(index[:2])
        return Purchases(
            named(matrix, whole, STANDING), cost, {stage: frozenset(found) for stage, found in pairs.items()}
        )


def decide_all(master: CoarseMaster, orders: Orders) -> bool:
    """Whether counts decide all integers of a relaxation."""
    implied, _ = orders.implied(np.zeros(len(orders.buy)))
    return len(np.setdiff1d(master.integers, np.concatenate([orders.buy, implied]))) == 0
