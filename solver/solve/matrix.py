"""The matrix as the solve's modules know it; it is made one layer below, by assembly or from the Pyomo model."""

from solver.model.compiled import compile_matrix
from solver.model.matrix import FloatArray, Matrix

__all__ = ["FloatArray", "Matrix", "compile_matrix"]
