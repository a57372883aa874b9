"""Plans of the problems solved so far, held over the columns of one matrix: what each costs at other prices is a dot product."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from solver.decisions import Decisions
from solver.model.matrix import FloatArray, Matrix
from solver.solve.session.inherit import same_rows

MOST = 24
"""Plans kept; the oldest goes first."""
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it was told, and its values of the matrix's columns."""

    decisions: Decisions
    values: FloatArray


@dataclass(slots=True)
class Plans:
    """Plans that were feasible for the rows and bounds of `matrix`, whatever its costs are now."""

    matrix: Matrix | None = None
    found: list[Plan] = field(default_factory=list)

    def copied(self) -> Plans:
        """Plans that grow apart from these."""
        return Plans(self.matrix, list(self.found))

    def turn_to(self, matrix: Matrix) -> None:
        """Keep what is a plan of another matrix too. A plan that is none there stays as a start where columns are the same."""
        known, self.matrix = self.matrix, matrix
        if known is None or (same_rows(known, matrix) and _same_bounds(known, matrix)):
            return
        if not known.columns.same(matrix.columns):
            self.found = []

    def add(self, plan: Plan) -> None:
        """One more plan of the present matrix."""
        self.found = [*self.found, plan][-MOST:]

    def best(self) -> tuple[Plan, float] | None:
        """The cheapest plan that holds, and its cost, USD."""
        matrix = self.matrix
        if matrix is None:
            return None
        costs = [matrix.objective(plan.values) for plan in self.found]
        for at in np.argsort(costs, kind="stable").tolist():
            if holds(matrix, self.found[at].values):
                return self.found[at], costs[at]
        return None


def holds(matrix: Matrix, values: FloatArray) -> bool:
    """Whether values are a plan: rows and bounds, integers taken to be whole."""
    room = TOLERANCE * np.maximum(1.0, np.abs(values))
    within = (values >= matrix.col_lower - room) & (values <= matrix.col_upper + room)
    return bool(within.all()) and matrix.holds(values, TOLERANCE)


def _same_bounds(one: Matrix, other: Matrix) -> bool:
    pairs: list[tuple[Any, Any]] = [
        (one.row_lower, other.row_lower),
        (one.row_upper, other.row_upper),
        (one.col_lower, other.col_lower),
        (one.col_upper, other.col_upper),
    ]
    return all(np.array_equal(mine, theirs) for mine, theirs in pairs)
