"""Why nothing meets an instance: requirements that cannot hold together, and the least changes that let them.

The set is found by leaving one requirement after the other out of the linear relaxation: what may be left out without it
becoming feasible is no part of the conflict. Where the relaxation is feasible, whole numbers alone stand against a
plan, and only the ways out say how far it is away.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly import assembled
from solver.plan.explain.explanation import Change, Conflict, Requirement, UnservedBucket, WayOut
from solver.solve.highs import Limits, run_highs
from solver.solve.infeasibility import ways_out, with_server_limits
from solver.solve.matrix import Matrix
from solver.solve.progress import Cancel
from solver.solve.requirements import ELASTIC, limit_of
from solver.solve.termination import Reason

CONFLICT_SECONDS = 20.0
WAYS_OUT_SECONDS = 40.0
ONE_SECONDS = 5.0

Place = tuple[str, str]
"""Component of the model's rows, and which figure they come from."""


def conflict(resolved: ResolvedInstance, candidates: Candidates, cancel: Cancel | None = None) -> Conflict:
    """The conflict of an infeasible instance. What was found stands where time runs out."""
    unserved = tuple(
        UnservedBucket(
            resolved.workloads[u.workload].name,
            resolved.workloads[u.workload].buckets[u.bucket].label,
            u.kind,
            u.reasons,
        )
        for u in candidates.unserved
    )
    if unserved:
        return Conflict((), False, False, unserved, ())
    planning = assembled(resolved, candidates)
    matrix = with_server_limits(planning.indices)
    core = _irreducible(resolved, matrix)
    found: list[Requirement] = []
    for (name, place), rows in core.places.items():
        kind = ELASTIC[name]
        upper = matrix.row_upper[rows[0]]
        right = float(upper if np.isfinite(upper) else matrix.row_lower[rows[0]])
        limit = None if kind.demand else limit_of(kind, planning.indices, matrix.rows[rows[0]][1], right)
        found.append(Requirement(kind.requirement, place, limit, kind.unit))
    ways = ways_out(planning, WAYS_OUT_SECONDS, cancel)
    return Conflict(
        tuple(found),
        core.irreducible,
        core.whole_numbers_only,
        (),
        tuple(
            WayOut(
                way.requirement,
                tuple(
                    Change(c.requirement, c.place, c.limit, c.change, c.unit, c.demand, c.moments)
                    for c in way.relaxations
                ),
            )
            for way in ways
        ),
    )


@dataclass(frozen=True, slots=True)
class _Set:
    """Requirements by their rows; whether none of them could be left out; whether whole numbers alone are to blame."""

    places: dict[Place, list[int]]
    irreducible: bool
    whole_numbers_only: bool = False


def _irreducible(resolved: ResolvedInstance, matrix: Matrix) -> _Set:
    """Empty where the relaxation is feasible, or nothing is proven in time."""
    places: dict[Place, list[int]] = {}
    for name, kind in ELASTIC.items():
        rows = matrix.rows.positions(name)
        for row, (_, index) in zip(rows, matrix.rows.take(rows), strict=True):
            places.setdefault((name, kind.place(resolved, index)), []).append(int(row))
    relaxed = replace(matrix.relaxed(), cost=np.zeros_like(matrix.cost), offset=0.0)
    feasible = _feasible(relaxed)
    if feasible is not False:
        return _Set({}, False, feasible is True)
    until = time.monotonic() + CONFLICT_SECONDS
    kept, proven = dict(places), True
    # Limits first: what is asked for stays in as long as it can, so that the conflict reads as demand against limits.
    for place in sorted(places, key=lambda one: ELASTIC[one[0]].demand):
        if time.monotonic() > until:
            return _Set(kept, False)
        without = _without(relaxed, places[place])
        feasible = _feasible(without)
        proven = proven and feasible is not None
        if feasible is False:
            relaxed = without
            del kept[place]
    return _Set(kept, proven)


def _feasible(matrix: Matrix) -> bool | None:
    """None where it was not proven in time."""
    ended = run_highs(matrix, Limits(time_limit_seconds=ONE_SECONDS), phase="conflict").termination
    return {Reason.INFEASIBLE: False, Reason.OPTIMAL: True, Reason.FEASIBLE: True}.get(ended.reason)


def _without(matrix: Matrix, rows: list[int]) -> Matrix:
    lower, upper = matrix.row_lower.copy(), matrix.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(matrix, row_lower=lower, row_upper=upper)
