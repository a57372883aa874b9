"""A MILP in arrays: what HiGHS is given, what phases after the MILP edit, and how values are read back.

min c x + offset    row_lower <= A x <= row_upper    col_lower <= x <= col_upper    x integer where `integer`
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.names import Name, Names, as_names

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A MILP in arrays. `columns` and `rows` are (component name, index) in the order of the arrays; lists of them are taken too."""

    cost: FloatArray
    offset: float
    a: sp.csc_array
    row_lower: FloatArray
    row_upper: FloatArray
    col_lower: FloatArray
    col_upper: FloatArray
    integer: NDArray[np.bool_]
    columns: Names
    rows: Names

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", as_names(self.columns))
        object.__setattr__(self, "rows", as_names(self.rows))

    def rows_of(self, component: str) -> list[int]:
        """Positions of a constraint family's rows."""
        found: list[int] = self.rows.positions(component).tolist()
        return found

    def fixed(self, values: FloatArray) -> Matrix:
        """The LP that is left when integers are rounded and fixed."""
        rounded = np.round(values)
        return replace(
            self,
            col_lower=np.where(self.integer, rounded, self.col_lower),
            col_upper=np.where(self.integer, rounded, self.col_upper),
            integer=np.zeros_like(self.integer),
        )

    def relaxed(self) -> Matrix:
        """The LP relaxation."""
        return replace(self, integer=np.zeros_like(self.integer))

    def holds(self, values: FloatArray, tolerance: float = 1e-6) -> bool:
        """Whether all rows hold, each within its scale."""
        activity = self.a @ values
        slack = tolerance * np.maximum(1.0, np.abs(activity))
        return bool(((activity >= self.row_lower - slack) & (activity <= self.row_upper + slack)).all())

    def objective(self, values: FloatArray) -> float:
        """c x + offset."""
        return float(self.cost @ values) + self.offset

    def extended(
        self, cost: FloatArray, block: sp.sparray, lower: FloatArray, upper: FloatArray, names: Iterable[Name]
    ) -> Matrix:
        """With more continuous columns; `block` holds their coefficients in the rows."""
        return replace(
            self,
            cost=np.concatenate([self.cost, cost]),
            a=sp.csc_array(sp.hstack([self.a, block])),
            col_lower=np.concatenate([self.col_lower, lower]),
            col_upper=np.concatenate([self.col_upper, upper]),
            integer=np.concatenate([self.integer, np.zeros(len(cost), dtype=bool)]),
            columns=self.columns.plus(names),
        )

    def with_rows(self, rows: sp.csr_array, lower: FloatArray, upper: FloatArray, names: Iterable[Name]) -> Matrix:
        """With more rows `lower <= rows x <= upper`."""
        return replace(
            self,
            a=sp.csc_array(sp.vstack([self.a, rows])),
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
            rows=self.rows.plus(names),
        )
