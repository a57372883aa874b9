"""What all scenarios decide together: purchases and commitments, with every row that binds them alone.

x is one vector for all scenarios. A column that a scenario lacks (a delivery that would come too late there, a withdrawn
quote) is zero for all: a plan must be possible in every scenario. Column bounds and the largest counts of minimum orders
and volume tiers are what one scenario can use, so the largest of all scenarios holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.names import as_names
from solver.solve.matrix import FloatArray, Matrix

from .problem import WIDENED, ColumnName, ScenarioProblem, ordered_at_once, purchase_columns

Names = tuple[ColumnName, ...]


@dataclass(frozen=True, slots=True)
class FirstStage:
    """One scenario's part: columns by name, and the rows that touch no other column (`kinds` are their components)."""

    names: Names
    at_once: tuple[bool, ...]
    lower: FloatArray
    upper: FloatArray
    integer: NDArray[np.bool_]
    rows: sp.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HereAndNow:
    """The shared columns and rows. `missing`: columns that are zero because a scenario lacks them."""

    names: Names
    lower: FloatArray
    upper: FloatArray
    integer: NDArray[np.bool_]
    rows: sp.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    missing: Names

    def matrix(self, cost: FloatArray) -> Matrix:
        """The problem of the shared columns alone."""
        return Matrix(
            cost=cost,
            offset=0.0,
            a=sp.csc_array(self.rows),
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            col_lower=self.lower,
            col_upper=self.upper,
            integer=self.integer,
            columns=as_names([(name.component, at) for at, name in enumerate(self.names)]),
            rows=as_names([("here_and_now", at) for at in range(len(self.row_lower))]),
        )


def first_stage(problem: ScenarioProblem) -> FirstStage:
    """A scenario's purchase columns and the rows among them."""
    matrix, named = problem.matrix, purchase_columns(problem)
    positions = np.array(sorted(named), dtype=np.int64)
    rows = rows_within(matrix, positions)
    names = tuple(named[int(at)] for at in positions)
    return FirstStage(
        names=names,
        at_once=tuple(ordered_at_once(problem, name) for name in names),
        lower=matrix.col_lower[positions],
        upper=matrix.col_upper[positions],
        integer=matrix.integer[positions],
        rows=sp.csr_array(sp.csr_array(matrix.a)[rows][:, positions]),
        row_lower=matrix.row_lower[rows],
        row_upper=matrix.row_upper[rows],
        kinds=tuple(matrix.rows[row][0] for row in rows),
    )


def rows_within(matrix: Matrix, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of the rows that touch columns of these only."""
    others = np.ones(len(matrix.cost), dtype=bool)
    others[columns] = False
    coo = sp.coo_array(matrix.a)
    touched = np.zeros(len(matrix.row_lower), dtype=bool)
    touched[coo.row[others[coo.col] & (coo.data != 0)]] = True
    return np.flatnonzero(~touched)


def merged(parts: Sequence[FirstStage], *, wait: bool) -> HereAndNow:
    """The columns of all scenarios together. `wait`: only what is ordered before the first stage ends.

    A column counts as ordered at once where it is in any scenario.
    """
    at_once = {name for part in parts for name, now in zip(part.names, part.at_once, strict=True) if now or not wait}
    names = tuple(sorted(at_once))
    place = {name: at for at, name in enumerate(names)}
    lower, upper = np.zeros(len(names)), np.zeros(len(names))
    integer = np.zeros(len(names), dtype=bool)
    holders = np.zeros(len(names), dtype=int)
    for part in parts:
        for at, name in enumerate(part.names):
            if name in place:
                to = place[name]
                lower[to] = max(lower[to], part.lower[at])
                upper[to] = max(upper[to], part.upper[at])
                integer[to] |= part.integer[at]
                holders[to] += 1
    upper = np.where(holders == len(parts), upper, 0.0)
    rows = _rows(parts, place)
    entries = [(row, place_, value) for row, (cells, _, _) in enumerate(rows) for place_, value in cells]
    shape = (len(rows), len(names))
    matrix = sp.csr_array(
        ([value for _, _, value in entries], ([row for row, _, _ in entries], [at for _, at, _ in entries])),
        shape=shape,
    )
    return HereAndNow(
        names=names,
        lower=lower,
        upper=upper,
        integer=integer,
        rows=matrix,
        row_lower=np.array([low for _, low, _ in rows], dtype=float),
        row_upper=np.array([high for _, _, high in rows], dtype=float),
        missing=tuple(name for name, held in zip(names, holders, strict=True) if held < len(parts)),
    )


Cells = tuple[tuple[int, float], ...]
SharedRow = tuple[Cells, float, float]


def _rows(parts: Sequence[FirstStage], place: dict[ColumnName, int]) -> list[SharedRow]:
    """Rows of all scenarios, each once; of a widened row the widest. Rows that touch a later column are left out."""
    kept: dict[SharedRow, None] = {}
    widest: dict[tuple[str, tuple[int, ...]], SharedRow] = {}
    for part in parts:
        for row, kind in enumerate(part.kinds):
            span = slice(part.rows.indptr[row], part.rows.indptr[row + 1])
            if any(part.names[at] not in place for at in part.rows.indices[span]):
                continue
            pairs = zip(part.rows.indices[span], part.rows.data[span], strict=True)
            cells = tuple(sorted((place[part.names[at]], float(value)) for at, value in pairs if value))
            if not cells:
                continue
            shared = (cells, float(part.row_lower[row]), float(part.row_upper[row]))
            if kind not in WIDENED:
                kept[shared] = None
                continue
            key = (kind, tuple(at for at, _ in cells))
            before = widest.get(key)
            widest[key] = shared if before is None else _wider(before, shared)
    return [*kept, *widest.values()]


def _wider(one: SharedRow, other: SharedRow) -> SharedRow:
    """count <= bound x yes-or-no, written as count - bound x yes-or-no <= 0: the larger bound."""
    cells = tuple((at, min(mine, theirs)) for (at, mine), (_, theirs) in zip(one[0], other[0], strict=True))
    return cells, one[1], one[2]
