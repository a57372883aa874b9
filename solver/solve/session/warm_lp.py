"""An LP kept in one HiGHS object: changed in place, it starts from its last basis."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from solver.model.matrix import Matrix
from solver.solve.highs import Limits, Outcome, new_solver
from solver.solve.progress import Cancel
from solver.solve.session.inherit import same_rows, same_structure
from solver.solve.termination import Reason, Termination


class WarmLp:
    """LPs of one kind, one after the other. Integers are relaxed."""

    def __init__(self) -> None:
        self._held: Matrix | None = None
        self._solver: Any = None
        self._basis: Any = None
        self._cancel = Cancel()

    def forked(self) -> WarmLp:
        """An LP that starts from the basis of this one, in a solver of its own: what it finds depends on nothing else."""
        twin = WarmLp()
        twin._held = self._held
        twin._basis = self._basis if self._solver is None else self._solver.getBasis()
        return twin

    def solve(self, matrix: Matrix, limits: Limits, cancel: Cancel) -> Outcome:
        """Optimum with values and objective; no values where it was stopped or there is none."""
        relaxed = matrix.relaxed()
        if self._solver is not None and self._held is not None and same_rows(self._held, relaxed):
            self._change(relaxed)
        else:
            if self._solver is not None:
                self._basis = self._solver.getBasis()
            known = self._held is not None and self._basis is not None and same_structure(self._held, relaxed)
            self._solver = new_solver(relaxed, limits, self._cancel, phase="bound")
            if known:
                self._solver.setBasis(self._basis)
        self._held = relaxed
        self._solver.setOptionValue("time_limit", float(self._solver.getRunTime() + limits.time_limit_seconds))
        if cancel.asked:
            return Outcome(Termination(Reason.NO_SOLUTION_FOUND), None)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            infeasible = self._solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
            return Outcome(Termination(Reason.INFEASIBLE if infeasible else Reason.NO_SOLUTION_FOUND), None)
        objective = float(self._solver.getInfo().objective_function_value)
        values = np.asarray(self._solver.getSolution().col_value, dtype=float)
        return Outcome(Termination(Reason.OPTIMAL, None, "", objective, objective), values)

    def _change(self, relaxed: Matrix) -> None:
        """Costs, offset and bounds of the held LP; the basis stays."""
        columns = np.arange(len(relaxed.cost), dtype=np.int32)
        rows = np.arange(len(relaxed.row_lower), dtype=np.int32)
        solver = self._solver
        solver.changeColsCost(len(columns), columns, relaxed.cost)
        solver.changeColsBounds(len(columns), columns, relaxed.col_lower, relaxed.col_upper)
        if len(rows):
            solver.changeRowsBounds(len(rows), rows, relaxed.row_lower, relaxed.row_upper)
        solver.changeObjectiveOffset(relaxed.offset)
