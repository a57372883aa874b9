"""One scenario's planning problem as arrays, and which of its columns are purchases and commitments.

This file is the only one of the room that knows how a planning matrix names its columns and rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly import Tables
from solver.solve.matrix import Matrix
from solver.solve.session.known_candidates import KnownCandidates

Flags = NDArray[np.bool_]
DECIDED_FIRST = ("buy", "order", "tier", "tier_servers")
"""Components of purchases and commitments: counts, and the yes-or-no columns of minimum orders and volume tiers."""
WIDENED = frozenset({"order_most", "tier_most"})
"""Rows whose largest count is what one scenario can use; other scenarios may use more."""


@dataclass(frozen=True, slots=True, order=True)
class ColumnName:
    """A purchase column by what it means, so that scenarios agree on it. `tier` is -1 where there is none."""

    component: str
    pool: str
    offer: str
    stage: int
    tier: int = -1

    @property
    def shown(self) -> str:
        """`site/server offer, stage 0`."""
        return f"{self.offer} for stage {self.stage}"


class UnservableError(ValueError):
    """A bucket that nothing on offer can serve; the message has one sentence for each."""


@dataclass(frozen=True, slots=True)
class ScenarioProblem:
    """A scenario's problem with the tables it was built from."""

    resolved: ResolvedInstance
    candidates: Candidates
    indices: Tables
    matrix: Matrix


def problem_of(resolved: ResolvedInstance, known: KnownCandidates | None = None) -> ScenarioProblem:
    """Candidates and matrix of an instance; `known`: those of instances like it. Raises UnservableError."""
    from solver.deployments.enumerate import candidates
    from solver.solve.task import unserved_sentences

    found = candidates(resolved) if known is None else known.of(resolved)
    if found.unserved:
        raise UnservableError("; ".join(unserved_sentences(resolved, found)))
    return assembled(resolved, found)


def assembled(resolved: ResolvedInstance, candidates: Candidates) -> ScenarioProblem:
    """The problem of candidates that serve everything."""
    from solver.model.assembly import assembled as assembled_model

    model = assembled_model(resolved, candidates)
    return ScenarioProblem(resolved, candidates, model.indices, model.matrix)


def purchase_columns(problem: ScenarioProblem) -> dict[int, ColumnName]:
    """Position and name of every column that is decided with purchases."""
    resolved, columns = problem.resolved, problem.matrix.columns
    found: dict[int, ColumnName] = {}
    for component in DECIDED_FIRST:
        for at, index in zip(columns.positions(component), columns.indices_of(component), strict=True):
            offer = resolved.offers[int(index[0])]
            tier = int(index[2]) if len(index) > 2 else -1
            found[int(at)] = ColumnName(component, resolved.pools[offer.pool].name, offer.name, int(index[1]), tier)
    return found


def ordered_at_once(problem: ScenarioProblem, name: ColumnName) -> bool:
    """Whether the order is signed before the first stage ends."""
    resolved = problem.resolved
    offer = next(o for o in resolved.offers if o.name == name.offer and resolved.pools[o.pool].name == name.pool)
    return resolved.order_month(offer, resolved.stages[name.stage]) < resolved.stages[0].end_month


def row_flags(matrix: Matrix, *components: str) -> Flags:
    """Which rows are of one of the components."""
    return matrix.rows.is_a(*components)


def replica_columns(matrix: Matrix) -> NDArray[np.int64]:
    """Positions of replica counts."""
    return matrix.columns.positions("run")


def column_stages(matrix: Matrix) -> NDArray[np.int64]:
    """Stage of every column, -1 where it belongs to none."""
    return matrix.columns.slots()[:, 0].astype(np.int64)
