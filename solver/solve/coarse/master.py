"""Purchases on the coarse model: its LP kept in one solver, integers by diving, a MILP for a better bound."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from solver.solve.highs import Limits, Outcome, new_solver, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener
from solver.solve.slotwise.master import Relaxed
from solver.solve.work import WorkClock


class CoarseMaster:
    """The coarse model; what `dive` and `Branching` work on."""

    def __init__(self, matrix: Matrix, seconds: float, cancel: Cancel, sums: Sequence[NDArray[np.int64]] = ()) -> None:
        """`sums`: columns that are added up; the sums may be given bounds later."""
        self.matrix = matrix
        self.integers: NDArray[np.int64] = np.flatnonzero(matrix.integer)
        self._lp = new_solver(matrix.relaxed(), Limits(time_limit_seconds=seconds), cancel)
        self._first_sum = len(matrix.row_lower)
        self._sums = len(sums)
        for columns in sums:
            size, free = len(columns), highspy.kHighsInf
            self._lp.addRow(-free, free, size, columns.astype(np.int32), np.ones(size))
        self._clock = WorkClock.of(matrix.relaxed())
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
            np.asarray(solution.col_value, dtype=float),
            np.asarray(solution.row_dual, dtype=float)[: self._first_sum],
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
        """Change bounds of columns in the LP."""
        self._lp.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def bound_sums(self, lower: FloatArray, upper: FloatArray) -> None:
        """Bounds of all sums, in the order in which they were given."""
        for number, (low, high) in enumerate(zip(lower.tolist(), upper.tolist(), strict=True)):
            self._lp.changeRowBounds(self._first_sum + number, low, high)

    def free_sums(self) -> None:
        """No bounds of sums."""
        self.bound_sums(np.full(self._sums, -np.inf), np.full(self._sums, np.inf))

    def basis(self) -> highspy.HighsBasis:
        """Where the LP stands."""
        basis: highspy.HighsBasis = self._lp.getBasis()
        return basis

    def start_at(self, basis: highspy.HighsBasis) -> None:
        """Begin the next solve there."""
        self._lp.setBasis(basis)

    def own_bounds(self, columns: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        """Bounds that columns have in the problem."""
        return self.matrix.col_lower[columns], self.matrix.col_upper[columns]

    def solve_milp(self, start: FloatArray | None, limits: Limits, listener: Listener, cancel: Cancel) -> Outcome:
        """The coarse MILP: integers of purchases, slots continuous."""
        outcome = run_highs(self.matrix, limits, phase="purchases", listener=listener, cancel=cancel, start=start)
        self._milp_work += outcome.work
        return outcome
