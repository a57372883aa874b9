"""Bounds of a problem by relaxations kept in their solvers, the cheapest first.

Where HiGHS gets a problem whole, its LP relaxation. Where it is solved from coarse to fine, LPs of representative slots
(solver/solve/coarse/aggregate.py proves that they bound the exact problem): few slots, then more. Other prices leave the last
basis feasible, so that a bound takes some simplex steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solver.model.assembly.assemble import assemble
from solver.model.assembly.template import Template
from solver.model.formulation import LITERAL
from solver.model.matrix import Matrix
from solver.solve.coarse.aggregate import aggregate
from solver.solve.coarse.buying import COARSE_COLUMNS, Buying
from solver.solve.coarse.groups import grouped
from solver.solve.coarse.search import Search
from solver.solve.coarse.thinning import needed_in_relaxation, with_lines
from solver.solve.highs import Limits
from solver.solve.progress import Cancel, silent
from solver.solve.session.warm_lp import WarmLp

LEVELS: tuple[tuple[int | None, int], ...] = ((12_000, 3), (40_000, 8), (None, 0))
"""About how many columns a coarse model has, and how many groups a stage at least; last all slots."""
PURCHASES_SHARE = 0.1
"""Share of the time limit, as work, that whole purchases may take."""
MOST_COLUMNS = 200_000
"""Columns up to which all slots make a model of their own."""


class Relaxations:
    """LPs of one problem after the other, each from the basis of the last."""

    def __init__(self) -> None:
        self._whole = WarmLp()
        self._coarse = [WarmLp() for _ in LEVELS]

    def forked(self) -> Relaxations:
        """Relaxations that start from the bases of these and leave them alone."""
        twin = Relaxations()
        twin._whole = self._whole.forked()
        twin._coarse = [lp.forked() for lp in self._coarse]
        return twin

    def whole(self, matrix: Matrix, limits: Limits, cancel: Cancel) -> Iterator[float]:
        """The bound of the LP relaxation, if it is found in time."""
        bound = self._whole.solve(matrix, limits, cancel).termination.objective
        if bound is not None:
            yield bound

    def coarse(self, template: Template, limits: Limits, cancel: Cancel) -> Iterator[float]:
        """Bounds of coarse models, each better than the one before; each is worked out when it is asked for."""
        thin = with_lines(template, needed_in_relaxation(template.tables))
        matrix = assemble(thin, formulation=LITERAL)
        tables = thin.tables
        regular = int(tables.regular_slot.sum())
        per_slot = max(1, len(matrix.cost) // max(1, len(tables.moments)))
        for lp, (columns, least) in zip(self._coarse, LEVELS, strict=True):
            per_stage = regular
            if columns is not None:
                per_stage = min(regular, max(least, columns // (per_slot * len(tables.resolved.stages))))
            elif len(matrix.cost) > MOST_COLUMNS:
                return
            groups = grouped(tables, per_stage)
            coarse = aggregate(matrix, tables.moments, groups)
            found = lp.solve(coarse.matrix, replace(limits, threads=1), cancel)
            bound = found.termination.objective
            if bound is None:
                return
            yield bound


def with_whole_purchases(template: Template, limits: Limits, objective: float, cancel: Cancel) -> float | None:
    """A bound from whole numbers of servers on a coarse relaxation: higher where discounts or least orders matter.

    It is worked on no longer than it takes to prove that a plan of this cost, USD, is good enough.
    """
    search = Search(replace(limits, threads=1), "bound", silent, cancel)
    search.best.objective = objective
    buying = Buying(template, search)
    level = buying.level(COARSE_COLUMNS)
    if level is not None and not search.done:
        buying.buy(level, buying.dived(level), PURCHASES_SHARE)
    return search.best.bound
