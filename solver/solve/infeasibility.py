"""Why there is no plan: which requirement, by how much, and the least change that would make it feasible.

Every requirement that a user can change gets a slack (elastic rows). For one kind of requirement after the other, the
least total slack, each relative to its limit, is found with all other rows kept; kinds for which that succeeds are the
ways out. Where no single kind suffices, all of them together name the least mixed change; demand left unserved is told last.

Limits on servers of an offer are in the model's bounds too, so the model looked at here is built without them and they
come back as rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from solver.instance.resolved import ResolvedInstance, ResolvedOffer
from solver.model.assembly import assembled
from solver.model.facts import Facts
from solver.model.planning import Planning
from solver.solve.highs import Limits, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel
from solver.solve.requirements import ELASTIC, RENT_LIMIT, limit_of

SECONDS_PER_KIND = 5.0
SMALLEST = 1e-6
NO_LIMIT = 100_000
"""Servers; the most that an instance may ask for."""
TOGETHER = "several together"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One limit and by how much it would have to give way, in its own unit.

    `requirement` is the kind of limit. Of `demand`, `change` is what stays unserved of `limit`, and `moments` tells when,
    the worst first.
    """

    requirement: str
    place: str
    limit: float
    change: float
    unit: str
    demand: bool = False
    moments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WayOut:
    """A set of changes that together make the problem feasible."""

    requirement: str
    relaxations: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class Elastic:
    """One slack: the rows that it loosens. A `component` of the model's rows, `index` of the first of them."""

    component: str
    index: Any
    rows: tuple[int, ...]


def ways_out(planning: Planning, seconds: float = 60.0, cancel: Cancel | None = None) -> tuple[WayOut, ...]:
    """Least changes that make an infeasible model feasible, one kind of requirement at a time, or all kinds together.

    The smallest change, relative to its limit, comes first; demand left unserved comes last. What was found stands when
    time runs out or a stop is asked for.
    """
    began = time.monotonic()
    indices = planning.indices
    matrix = with_server_limits(indices)
    elastic = elastic_rows(matrix, indices)
    limits, demands = ([e for e in elastic if ELASTIC[e.component].demand is is_demand] for is_demand in (False, True))
    found: list[WayOut] = []

    def attempt(requirement: str, slacks: list[Elastic]) -> None:
        left = seconds - (time.monotonic() - began)
        if slacks and left > 0 and not (cancel is not None and cancel.asked):
            relaxations = _least_change(indices, matrix, slacks, min(SECONDS_PER_KIND, left), cancel)
            if relaxations is not None:
                found.append(WayOut(requirement, relaxations))

    for group in (limits, demands):
        before = len(found)
        for requirement in dict.fromkeys(ELASTIC[e.component].requirement for e in group):
            attempt(requirement, [e for e in group if ELASTIC[e.component].requirement == requirement])
        if len(found) == before and len({ELASTIC[e.component].requirement for e in group}) > 1:
            attempt(TOGETHER, group)
    if not found:
        attempt(TOGETHER, elastic)
    return tuple(sorted(found, key=_size))


def _size(way: WayOut) -> tuple[bool, float]:
    relative = [change.change / max(abs(change.limit), SMALLEST) for change in way.relaxations]
    return any(change.demand for change in way.relaxations), max(relative, default=0.0)


def with_server_limits(indices: Facts) -> Matrix:
    """The matrix of the problem with every stock and every most number of servers in rows alone."""
    resolved = indices.resolved
    loose: ResolvedInstance = replace(resolved, offers=tuple(_loose(offer) for offer in resolved.offers))
    matrix = assembled(loose, indices.candidates).matrix
    upper = matrix.row_upper.copy()
    for row, (name, index) in enumerate(matrix.rows):
        if name in ("stock", "max_servers"):
            upper[row] = limit_of(ELASTIC[name], indices, index, upper[row])
    matrix = replace(matrix, row_upper=upper)
    rented = [
        (column, index, limit)
        for column, (name, index) in enumerate(matrix.columns)
        if name == "rent" and (limit := getattr(resolved.offers[index[0]].terms, "max_servers", None)) is not None
    ]
    if not rented:
        return matrix
    count = len(rented)
    rows = sp.csr_array(
        (np.ones(count), (np.arange(count), [column for column, _, _ in rented])), shape=(count, len(matrix.columns))
    )
    most = np.array([float(limit) for _, _, limit in rented])
    return matrix.with_rows(rows, np.full(count, -np.inf), most, [(RENT_LIMIT, index) for _, index, _ in rented])


def _loose(offer: ResolvedOffer) -> ResolvedOffer:
    limits = {name: NO_LIMIT for name in ("stock", "max_servers") if getattr(offer.terms, name, None) is not None}
    return replace(offer, terms=offer.terms.model_copy(update=limits)) if limits else offer


def elastic_rows(matrix: Matrix, indices: Facts) -> list[Elastic]:
    """One slack a requirement that can give way; of demand, one a row."""
    rows: dict[tuple[str, str, int], list[int]] = {}
    for row, (name, index) in enumerate(matrix.rows):
        if name in ELASTIC:
            kind = ELASTIC[name]
            key = (name, kind.place(indices.resolved, index), row if kind.demand else -1)
            rows.setdefault(key, []).append(row)
    return [Elastic(name, matrix.rows[of[0]][1], tuple(of)) for (name, _, _), of in rows.items()]


def _least_change(
    indices: Facts, matrix: Matrix, slacks: list[Elastic], seconds: float, cancel: Cancel | None
) -> tuple[Relaxation, ...] | None:
    limits = np.array(
        [limit_of(ELASTIC[e.component], indices, e.index, _right_side(matrix, e.rows[0])) for e in slacks]
    )
    entries = [
        # An upper limit gives way upward, a lower one downward; demand (an equality) may stay unserved.
        (-1.0 if np.isinf(matrix.row_lower[row]) else 1.0, row, at)
        for at, e in enumerate(slacks)
        for row in e.rows
    ]
    values, rows, columns = zip(*entries, strict=True)
    block = sp.csc_array((values, (rows, columns)), shape=(len(matrix.rows), len(slacks)))
    weights = 1.0 / np.maximum(np.abs(limits), 1e-3)
    zero = np.zeros(len(slacks))
    elastic = replace(matrix, cost=np.zeros_like(matrix.cost), offset=0.0).extended(
        weights, block, zero, zero + np.inf, [("slack", at) for at in range(len(slacks))]
    )
    within = Limits(relative_gap=1e-4, time_limit_seconds=seconds)
    outcome = run_highs(elastic, within, phase="infeasibility", cancel=cancel)
    if outcome.values is None:
        return None
    return _relaxations(indices, slacks, limits, outcome.values[len(matrix.cost) :])


def _right_side(matrix: Matrix, row: int) -> float:
    upper = matrix.row_upper[row]
    return float(upper if np.isfinite(upper) else matrix.row_lower[row])


def _relaxations(
    indices: Facts, slacks: list[Elastic], limits: FloatArray, amounts: FloatArray
) -> tuple[Relaxation, ...]:
    """What gives way, most first; rows of one bucket's demand are told by the worst of them."""
    by_place: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
    kinds = {}
    for e, limit, amount in zip(slacks, limits, amounts, strict=True):
        if amount > SMALLEST * max(1.0, abs(limit)):
            kind = ELASTIC[e.component]
            key = kind.requirement, kind.place(indices.resolved, e.index)
            kinds[key] = kind
            moment = kind.moment(indices.resolved, e.index)
            by_place.setdefault(key, []).append((float(amount), float(limit), moment))
    changes: list[Relaxation] = []
    for key, parts in by_place.items():
        parts.sort(key=lambda part: -part[0] / max(abs(part[1]), SMALLEST))
        amount, limit, _ = parts[0]
        moments = tuple(moment for _, _, moment in parts if moment)
        changes.append(Relaxation(*key, limit, amount, kinds[key].unit, kinds[key].demand, moments))
    changes.sort(key=lambda change: -change.change / max(abs(change.limit), SMALLEST))
    return tuple(changes)
