"""Single slots: small MILPs, solved exactly, that give cuts on the master and plans for it.

With y the duals of a block's link rows, the *priced* slot problem over the block's own integers

    C_b(y) = min { (c_b - y A_b) x_b : inner rows, link rows with z anywhere within its bounds, x_b integer }

bounds the operating cost of the slot for every z:

    theta_b >= C_b(y) + y (rhs - A_z z)          (rhs: the bound of the row that y pushes against)

a strengthened Benders cut (Zou, Ahmed, Sun: Stochastic dual dynamic integer programming, 2019, section 3.2). The *planned*
slot problem has z fixed and gives the slot's part of a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, silent
from solver.solve.slotwise.blocks import Block, Blocks
from solver.solve.termination import Reason

PRICED_GAP = 2e-4


@dataclass(frozen=True, slots=True)
class Cut:
    """theta_b + coefficients z >= constant."""

    block: int
    coefficients: FloatArray
    constant: float


class Slot:
    """One block with its matrices at hand."""

    def __init__(self, blocks: Blocks, number: int) -> None:
        block: Block = blocks.blocks[number]
        matrix = blocks.matrix
        rows = np.concatenate([block.inner, block.link])
        self.number, self.columns = number, block.columns
        self._links = slice(len(block.inner), len(rows))
        by_row = sp.csr_array(matrix.a)[rows]
        self._a = sp.csc_array(by_row[:, block.columns])
        self._a_master = sp.csr_array(by_row[self._links][:, blocks.master])
        self.link = block.link
        self._lower, self._upper = matrix.row_lower[rows], matrix.row_upper[rows]
        self._matrix = Matrix(
            cost=matrix.cost[block.columns],
            offset=0.0,
            a=self._a,
            row_lower=self._lower,
            row_upper=self._upper,
            col_lower=matrix.col_lower[block.columns],
            col_upper=matrix.col_upper[block.columns],
            integer=matrix.integer[block.columns],
            columns=matrix.columns.take(block.columns),
            rows=matrix.rows.take(rows),
        )
        self._pairs = [pair_of(name, index) for name, index in self._matrix.columns]
        self._loose = self._loosened(matrix.col_lower[blocks.master], matrix.col_upper[blocks.master])

    def _loosened(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the rows when the master may do anything within its bounds."""
        positive, negative = self._a_master.maximum(0), self._a_master.minimum(0)
        with np.errstate(invalid="ignore"):
            least = _times(positive, low) + _times(negative, high)
            most = _times(positive, high) + _times(negative, low)
        lower, upper = self._lower.copy(), self._upper.copy()
        lower[self._links] -= most
        upper[self._links] -= least
        return lower, upper

    def cut(self, duals: FloatArray, seconds: float, cancel: Cancel | None) -> Cut | None:
        """The cut at prices `duals` (of the link rows); None where the time did not suffice for a bound."""
        lower, upper = self._lower[self._links], self._upper[self._links]
        pushed = np.where(duals > 0, lower, upper)
        y = np.where(np.isfinite(pushed), duals, 0.0)
        pushed = np.where(np.isfinite(pushed), pushed, 0.0)
        link_rows = sp.csr_array(self._a)[self._links]
        priced = self._with(self._matrix.cost - link_rows.T @ y, *self._loose)
        outcome = _solve(priced, PRICED_GAP, seconds, cancel)
        bound = outcome.termination.bound
        if bound is None:
            return None
        return Cut(self.number, np.asarray(self._a_master.T @ y), bound + float(y @ pushed))

    def plan(
        self, z: FloatArray, used: set[tuple[int, int]] | None, gap: float, seconds: float, cancel: Cancel | None
    ) -> Outcome:
        """The block's cheapest columns with the master fixed at z.

        `used`: the (deployment, pool) pairs to choose from, None for all of them.
        """
        fewer = self._fixed_master(z)
        if used is not None:
            allowed = np.flatnonzero([pair is None or pair in used for pair in self._pairs])
            return _spread(_solve(_part(fewer, allowed), gap, seconds, cancel), allowed, len(fewer.cost))
        return _solve(fewer, gap, seconds, cancel)

    def rounded(self, z: FloatArray, relaxed: FloatArray, seconds: float, cancel: Cancel) -> FloatArray | None:
        """Columns from the relaxation's by rounding, in two small LPs; None where neither way is feasible.

        Replicas are rounded down (APIs take the rest) or up (rent makes the room), then rent up.
        """
        problem = self._fixed_master(z)
        replicas = np.array([name == "run" for name, _ in problem.columns])
        for direction in (np.floor(relaxed + 1e-6), np.ceil(relaxed - 1e-6)):
            counts = np.clip(direction, problem.col_lower, problem.col_upper)
            lower = np.where(replicas, counts, problem.col_lower)
            upper = np.where(replicas, counts, problem.col_upper)
            fixed = replace(problem, col_lower=lower, col_upper=upper, integer=np.zeros_like(problem.integer))
            outcome = _solve(fixed, 0.0, seconds, cancel)
            if outcome.values is not None and outcome.termination.reason is Reason.OPTIMAL:
                up = np.ceil(outcome.values - 1e-6)
                values = np.where(problem.integer & ~replicas, up, outcome.values)
                if (values <= problem.col_upper + 1e-9).all() and problem.holds(values):
                    return values
        return None

    def _fixed_master(self, z: FloatArray) -> Matrix:
        lower, upper = self._lower.copy(), self._upper.copy()
        fixed = self._a_master @ z
        lower[self._links] -= fixed
        upper[self._links] -= fixed
        return self._with(self._matrix.cost, lower, upper)

    def _with(self, cost: FloatArray, lower: FloatArray, upper: FloatArray) -> Matrix:
        return replace(self._matrix, cost=cost, row_lower=lower, row_upper=upper)


def _part(matrix: Matrix, columns: NDArray[np.int64]) -> Matrix:
    """The matrix with some of its columns, the others at 0. Their lower bounds must be 0."""
    return replace(
        matrix,
        cost=matrix.cost[columns],
        a=sp.csc_array(matrix.a[:, columns]),
        col_lower=matrix.col_lower[columns],
        col_upper=matrix.col_upper[columns],
        integer=matrix.integer[columns],
        columns=matrix.columns.take(columns),
    )


def _spread(outcome: Outcome, columns: NDArray[np.int64], count: int) -> Outcome:
    """The outcome of a part as one of all columns."""
    if outcome.values is None:
        return outcome
    values = np.zeros(count)
    values[columns] = outcome.values
    return replace(outcome, values=values)


def pair_of(name: str, index: Any) -> tuple[int, int] | None:
    """Deployment and pool that a column belongs to; None for calls and rent."""
    if name == "serve":
        return index[3], index[4]
    return (index[0], index[1]) if name == "run" else None


def _times(a: sp.csr_array, values: FloatArray) -> FloatArray:
    """A x with 0 * inf = 0 (only stored entries count)."""
    product = a.copy()
    product.data = product.data * values[product.indices]
    return np.asarray(product.sum(axis=1), dtype=float).reshape(-1)


def _solve(matrix: Matrix, gap: float, seconds: float, cancel: Cancel | None) -> Outcome:
    limits = Limits(relative_gap=gap, time_limit_seconds=seconds)
    return run_highs(matrix, limits, phase="slot", listener=silent, cancel=cancel)
