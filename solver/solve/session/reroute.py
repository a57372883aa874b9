"""A plan's counts under other figures: the cheapest routing for them, on the deployments and pools that the plan runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from solver.decisions import Decisions
from solver.model.assembly.assemble import assemble
from solver.model.assembly.template import Template
from solver.model.formulation import LITERAL
from solver.model.matrix import FloatArray, Matrix
from solver.model.names import Name
from solver.solve.coarse.thinning import with_lines
from solver.solve.extract import decisions_of
from solver.solve.highs import Limits, run_highs
from solver.solve.progress import Cancel
from solver.solve.termination import Reason


def rerouted(
    template: Template, columns: Matrix, values: FloatArray, limits: Limits, cancel: Cancel
) -> tuple[Decisions, dict[Name, float]] | None:
    """Decisions with the same counts, and all values by name; None where the counts do not do.

    `values` are those of the columns of `columns`, the matrix of the whole problem.
    """
    known = by_name(columns, values)
    pairs = {index[:2] for name, index in known if name == "run"}
    keep = np.array([tuple(pair) in pairs for pair in template.tables.pairs.tolist()], dtype=bool)
    part = with_lines(template, keep[template.tables.lines.pair] if len(keep) else np.zeros(0, dtype=bool))
    matrix = assemble(part, formulation=LITERAL)
    counts = np.array([known.get(name, 0.0) for name in matrix.columns.take(np.flatnonzero(matrix.integer))])
    level = np.zeros(len(matrix.cost))
    level[matrix.integer] = counts
    outcome = run_highs(matrix.fixed(level), replace(limits, threads=1), phase="fix", cancel=cancel)
    if outcome.values is None or outcome.termination.reason is not Reason.OPTIMAL:
        return None
    found = by_name(matrix, np.where(matrix.integer, level, outcome.values))
    return decisions_of(matrix, np.where(matrix.integer, level, outcome.values)), found


def by_name(matrix: Matrix, values: FloatArray) -> dict[Name, float]:
    """Values that are not zero."""
    at = np.flatnonzero(np.abs(values) > 1e-9)
    return dict(zip(matrix.columns.take(at), values[at].tolist(), strict=True))


def placed(matrix: Matrix, known: Mapping[Name, float]) -> FloatArray:
    """Values of all columns from those known by name."""
    return np.array([known.get(name, 0.0) for name in matrix.columns], dtype=float)
