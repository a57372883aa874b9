"""The master of the L-shaped method: shared columns exact, each block's cost known by its cuts.

    min aim(C)    C_s = offset_s + c_s x + sum_b theta_sb        x within the shared rows, integer where it was
    theta_sb + slope-form cuts:  theta_sb - slope x >= value - slope x_bar          (optimality)
                                          - slope x >= value - slope x_bar          (feasibility)
    sum_b theta_sb - prices x >= bound                                              (a scenario's strengthened cut)

It is a relaxation, so every bound on it is a proven lower bound of the aim.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from solver.model.names import as_names
from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel

from .aims import Aim
from .here_and_now import HereAndNow
from .oracle import Shape
from .recourse import RecourseCut


class Master:
    """Cuts are added, columns stay. Column order: x, theta by scenario and block, C by scenario, the aim's own."""

    def __init__(self, shared: HereAndNow, shapes: Sequence[Shape], aim: Aim) -> None:
        self._shared, self._shapes = shared, shapes
        self._width = len(shared.names)
        self._first = np.concatenate([[0], np.cumsum([len(shape.floors) for shape in shapes])]).astype(int)
        self.scenarios = len(shapes)
        self._rows: list[tuple[list[int], list[float], float]] = []
        self._base = self._matrix(aim)

    def add(self, scenario: int, cuts: Sequence[RecourseCut], at: FloatArray) -> None:
        """Cuts of one scenario found at x = `at`."""
        for cut in cuts:
            columns = [int(at) for at in np.flatnonzero(cut.slope)]
            values = [-float(cut.slope[column]) for column in columns]
            if cut.feasible:
                columns.append(self._theta(scenario, cut.block))
                values.append(1.0)
            self._rows.append((columns, values, cut.value - float(cut.slope @ at)))

    def add_priced(self, scenario: int, prices: FloatArray, bound: float) -> None:
        """sum of the scenario's thetas - prices x >= bound."""
        columns = [int(at) for at in np.flatnonzero(prices)]
        values = [-float(prices[at]) for at in columns]
        count = len(self._shapes[scenario].floors)
        columns += [self._theta(scenario, block) for block in range(count)]
        self._rows.append((columns, values + [1.0] * count, bound))

    def solve(self, *, integer: bool, gap: float, seconds: float, cancel: Cancel | None = None) -> Outcome:
        """The master as it stands."""
        matrix = self.matrix()
        limits = Limits(relative_gap=gap, time_limit_seconds=seconds)
        return run_highs(matrix if integer else matrix.relaxed(), limits, phase="master", cancel=cancel)

    def x(self, outcome: Outcome) -> FloatArray:
        """Shared columns of a solution."""
        assert outcome.values is not None
        return outcome.values[: self._width]

    def whole(self, x: FloatArray) -> FloatArray:
        """x with its integers rounded."""
        return np.where(self._shared.integer, np.round(x), x)

    def matrix(self) -> Matrix:
        """All rows and cuts."""
        if not self._rows:
            return self._base
        lengths = [len(columns) for columns, _, _ in self._rows]
        rows = np.repeat(np.arange(len(lengths)), lengths)
        columns = np.concatenate([np.asarray(c, dtype=np.int64) for c, _, _ in self._rows])
        data = np.concatenate([np.asarray(v, dtype=float) for _, v, _ in self._rows])
        block = sp.csr_array((data, (rows, columns)), shape=(len(lengths), len(self._base.cost)))
        least = np.array([constant for _, _, constant in self._rows])
        names = [("cut", at) for at in range(len(lengths))]
        return self._base.with_rows(block, least, np.full(len(least), np.inf), names)

    def _theta(self, scenario: int, block: int) -> int:
        return self._width + int(self._first[scenario]) + block

    def _matrix(self, aim: Aim) -> Matrix:
        shared, shapes = self._shared, self._shapes
        thetas = int(self._first[-1])
        own = aim.rows()
        count = self._width + thetas + self.scenarios + len(own.columns)
        cost_at = self._width + thetas
        own_at = cost_at + self.scenarios
        cost = np.zeros(count)
        cost[cost_at:own_at] = own.on_costs
        lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
        lower[: self._width], upper[: self._width] = shared.lower, shared.upper
        lower[self._width : cost_at] = np.concatenate([shape.floors for shape in shapes])
        for at, (price, least) in enumerate(own.columns):
            cost[own_at + at], lower[own_at + at] = price, least
        integer = np.zeros(count, dtype=bool)
        integer[: self._width] = shared.integer
        top = sp.lil_array((self.scenarios + len(own.rows), count))
        row_lower, row_upper = np.zeros(self.scenarios + len(own.rows)), np.full(self.scenarios + len(own.rows), np.inf)
        for s, shape in enumerate(shapes):  # C_s - c_s x - sum theta = offset
            top[s, : self._width] = -shape.cost
            top[s, self._width + int(self._first[s]) : self._width + int(self._first[s + 1])] = -1.0
            top[s, cost_at + s] = 1.0
            row_lower[s] = row_upper[s] = shape.offset
        for at, (on_costs, on_own, least) in enumerate(own.rows):
            row = self.scenarios + at
            top[row, cost_at:own_at] = on_costs
            top[row, own_at:] = on_own
            row_lower[row] = least
        below = sp.csr_array(sp.hstack([shared.rows, sp.csr_array((shared.rows.shape[0], count - self._width))]))
        columns: list[tuple[str, object]] = [(name.component, at) for at, name in enumerate(shared.names)]
        columns += [("theta", at) for at in range(thetas)]
        columns += [("cost", at) for at in range(self.scenarios)] + [("aim", at) for at in range(len(own.columns))]
        names: list[tuple[str, object]] = [("scenario", at) for at in range(len(row_lower))]
        names += [("here_and_now", at) for at in range(below.shape[0])]
        a = sp.csc_array(sp.vstack([sp.csr_array(top), below]))
        a.eliminate_zeros()
        return Matrix(
            cost=cost,
            offset=0.0,
            a=a,
            row_lower=np.concatenate([row_lower, shared.row_lower]),
            row_upper=np.concatenate([row_upper, shared.row_upper]),
            col_lower=lower,
            col_upper=upper,
            integer=integer,
            columns=as_names(columns),
            rows=as_names(names),
        )
