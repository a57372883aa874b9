"""What two matrices say otherwise, by the names of their rows and columns."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from solver.model.matrix import FloatArray, Matrix

RELATIVE = 1e-12
NOTHING = "nothing"
"""Pyomo wants a variable in every row; this one is held at zero."""


def differences(ours: Matrix, reference: Matrix) -> list[str]:
    """In words. A column or row that one of them lacks must be without effect in the other."""
    found: list[str] = []
    mine, theirs = list(ours.columns), list(reference.columns)
    my_rows, their_rows = list(ours.rows), list(reference.rows)
    for what, names in (("columns", mine), ("rows", my_rows), ("columns", theirs), ("rows", their_rows)):
        if len(set(names)) < len(names):
            found.append(f"{what} twice")
    column_of, row_of = ({name: at for at, name in enumerate(names)} for names in (theirs, their_rows))
    found += [
        f"row {name} only {where}"
        for where, matrix, names, others in (
            ("assembled", ours, my_rows, set(their_rows)),
            ("in Pyomo", reference, their_rows, set(my_rows)),
        )
        for at, name in enumerate(names)
        if name not in others and not _idle_row(matrix, at)
    ]
    found += [
        f"column {name} only {where}"
        for where, matrix, names, others in (
            ("assembled", ours, mine, set(theirs)),
            ("in Pyomo", reference, theirs, set(mine)),
        )
        for at, name in enumerate(names)
        if name not in others and name[0] != NOTHING and not _idle_column(matrix, at)
    ]
    if found:
        return found
    cols = np.array([at for at, name in enumerate(mine) if name in column_of], dtype=int)
    rows = np.array([at for at, name in enumerate(my_rows) if name in row_of], dtype=int)
    their_cols = np.array([column_of[mine[at]] for at in cols], dtype=int)
    their_at = np.array([row_of[my_rows[at]] for at in rows], dtype=int)
    for what, a, b, names, chosen in (
        ("cost", ours.cost, reference.cost, mine, (cols, their_cols)),
        ("col_lower", ours.col_lower, reference.col_lower, mine, (cols, their_cols)),
        ("col_upper", ours.col_upper, reference.col_upper, mine, (cols, their_cols)),
        ("integer", ours.integer.astype(float), reference.integer.astype(float), mine, (cols, their_cols)),
        ("row_lower", ours.row_lower, reference.row_lower, my_rows, (rows, their_at)),
        ("row_upper", ours.row_upper, reference.row_upper, my_rows, (rows, their_at)),
    ):
        left, right = a[chosen[0]], b[chosen[1]]
        wrong = ~same(left, right)
        found += [
            f"{what} of {names[chosen[0][at]]}: {left[at]!r}, Pyomo {right[at]!r}" for at in np.flatnonzero(wrong)[:5]
        ]
    left_a = sp.csr_array(ours.a)[rows][:, cols]
    right_a = sp.csr_array(reference.a)[their_at][:, their_cols]
    gap = sp.coo_array(abs(left_a - right_a) - RELATIVE * abs(right_a))
    for r, c, value in zip(gap.row, gap.col, gap.data, strict=True):
        if value > 0 and len(found) < 20:
            found.append(f"{my_rows[rows[r]]} x {mine[cols[c]]}: {left_a[r, c]!r}, Pyomo {right_a[r, c]!r}")
    if not same(np.array([ours.offset]), np.array([reference.offset])).all():
        found.append(f"offset {ours.offset!r}, Pyomo {reference.offset!r}")
    return found


def same(left: FloatArray, right: FloatArray) -> np.ndarray:
    """Equal to a relative 1e-12."""
    with np.errstate(invalid="ignore"):
        return (left == right) | (np.abs(left - right) <= RELATIVE * np.abs(right))


def _idle_row(matrix: Matrix, at: int) -> bool:
    entries = sp.csr_array(matrix.a)[[at]]
    return not np.any(entries.data) and matrix.row_lower[at] <= 0 <= matrix.row_upper[at]


def _idle_column(matrix: Matrix, at: int) -> bool:
    entries = sp.csc_array(matrix.a)[:, [at]]
    return not np.any(entries.data) and matrix.cost[at] == 0 and matrix.col_lower[at] <= 0 <= matrix.col_upper[at]
