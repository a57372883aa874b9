"""A scenario's exact problem with purchases fixed, priced, or free: what upper bounds, plans and strengthened cuts come from."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.decisions import Decisions
from solver.solve.extract import cleaned, decisions_of
from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, silent
from solver.solve.run import hourly_integers
from solver.solve.slotwise.decompose import decompose
from solver.solve.slotwise.thin import needless_in_relaxation
from solver.solve.termination import Reason, Termination
from solver.solve.trim import trimmed

from .by_slots import BySlots
from .problem import ScenarioProblem
from .recourse import Relaxed

IndexArray = NDArray[np.int64]
DECOMPOSED_SHARE = 0.8
WHOLE_UP_TO = 400
"""Hourly integers up to which HiGHS gets a scenario whole. With purchases fixed its slots are apart: sooner one by one."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Cost of a scenario for given purchases: `objective` of a plan (None: none found), proven `bound`, `infeasible`."""

    objective: float | None
    bound: float | None
    infeasible: bool = False


class Whole:
    """The exact problem of one scenario; `shared` are the positions of the shared columns (-1: not there)."""

    def __init__(
        self,
        problem: ScenarioProblem,
        shared: IndexArray,
        inner_rows: NDArray[np.bool_],
        upper: FloatArray,
        relaxed: Relaxed,
    ):
        matrix = problem.matrix
        self._problem, self._shared = problem, shared
        self._place = np.flatnonzero(shared >= 0)
        self._at = shared[self._place]
        col_upper = matrix.col_upper.copy()
        col_upper[self._at] = upper[self._place]
        # The rows among shared columns are the master's: their bounds are those of one scenario only.
        self._free = replace(
            matrix,
            row_lower=np.where(inner_rows, -np.inf, matrix.row_lower),
            row_upper=np.where(inner_rows, np.inf, matrix.row_upper),
            col_upper=col_upper,
        )
        self._own = matrix
        self._inner = inner_rows
        self._needless = needless_in_relaxation(matrix, problem.indices)
        self._large = hourly_integers(matrix) > WHOLE_UP_TO
        self._values: FloatArray | None = None
        self._relaxed = relaxed
        self._slots: BySlots | None = None

    @property
    def cost(self) -> FloatArray:
        """Cost of the shared columns, in their order."""
        found = np.zeros(len(self._shared))
        found[self._place] = self._own.cost[self._at]
        return found

    @property
    def offset(self) -> float:
        """Cost that nothing changes."""
        return self._own.offset

    @property
    def hourly_integers(self) -> int:
        """Integer columns of single slots."""
        return hourly_integers(self._own)

    def fixed(self, x: FloatArray, limits: Limits, cancel: Cancel | None = None) -> Evaluated:
        """Least cost with the shared columns at x."""
        if np.abs(x[self._shared < 0]).max(initial=0.0) > 1e-6:
            return Evaluated(None, None, infeasible=True)
        matrix = self._at_x(x)
        outcome = self._by_slots(x, limits, cancel or Cancel()) if self._large else None
        return self._told(outcome or self._run(matrix, limits, cancel), matrix)

    def alone(self, rows: Matrix, limits: Limits, cancel: Cancel | None = None) -> tuple[Evaluated, FloatArray | None]:
        """The scenario's own optimum, with the shared rows; and its shared columns."""
        matrix = self._with_shared_rows(rows)
        outcome = self._run(matrix, limits, cancel)
        found = self._told(outcome, matrix)
        return found, None if outcome.values is None else self._x(outcome.values)

    def priced(self, prices: FloatArray, rows: Matrix, limits: Limits, cancel: Cancel | None = None) -> float | None:
        """Proven lower bound of  min { q y - prices x : x within the shared rows, y exact }, offset left out."""
        matrix = self._with_shared_rows(rows)
        cost = matrix.cost.copy()
        cost[self._at] = -prices[self._place]
        return self._run(replace(matrix, cost=cost, offset=0.0), limits, cancel).termination.bound

    def decisions(self) -> Decisions | None:
        """Of the last plan found by `fixed` or `alone`, integers exact and continuous values optimal for them."""
        if self._values is None:
            return None
        values = cleaned(self._own, self._values)
        return trimmed(decisions_of(self._own, values), self._problem.indices)

    def is_at(self, x: FloatArray) -> bool:
        """Whether the last plan has the shared columns at x."""
        return self._values is not None and bool(np.allclose(self._x(self._values), x, atol=1e-6))

    def _x(self, values: FloatArray) -> FloatArray:
        x = np.zeros(len(self._shared))
        found = values[self._at]
        x[self._place] = np.where(self._own.integer[self._at], np.round(found), found)
        return x

    def _at_x(self, x: FloatArray) -> Matrix:
        lower, upper = self._free.col_lower.copy(), self._free.col_upper.copy()
        lower[self._at] = upper[self._at] = x[self._place]
        return replace(self._free, col_lower=lower, col_upper=upper)

    def _with_shared_rows(self, rows: Matrix) -> Matrix:
        import scipy.sparse as sp

        local = sp.csr_array(rows.a)[:, self._place]
        coo = sp.coo_array(local)
        wide = sp.csr_array((coo.data, (coo.row, self._at[coo.col])), shape=(local.shape[0], len(self._own.cost)))
        upper = self._free.col_upper.copy()
        upper[self._at] = rows.col_upper[self._place]
        lower = self._free.col_lower.copy()
        lower[self._at] = rows.col_lower[self._place]
        bounded = replace(self._free, col_upper=upper, col_lower=lower)
        return bounded.with_rows(
            wide, rows.row_lower, rows.row_upper, [("here_and_now", at) for at in range(len(rows.row_lower))]
        )

    def _run(self, matrix: Matrix, limits: Limits, cancel: Cancel | None) -> Outcome:
        if not self._large:
            return run_highs(matrix, limits, phase="recourse", cancel=cancel)
        began = time.monotonic()
        share = replace(limits, time_limit_seconds=DECOMPOSED_SHARE * limits.time_limit_seconds)
        found = decompose(matrix, self._needless, share, phase="recourse", listener=silent, cancel=cancel or Cancel())
        if found.infeasible:
            return Outcome(Termination(Reason.INFEASIBLE), None)
        if found.values is None:
            left = max(2.0, limits.time_limit_seconds - (time.monotonic() - began))
            return run_highs(matrix, replace(limits, time_limit_seconds=left), phase="recourse", cancel=cancel)
        return Outcome(Termination(Reason.FEASIBLE, objective=found.objective, bound=found.bound), found.values)

    def _by_slots(self, x: FloatArray, limits: Limits, cancel: Cancel) -> Outcome | None:
        """Slot by slot from the relaxed recourse; None where that does not apply or finds no plan."""
        if self._slots is None:
            self._slots = BySlots(self._free)
        if self._slots.shares or not np.isin(self._slots.between_slots, self._at).all():
            return None
        relaxed = self._relaxed.values(x)
        if relaxed is None:
            return Outcome(Termination(Reason.INFEASIBLE), None)
        values = relaxed[0]
        values[self._at] = x[self._place]
        bound = relaxed[1] + float(self.cost @ x) + self.offset
        found = self._slots.plan(values, bound, limits, cancel)
        if found is None:
            return None
        objective = self._free.objective(found)
        return Outcome(Termination(Reason.FEASIBLE, objective=objective, bound=bound), found)

    def _told(self, outcome: Outcome, matrix: Matrix) -> Evaluated:
        ended = outcome.termination
        if ended.reason is Reason.INFEASIBLE:
            return Evaluated(None, None, infeasible=True)
        if outcome.values is None:
            return Evaluated(None, ended.bound)
        exact = run_highs(matrix.fixed(outcome.values), Limits(time_limit_seconds=15.0), phase="fix")
        values = (
            outcome.values if exact.values is None or exact.termination.reason is not Reason.OPTIMAL else exact.values
        )
        self._values = values
        objective = matrix.objective(values)
        bound = None if ended.bound is None else min(ended.bound, objective)
        return Evaluated(objective, bound)
