"""A relaxation with representative slots: every feasible plan, averaged over the slots of a group, is feasible for it.

Of a group g with weights v (sum 1) and x[h] the columns of its slots, all nonnegative, the coarse column is

    X = sum_{h in g} v[h] x[h]

Columns that belong to no slot, and backlog, stay as they are. A row of slots becomes its average, `sum v[h] row[h]`; a row that
spans slots keeps its sum. A coefficient that is the same in all slots of the group (of a row: a[h]; of a row that spans slots,
or of the cost: a[h] / v[h]) is exact. Where it differs, or is missing in some slot, the least is taken in rows that limit
from above and in the cost, the largest in rows that limit from below, since x >= 0; an equation in which it differs is left out.
So the optimum of the coarse model, with its slots' integers continuous, is a proven bound for the exact problem.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.assembly.moments import Moments
from solver.model.matrix import FloatArray, Matrix
from solver.model.names import Names, Span
from solver.solve.coarse.groups import Groups

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coarse:
    """The coarse matrix, integers only in columns that belong to no slot. `column_of` (n,): coarse column of every column.

    `group_of` (columns of the coarse matrix,): their group, -1 of those that belong to no slot. `row_of`, `row_weight` (rows,): the
    coarse row of every row and its share in it.
    """

    matrix: Matrix
    column_of: Ints
    group_of: Ints
    row_of: Ints
    row_weight: FloatArray

    def duals(self, of_coarse: FloatArray) -> FloatArray:
        """Duals of the rows aggregated, (rows,): every row's share of those of its coarse row."""
        found: FloatArray = of_coarse[self.row_of] * self.row_weight
        return found


def aggregate(matrix: Matrix, moments: Moments, groups: Groups) -> Coarse:
    """The relaxation of a matrix of all `moments`."""
    column_moment, row_moment = _moment_of(matrix.columns, moments), _moment_of(matrix.rows, moments)
    column_moment[matrix.columns.is_a("backlog")] = -1
    columns, rows = _Merged.of(matrix.columns, column_moment, groups), _Merged.of(matrix.rows, row_moment, groups)
    lower, upper = rows.averaged(matrix.row_lower), rows.averaged(matrix.row_upper)
    a, broken = _coefficients(matrix, columns, rows, lower, upper)
    lower[broken], upper[broken] = -np.inf, np.inf
    cost = np.full(columns.count, np.inf)
    np.minimum.at(cost, columns.place, matrix.cost / columns.weight)
    alone = columns.group < 0
    integer = np.zeros(columns.count, dtype=bool)
    integer[alone] = matrix.integer[columns.first[alone]]
    coarse = Matrix(
        cost=cost,
        offset=matrix.offset,
        a=a,
        row_lower=lower,
        row_upper=upper,
        col_lower=columns.averaged(matrix.col_lower),
        col_upper=columns.averaged(matrix.col_upper),
        integer=integer,
        columns=matrix.columns.take(columns.first),
        rows=matrix.rows.take(rows.first),
    )
    return Coarse(coarse, columns.place, columns.group, rows.place, rows.weight)


@dataclass(frozen=True, slots=True)
class _Merged:
    """Names put together. `place` (n,): where each went; `weight` (n,): its share, 1 of what belongs to no slot.

    Of what they became: `first` (count,) the first name of each, `group` (count,), `members` (count,) how many there are.
    """

    place: Ints
    weight: FloatArray
    first: Ints
    group: Ints
    members: Ints

    @classmethod
    def of(cls, names: Names, moment: Ints, groups: Groups) -> _Merged:
        """Names of the same component and item in one group become one."""
        single = moment < 0
        group = np.where(single, -1, groups.group[np.maximum(moment, 0)])
        weight = np.where(single, 1.0, groups.weight[np.maximum(moment, 0)])
        item = _items(names)
        code = np.where(single, -1 - np.arange(len(single)), group * (item.max(initial=0) + 1) + item)
        _, first, place = np.unique(code, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        place = rank[place.reshape(-1)]
        first = first[order]
        return cls(place, weight, first, group[first], np.bincount(place, minlength=len(first)))

    @property
    def count(self) -> int:
        """How many are left."""
        return len(self.first)

    def averaged(self, values: FloatArray) -> FloatArray:
        """Weighted means of bounds; infinite where one is."""
        finite = np.isfinite(values)
        found = np.bincount(self.place, np.where(finite, values, 0.0) * self.weight, self.count).astype(np.float64)
        for infinite in (np.inf, -np.inf):
            found[self.place[values == infinite]] = infinite
        return found


def _moment_of(names: Names, moments: Moments) -> Ints:
    """Position of every name's moment, -1 of what belongs to no slot."""
    look = np.full((int(moments.stage.max()) + 2, int(moments.slot.max()) + 2), -1, dtype=np.int64)
    look[moments.stage, moments.slot] = np.arange(len(moments))
    slots = names.slots()
    found: Ints = look[slots[:, 0], slots[:, 1]]  # -1 finds the empty last row and column
    return found


def _items(names: Names) -> Ints:
    """An integer for every component and item, whatever the slot."""
    found = np.empty(len(names), dtype=np.int64)
    at = taken = 0
    for part in names.parts:
        count = len(part)
        if isinstance(part, Span):
            found[at : at + count] = taken + part.item
            taken += len(part.items)
        else:
            found[at : at + count] = taken + np.arange(count)
            taken += count
        at += count
    return found


def _coefficients(
    matrix: Matrix, columns: _Merged, rows: _Merged, lower: FloatArray, upper: FloatArray
) -> tuple[sp.csc_array, NDArray[np.bool_]]:
    """Coefficients of the coarse rows, and which equations are lost."""
    coo = sp.coo_array(matrix.a)
    in_slot, by_slot = columns.group[columns.place[coo.col]] >= 0, rows.group[rows.place[coo.row]] >= 0
    data = coo.data * np.where(
        by_slot & ~in_slot,
        rows.weight[coo.row],
        np.where(in_slot & ~by_slot, 1 / columns.weight[coo.col], 1.0),
    )
    code = rows.place[coo.row].astype(np.int64) * columns.count + columns.place[coo.col]
    order = np.argsort(code, kind="stable")
    code, data, in_slot = code[order], data[order], in_slot[order]
    start = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]])) if len(code) else np.zeros(0, dtype=int)
    if not len(start):
        return sp.csc_array((rows.count, columns.count)), np.zeros(rows.count, dtype=bool)
    size = np.diff(np.append(start, len(code)))
    row, column = code[start] // columns.count, code[start] % columns.count
    least, most = np.minimum.reduceat(data, start), np.maximum.reduceat(data, start)
    missing = size < columns.members[column]
    least, most = np.where(missing, np.minimum(least, 0), least), np.where(missing, np.maximum(most, 0), most)
    limited, averaged = np.isfinite(upper[row]), in_slot[start]
    value = np.where(averaged, np.where(limited, least, most), np.add.reduceat(data, start))
    differs = averaged & (most - least > 1e-9 * np.maximum(1.0, np.abs(most)))
    broken = np.zeros(rows.count, dtype=bool)
    broken[row[differs & limited & np.isfinite(lower[row])]] = True
    a = sp.csc_array((value, (row, column)), shape=(rows.count, columns.count))
    return a, broken
