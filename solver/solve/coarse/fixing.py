"""Parts of the model with purchases, or integers, fixed by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from solver.model.names import Name
from solver.solve.matrix import FloatArray, Matrix

Values = Mapping[Name, float]


def fixed(matrix: Matrix, values: Values, components: Sequence[str]) -> Matrix:
    """The matrix with columns of some components fixed, at 0 where `values` has no name, and without their cost."""
    at = np.flatnonzero(matrix.columns.is_a(*components))
    level = np.array([values.get(name, 0.0) for name in matrix.columns.take(at)], dtype=float)
    lower, upper, cost = matrix.col_lower.copy(), matrix.col_upper.copy(), matrix.cost.copy()
    lower[at] = upper[at] = level
    cost[at] = 0.0
    return replace(matrix, col_lower=lower, col_upper=upper, cost=cost, offset=0.0)


def named(matrix: Matrix, values: FloatArray, components: Sequence[str], least: float = 1e-9) -> dict[Name, float]:
    """Values of some components by name, those above `least`."""
    at = np.flatnonzero(matrix.columns.is_a(*components) & (np.abs(values) > least))
    return dict(zip(matrix.columns.take(at), values[at].tolist(), strict=True))
