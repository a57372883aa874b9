"""The relaxed master: every row of the problem, integers only where several slots share them, and cuts from the slots.

    min  c z + sum_b ( c_b x_b + eta_b )      all rows, z integer where it was, x_b continuous, eta_b >= 0
    cuts c_b x_b + eta_b + coefficients z >= constant                                 (theta_b = c_b x_b + eta_b)

It is a relaxation of the problem, so its optimum and every bound on it are proven lower bounds. The LP is kept in one
solver and changed in place: fixing integers while diving costs a few dual simplex steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.solve.highs import Limits, Outcome, new_solver, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener
from solver.solve.slotwise.blocks import Blocks
from solver.solve.slotwise.slots import Cut
from solver.solve.slotwise.thin import TIGHTENING
from solver.solve.work import WorkClock


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An optimum of the master's LP: objective, values of all columns, duals of all rows."""

    objective: float
    values: FloatArray
    duals: FloatArray


class Master:
    """The relaxed master of a split problem; `needless` columns are left out of it."""

    def __init__(self, blocks: Blocks, needless: NDArray[np.bool_], seconds: float, cancel: Cancel) -> None:
        matrix = blocks.matrix
        in_block = np.ones(len(matrix.cost), dtype=bool)
        in_block[blocks.master] = False
        tightening = np.array([name in TIGHTENING for name, _ in matrix.rows], dtype=bool)
        left_out = np.zeros(len(matrix.cost), dtype=bool)
        left_out[: len(needless)] = needless
        count = len(blocks.blocks)
        zero = np.zeros(count)
        self._width = len(matrix.cost)
        base = Matrix(
            cost=matrix.cost,
            offset=matrix.offset,
            a=matrix.a,
            row_lower=np.where(tightening, -np.inf, matrix.row_lower),
            row_upper=np.where(tightening, np.inf, matrix.row_upper),
            col_lower=matrix.col_lower,
            col_upper=np.where(left_out, 0.0, matrix.col_upper),
            integer=matrix.integer & ~in_block,
            columns=matrix.columns,
            rows=matrix.rows,
        ).extended(
            zero + 1, sp.csc_array((len(matrix.rows), count)), zero, zero + np.inf, [("eta", b) for b in range(count)]
        )
        self._blocks, self._matrix, self._cancel = blocks, base, cancel
        self.integers = np.flatnonzero(base.integer)
        self._lp = new_solver(base.relaxed(), Limits(time_limit_seconds=seconds), cancel)
        self._clock = WorkClock.of(base.relaxed())
        self._milp_work = 0.0

    def solve(self) -> Relaxed | None:
        """The LP as it stands now; None where it is infeasible or was stopped."""
        self._lp.run()
        self._clock.ended(self._lp.getInfo().simplex_iteration_count)
        if self._lp.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._lp.getSolution()
        return Relaxed(
            float(self._lp.getInfo().objective_function_value),
            np.asarray(solution.col_value, dtype=float)[: self._width],
            np.asarray(solution.row_dual, dtype=float),
        )

    @property
    def work(self) -> float:
        """Nominal seconds of all LPs and MILPs that it solved so far."""
        return self._clock.done + self._milp_work

    @property
    def infeasible(self) -> bool:
        """Whether the last solve proved that the LP has no solution; a stop or numerical trouble proves nothing."""
        statuses = highspy.HighsModelStatus
        return self._lp.getModelStatus() in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible)

    def bound_columns(self, columns: NDArray[np.int64], lower: FloatArray, upper: FloatArray) -> None:
        """Change bounds of columns in the LP (not in the master's MILP)."""
        self._lp.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def own_bounds(self, columns: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        """Bounds that columns have in the problem."""
        return self._matrix.col_lower[columns], self._matrix.col_upper[columns]

    def release(self) -> None:
        """Integers back to their own bounds."""
        at = self.integers
        self.bound_columns(at, self._matrix.col_lower[at], self._matrix.col_upper[at])

    def add(self, cuts: list[Cut]) -> None:
        """Add cuts to the LP and the MILP."""
        if not cuts:
            return
        matrix, blocks = self._matrix, self._blocks
        rows: list[sp.csr_array] = []
        for cut in cuts:
            columns = blocks.blocks[cut.block].columns
            priced = columns[matrix.cost[columns] != 0]
            at = np.concatenate([priced, blocks.master, [self._width + cut.block]])
            data = np.concatenate([matrix.cost[priced], cut.coefficients, [1.0]])
            keep = data != 0
            rows.append(sp.csr_array((data[keep], (np.zeros(keep.sum(), int), at[keep])), shape=(1, len(matrix.cost))))
        block = sp.csr_array(sp.vstack(rows))
        constants = np.array([cut.constant for cut in cuts])
        self._lp.addRows(
            len(cuts),
            constants,
            np.full(len(cuts), highspy.kHighsInf),
            block.nnz,
            block.indptr.astype(np.int32),
            block.indices.astype(np.int32),
            block.data,
        )
        self._matrix = matrix.with_rows(
            block, constants, np.full(len(cuts), np.inf), [("cut", cut.block) for cut in cuts]
        )

    def solve_milp(self, start: FloatArray | None, enough: float, seconds: float, listener: Listener) -> Outcome:
        """The master with its integers; stops as soon as its bound reaches `enough`."""
        from solver.solve.progress import Progress

        stop = Cancel(parent=self._cancel)

        def watch(progress: Progress) -> None:
            if progress.bound is not None and progress.bound >= enough:
                stop.ask()
            listener(progress)

        if start is not None:
            start = np.concatenate([start, np.zeros(len(self._matrix.cost) - len(start))])
        limits = Limits(relative_gap=1e-4, time_limit_seconds=seconds)
        outcome = run_highs(self._matrix, limits, phase="master", listener=watch, cancel=stop, start=start)
        self._milp_work += outcome.work
        return outcome
