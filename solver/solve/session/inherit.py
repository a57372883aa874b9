"""What a solved problem proves about another with the same columns, without solving anything.

Where the other allows no more (its bounds lie within) and every column costs at least r times as much, r >= 0,

    least cost of the other  >=  r (bound - offset) + offset of the other

since columns are not negative. Sign restrictions are checked: where one fails nothing is inherited.
"""

from __future__ import annotations

import numpy as np

from solver.model.matrix import Matrix


def inherited_bound(old: Matrix, bound: float, new: Matrix) -> float | None:
    """A proven lower bound of the new problem from one of the old; None where the old one says nothing about it."""
    if not same_rows(old, new) or not _within(old, new):
        return None
    if (new.col_lower < 0).any() or bound < old.offset:
        return None
    falls = new.cost < old.cost
    if (old.cost[falls] <= 0).any():
        return None
    ratio = float((new.cost[falls] / old.cost[falls]).min(initial=1.0))
    # A rise of a column that earns (negative cost) is a rise all the same; scaled down it would be none.
    if ratio < 0 or (ratio < 1 and (old.cost < 0).any()):
        return None
    return ratio * (bound - old.offset) + new.offset


def same_rows(old: Matrix, new: Matrix) -> bool:
    """Same columns, rows and coefficients."""
    return (
        same_structure(old, new) and np.array_equal(old.a.data, new.a.data) and np.array_equal(old.integer, new.integer)
    )


def same_structure(old: Matrix, new: Matrix) -> bool:
    """Same columns and rows by name, and the same places of coefficients."""
    return (
        old.columns.same(new.columns)
        and old.rows.same(new.rows)
        and np.array_equal(old.a.indptr, new.a.indptr)
        and np.array_equal(old.a.indices, new.a.indices)
    )


def _within(old: Matrix, new: Matrix) -> bool:
    return bool(
        (new.col_lower >= old.col_lower).all()
        and (new.col_upper <= old.col_upper).all()
        and (new.row_lower >= old.row_lower).all()
        and (new.row_upper <= old.row_upper).all()
    )
