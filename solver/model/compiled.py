"""A linear Pyomo model as a matrix: the reference that the assembly is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from solver.model.matrix import Matrix
from solver.model.names import as_names

if TYPE_CHECKING:
    import pyomo.environ as pyo


def compile_matrix(model: pyo.ConcreteModel) -> Matrix:
    """Arrays of a linear Pyomo model with one minimised objective."""
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    compiled = LinearStandardFormCompiler().write(model, mixed_form=True)
    rows = [(row.constraint, row.bound_type) for row in compiled.rows]
    rhs = np.asarray(compiled.rhs, dtype=float)
    kinds = np.array([kind for _, kind in rows], dtype=int)
    variables = compiled.columns
    lower = np.array([-np.inf if v.lb is None else v.lb for v in variables], dtype=float)
    upper = np.array([np.inf if v.ub is None else v.ub for v in variables], dtype=float)
    return Matrix(
        cost=np.asarray(compiled.c.todense(), dtype=float).reshape(-1),
        offset=float(compiled.c_offset[0]),
        a=sp.csc_array(compiled.A),
        row_lower=np.where(kinds == 1, -np.inf, rhs),
        row_upper=np.where(kinds == -1, np.inf, rhs),
        col_lower=lower,
        col_upper=upper,
        integer=np.array([v.is_integer() or v.is_binary() for v in variables], dtype=bool),
        columns=as_names((v.parent_component().local_name, v.index()) for v in variables),
        rows=as_names((c.parent_component().local_name, c.index()) for c, _ in rows),
    )
