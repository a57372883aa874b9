"""What is left of a scenario once purchases are fixed, relaxed and split: the second stage of the L-shaped method.

With x the shared columns, the scenario's other columns y and its rows  lower <= T x + W y <= upper,

    Q(x) = min { q y : lower - T x <= W y <= upper - T x }           replicas and rented servers continuous

W falls apart into blocks that share no column, a stage each unless later purchases join them, each a linear program kept in one solver and re-solved in
place. With its optimum v and duals u at x a block gives the optimality cut  Q(x') >= v - u T (x' - x);  where it is infeasible,
the least violation of its rows gives the feasibility cut  v - u T (x' - x) <= 0  (Van Slyke and Wets, 1969).

Replicas are taken out: relaxed, run = sum load serve (see solver/solve/slotwise/thin.py, also for the columns left out).
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.assembly import Tables
from solver.model.names import as_names
from solver.solve.highs import Limits, new_solver, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel
from solver.solve.slotwise.thin import TIGHTENING, needless_in_relaxation
from solver.solve.termination import Reason

from .problem import column_stages, replica_columns, row_flags

IndexArray = NDArray[np.int64]
LP_SECONDS = 120.0
BARE_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class RecourseCut:
    """value + slope (x' - x) is at most the block's cost (`feasible`) or at most 0 (else) for every x'."""

    block: int
    feasible: bool
    value: float
    slope: FloatArray


class RecourseError(RuntimeError):
    """A linear program of the recourse ended neither optimal nor infeasible."""


class Relaxed:
    """The relaxed recourse of one scenario. `shared`: position of each shared column, -1 where the scenario lacks it."""

    def __init__(self, matrix: Matrix, indices: Tables, shared: IndexArray, inner_rows: NDArray[np.bool_]) -> None:
        reduced, rows, columns = _reduced(matrix, indices, shared, inner_rows)
        here = shared[shared >= 0]
        self._position = np.flatnonzero(shared >= 0)
        self._width = len(shared)
        by_row = sp.csr_array(reduced)[rows]
        w, t = sp.csc_array(by_row[:, columns]), sp.csr_array(by_row[:, here])
        self.blocks: list[_Block] = []
        self._columns: list[IndexArray] = []
        self._size = len(matrix.cost)
        self.constant = 0.0
        label_rows, label_columns, count = _blocks(w, column_stages(matrix)[columns])
        cost, low, high = matrix.cost[columns], matrix.col_lower[columns], matrix.col_upper[columns]
        for number in range(count):
            inside, at = np.flatnonzero(label_rows == number), np.flatnonzero(label_columns == number)
            if not len(inside):  # columns that no row touches stand where they cost least
                self.constant += float(np.sum(np.where(cost[at] >= 0, cost[at] * low[at], cost[at] * high[at])))
                continue
            part = sp.csc_array(w[inside][:, at])
            block = _Block(
                part,
                t[inside],
                cost[at],
                low[at],
                high[at],
                matrix.row_lower[rows][inside],
                matrix.row_upper[rows][inside],
            )
            self._columns.append(columns[at])
            self.blocks.append(block)

    def cuts(self, x: FloatArray) -> list[RecourseCut]:
        """A cut of every block at x. Raises RecourseError."""
        here = x[self._position]
        found = []
        for number, block in enumerate(self.blocks):
            feasible, value, slope = block.solve(here)
            wide = np.zeros(self._width)
            wide[self._position] = slope
            found.append(RecourseCut(number, feasible, value, wide))
        return found

    def values(self, x: FloatArray) -> tuple[FloatArray, float] | None:
        """(values of the scenario's columns with replicas and shared columns left out, cost); None where x is infeasible."""
        found, total = np.zeros(self._size), self.constant
        for block, columns in zip(self.blocks, self._columns, strict=True):
            feasible, value, _ = block.solve(x[self._position])
            if not feasible:
                return None
            found[columns] = block.values()
            total += value
        return found, total

    def floors(self) -> FloatArray:
        """A lower bound of every block's cost whatever is bought: each column where it costs least."""
        return np.array([block.floor for block in self.blocks])


class _Block:
    """One linear program: W y within its bounds less T x."""

    def __init__(
        self,
        w: sp.csc_array,
        t: sp.csr_array,
        cost: FloatArray,
        low: FloatArray,
        high: FloatArray,
        row_lower: FloatArray,
        row_upper: FloatArray,
    ) -> None:
        count = len(row_lower)
        self._matrix = Matrix(
            cost=cost,
            offset=0.0,
            a=w,
            row_lower=row_lower,
            row_upper=row_upper,
            col_lower=low,
            col_upper=high,
            integer=np.zeros(len(cost), dtype=bool),
            columns=as_names([("y", at) for at in range(len(cost))]),
            rows=as_names([("row", at) for at in range(count)]),
        )
        self._linked = np.flatnonzero(np.diff(t.indptr)).astype(np.int32)
        self._t = sp.csr_array(t[self._linked])
        with np.errstate(invalid="ignore"):
            least = np.where(cost > 0, cost * low, np.where(cost < 0, cost * high, 0.0))
        self.floor = float(least.sum())
        self._solver = new_solver(self._matrix, Limits(time_limit_seconds=LP_SECONDS), Cancel())

    def solve(self, x: FloatArray) -> tuple[bool, float, FloatArray]:
        """(feasible, value, slope in x)."""
        lower, upper = self._bounds(x)
        if not self._matrix.a.nnz:
            return self._bare(lower, upper)
        if len(self._linked):
            self._solver.changeRowsBounds(len(self._linked), self._linked, lower, upper)
        self._solver.run()
        status, statuses = self._solver.getModelStatus(), highspy.HighsModelStatus
        if status == statuses.kOptimal:
            duals = np.asarray(self._solver.getSolution().row_dual, dtype=float)
            value = float(self._solver.getInfo().objective_function_value)
            return True, value, -(self._t.T @ duals[self._linked])
        if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
            return self._violation(lower, upper)
        raise RecourseError(f"a recourse problem ended with {self._solver.modelStatusToString(status)}")

    def _bounds(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        moved = self._t @ x
        return self._matrix.row_lower[self._linked] - moved, self._matrix.row_upper[self._linked] - moved

    def values(self) -> FloatArray:
        """Columns of the last optimum."""
        if not self._matrix.a.nnz:
            return np.where(self._matrix.cost >= 0, self._matrix.col_lower, self._matrix.col_upper)
        return np.asarray(self._solver.getSolution().col_value, dtype=float)

    def _bare(self, lower: FloatArray, upper: FloatArray) -> tuple[bool, float, FloatArray]:
        """Rows of purchases alone: nothing to solve."""
        short, over = np.maximum(lower, 0.0), np.maximum(-upper, 0.0)
        if short.sum() + over.sum() <= BARE_TOLERANCE:
            return True, self.floor, np.zeros(self._t.shape[1])
        pushed = np.where(short > 0, 1.0, 0.0) - np.where(over > 0, 1.0, 0.0)
        return False, float(short.sum() + over.sum()), -(self._t.T @ pushed)

    def _violation(self, lower: FloatArray, upper: FloatArray) -> tuple[bool, float, FloatArray]:
        """Least sum of violations of the rows that purchases touch: W y + up - down within the bounds."""
        count, size = len(self._linked), len(self._matrix.row_lower)
        unit = sp.csc_array((np.ones(count), (self._linked, np.arange(count))), shape=(size, count))
        row_lower, row_upper = self._matrix.row_lower.copy(), self._matrix.row_upper.copy()
        row_lower[self._linked], row_upper[self._linked] = lower, upper
        zero = np.zeros(2 * count)
        names = [("slack", at) for at in range(2 * count)]
        elastic = self._matrix.extended(zero + 1, sp.hstack([unit, -unit]), zero, zero + np.inf, names)
        elastic.cost[: len(self._matrix.cost)] = 0.0
        elastic.row_lower[:], elastic.row_upper[:] = row_lower, row_upper
        outcome = run_highs(elastic, Limits(time_limit_seconds=LP_SECONDS))
        if outcome.termination.reason is Reason.INFEASIBLE:  # whatever is bought: a cut that nothing satisfies
            return False, 1.0, np.zeros(self._t.shape[1])
        value = outcome.termination.objective
        if value is None or outcome.row_duals is None:
            raise RecourseError("the violation of a recourse problem could not be computed")
        return False, value, -(self._t.T @ outcome.row_duals[self._linked])


def _reduced(
    matrix: Matrix, indices: Tables, shared: IndexArray, inner_rows: NDArray[np.bool_]
) -> tuple[sp.csr_array, IndexArray, IndexArray]:
    """Coefficients with replicas taken out, the rows that stay, and the columns of the recourse."""
    a = sp.csr_array(matrix.a)
    rows = ~inner_rows & ~row_flags(matrix, *TIGHTENING)
    columns = ~needless_in_relaxation(matrix, indices)
    columns &= (matrix.col_lower != 0) | (matrix.col_upper != 0)  # a column that is always zero would join blocks
    columns[shared[shared >= 0]] = False
    run = replica_columns(matrix)
    carries = np.flatnonzero(row_flags(matrix, "replicas"))
    if len(run) and not indices.keeps_replicas:
        relaxed_rows = row_flags(matrix, "replicas", "accelerators")
        touched = sp.csc_array(a[~relaxed_rows & rows])[:, run]
        if not touched.nnz and not matrix.cost[run].any():
            by_run = sp.coo_array(a[carries][:, run])  # each replicas row holds one replica column, with -1
            used = sp.csc_array(a[:, run][:, by_run.col])
            uses = sp.csr_array(used.multiply(row_flags(matrix, "accelerators")[:, None]))
            order = np.empty(len(carries), dtype=np.int64)
            order[np.arange(len(by_run.row))] = carries[by_run.row]
            a = sp.csr_array(a + uses @ a[order])
            a.eliminate_zeros()
            rows[carries] = False
            columns[run] = False
    return a, np.flatnonzero(rows), np.flatnonzero(columns)


def _blocks(w: sp.csc_array, stages: IndexArray) -> tuple[IndexArray, IndexArray, int]:
    """Number of every row's and of every column's block: what shares columns stays together, and so does a stage.

    A cut for every slot would be tighter, but their number makes the master slow.
    """
    from scipy.sparse.csgraph import connected_components

    rows, columns = w.shape
    coo = sp.coo_array(w)
    graph = sp.coo_array((np.ones(len(coo.row)), (coo.row, coo.col + rows)), shape=(rows + columns, rows + columns))
    count, labels = connected_components(graph, directed=False)
    stage = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(stage, labels[rows:], stages)
    _, block = np.unique(stage, return_inverse=True)
    return block[labels[:rows]], block[labels[rows:]], int(block.max(initial=-1)) + 1
