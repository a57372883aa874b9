"""Why nothing meets an instance: requirements that cannot hold together, and the least changes that let them.

The set is found by leaving one requirement after the other out of the linear relaxation: what may be left out without it
becoming feasible is no part of the conflict. Where the relaxation is feasible, whole numbers alone stand against a
plan, and only the ways out say how far it is away.
"""

from __future__ import annotations

import time
from dataclasses import replace

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
        return Conflict((), False, unserved, ())
    planning = assembled(resolved, candidates)
    matrix = with_server_limits(planning.indices)
    places, irreducible = _irreducible(resolved, matrix)
    found: list[Requirement] = []
    for (name, place), rows in places.items():
        kind = ELASTIC[name]
        upper = matrix.row_upper[rows[0]]
        right = float(upper if np.isfinite(upper) else matrix.row_lower[rows[0]])
        limit = None if kind.demand else limit_of(kind, planning.indices, matrix.rows[rows[0]][1], right)
        found.append(Requirement(kind.requirement, place, limit, kind.unit))
    ways = ways_out(planning, WAYS_OUT_SECONDS, cancel)
    return Conflict(
        tuple(found),
        irreducible,
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


def _irreducible(resolved: ResolvedInstance, matrix: Matrix) -> tuple[dict[Place, list[int]], bool]:
    """Requirements by their rows, and whether none of them could be left out. Empty where the relaxation is feasible."""
    places: dict[Place, list[int]] = {}
    for row, (name, index) in enumerate(matrix.rows):
        if name in ELASTIC:
            places.setdefault((name, ELASTIC[name].place(resolved, index)), []).append(row)
    relaxed = replace(matrix.relaxed(), cost=np.zeros_like(matrix.cost), offset=0.0)
    if not _infeasible(relaxed):
        return {}, False
    until = time.monotonic() + CONFLICT_SECONDS
    kept = dict(places)
    # Limits first: what is asked for stays in as long as it can, so that the conflict reads as demand against limits.
    for place in sorted(places, key=lambda one: ELASTIC[one[0]].demand):
        if time.monotonic() > until:
            return kept, False
        without = _without(relaxed, places[place])
        if _infeasible(without):
            relaxed = without
            del kept[place]
    return kept, True


def _infeasible(matrix: Matrix) -> bool:
    ended = run_highs(matrix, Limits(time_limit_seconds=ONE_SECONDS), phase="conflict").termination
    return ended.reason is Reason.INFEASIBLE


def _without(matrix: Matrix, rows: list[int]) -> Matrix:
    lower, upper = matrix.row_lower.copy(), matrix.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(matrix, row_lower=lower, row_upper=upper)
