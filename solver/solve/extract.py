"""From values of columns to decisions, and back to a starting point."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solver.decisions import Decisions
from solver.model.names import Name
from solver.solve.matrix import FloatArray, Matrix

SMALLEST_RPS = 1e-9


def cleaned(matrix: Matrix, values: FloatArray) -> FloatArray:
    """Values as a plan has them: whole counts, and nothing below the smallest rate."""
    whole = np.where(matrix.integer, np.round(values), values)
    return np.where(np.abs(whole) > SMALLEST_RPS, whole, 0.0)


def decisions_of(matrix: Matrix, values: FloatArray) -> Decisions:
    """Nonzero decisions; counts are rounded, rates below 1e-9 requests/s are dropped."""
    found = Decisions()
    counts = {"buy": found.buy, "rent": found.rent, "run": found.run}
    rates = {"serve": found.serve, "call": found.call, "backlog": found.backlog}
    decided = np.flatnonzero(np.abs(values[: len(matrix.columns)]) > SMALLEST_RPS)
    for at, (name, index) in zip(decided, matrix.columns.take(decided), strict=True):
        if name in counts and round(values[at]):
            counts[name][index] = round(values[at])  # type: ignore[index]
        elif name in rates:
            rates[name][index] = float(values[at])  # type: ignore[index]
    return found


def values_of(matrix: Matrix, decisions: Decisions, others: Mapping[Name, float]) -> FloatArray:
    """Values of all columns: decisions, and what else is known by name."""
    known: dict[Name, float] = dict(others)
    for name in ("buy", "rent", "run", "serve", "call", "backlog"):
        known |= {(name, index): float(value) for index, value in getattr(decisions, name).items()}
    return np.array([known.get(name, 0.0) for name in matrix.columns], dtype=float)
