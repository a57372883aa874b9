"""The plan within a cost cap whose servers differ most from the least cost's.

With N[p,s] the servers of pool p in stage s (standing ones, and the mean of those rented over a month) and N* the optimum's:

    max sum_{p,s} d[p,s]     d <= N - N* + 2 M (1 - up)     d <= N* - N + 2 M up     up binary     cost <= cap
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from solver.decisions import Decisions
from solver.solve.highs import Limits, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.study.base import digest_of, resolved_of
from solver.study.fingerprint import fingerprint
from solver.study.planning import Overrides, assemble, tasks_of
from solver.study.row import FAILED
from solver.study.solving import GRACE_SECONDS
from solver.study.task import Answer, Task, Worker

from .problem import ScenarioProblem, UnservableError, problem_of
from .work import measures, vendors

Place = tuple[int, int]
"""Pool and stage."""


@dataclass(frozen=True, slots=True)
class DifferentWork:
    """Solve for the least cost, then for the largest distance from it below the cap; verified as any plan."""

    document: Mapping[str, Any]
    cap_usd: float
    limits: Overrides

    def __call__(self, worker: Worker) -> Answer:
        """The row's plain values, with `distance_servers` and its proven bound."""
        from solver.plan.document import document
        from solver.solve.extract import cleaned, decisions_of
        from solver.solve.task import SolvedTask, run_task
        from solver.solve.termination import Reason, Termination
        from solver.study.row_of_plan import row_of_plan

        resolved = resolved_of(self.document)
        task = tasks_of(resolved, self.limits)[0]
        try:
            problem = problem_of(resolved)
        except UnservableError as error:
            return {"status": FAILED, "reason": str(error)}
        best = run_task(task, cancel=worker.cancel)
        if worker.cancel.asked:
            raise InterruptedError("stopped before the plan was done")
        if best.decisions is None:
            return {"status": FAILED, "reason": "no plan to differ from", "termination": str(best.termination.reason)}
        seconds = Limits(task.relative_gap, task.time_limit_seconds, task.threads, task.seed)
        wide = farthest(problem, best.decisions, self.cap_usd)
        outcome = run_highs(wide, seconds, phase="most different", cancel=worker.cancel)
        if worker.cancel.asked:
            raise InterruptedError("stopped before the plan was done")
        if outcome.values is None:
            return {"status": FAILED, "reason": "no plan within the time limit", "termination": "NO_SOLUTION_FOUND"}
        values = settled(problem.matrix, outcome.values)
        decisions = decisions_of(problem.matrix, cleaned(problem.matrix, values))
        bound = best.termination.bound
        ended = Termination(Reason.FEASIBLE, objective=problem.matrix.objective(values), bound=bound)
        solved = SolvedTask(task.name, resolved, problem.candidates, ended, decisions)
        plan = assemble(resolved, [solved], self.limits)
        row = row_of_plan(document(plan))
        row["measures"], row["vendors"] = measures(resolved, decisions), vendors(resolved, plan)
        row["distance_servers"] = distance(problem, decisions, best.decisions)
        most = outcome.termination.bound
        row["distance_bound_servers"] = row["distance_servers"] if most is None else max(-most, row["distance_servers"])
        return row


def different_task(
    scenario: str, document: Mapping[str, Any], cap_usd: float, limits: Overrides, seconds: float
) -> Task:
    """The task that looks for the most different plan."""
    key = digest_of(["different", document, cap_usd, asdict(limits), fingerprint()])
    return Task(
        0, key, f"{scenario}: most different", DifferentWork(document, cap_usd, limits), 2 * seconds + GRACE_SECONDS
    )


def server_rows(problem: ScenarioProblem) -> dict[Place, list[tuple[int, float]]]:
    """(column, servers per unit) of every pool and stage. Servers that exist anyway are left out: they differ in no plan."""
    resolved, columns = problem.resolved, problem.matrix.columns
    month = sum(slot.hours_per_month for slot in resolved.slots)
    found: dict[Place, list[tuple[int, float]]] = defaultdict(list)
    for at, index in zip(columns.positions("buy"), columns.indices_of("buy"), strict=True):
        offer, start = resolved.offers[int(index[0])], resolved.stages[int(index[1])]
        for stage in resolved.stages:
            if resolved.in_service(offer, start, stage):
                found[offer.pool, stage.index].append((int(at), 1.0))
    for at, index in zip(columns.positions("rent"), columns.indices_of("rent"), strict=True):
        hours = resolved.slots[int(index[2])].hours_per_month
        if hours:
            found[resolved.offers[int(index[0])].pool, int(index[1])].append((int(at), hours / month))
    return dict(found)


def servers_of(problem: ScenarioProblem, decisions: Decisions) -> dict[Place, float]:
    """Servers of a plan by pool and stage, as `server_rows` counts them."""
    resolved = problem.resolved
    month = sum(slot.hours_per_month for slot in resolved.slots)
    found: dict[Place, float] = defaultdict(float)
    for (o, start), count in decisions.buy.items():
        for stage in resolved.stages:
            if resolved.in_service(resolved.offers[o], resolved.stages[start], stage):
                found[resolved.offers[o].pool, stage.index] += count
    for (o, s, h), count in decisions.rent.items():
        found[resolved.offers[o].pool, s] += count * resolved.slots[h].hours_per_month / month
    return dict(found)


def distance(problem: ScenarioProblem, one: Decisions, other: Decisions) -> float:
    """sum over pools and stages of |servers - servers|."""
    mine, theirs = servers_of(problem, one), servers_of(problem, other)
    return sum(abs(mine.get(place, 0.0) - theirs.get(place, 0.0)) for place in mine.keys() | theirs.keys())


def farthest(problem: ScenarioProblem, best: Decisions, cap_usd: float) -> Matrix:
    """The matrix of the largest distance below the cap; its first columns are the problem's."""
    matrix = problem.matrix
    rows, reference = server_rows(problem), servers_of(problem, best)
    places = sorted(rows)
    width, count = len(matrix.cost), len(places)
    most = [
        sum(each * matrix.col_upper[at] for at, each in rows[place]) + reference.get(place, 0.0) for place in places
    ]
    largest = np.minimum(np.array(most, dtype=float), _plausible(matrix, rows, places, cap_usd, reference))
    zero = np.zeros(count)
    wide = matrix.extended(
        zero, sp.csc_array((len(matrix.row_lower), count)), zero, largest, [("distance", at) for at in range(count)]
    )
    wide = wide.extended(
        zero, sp.csc_array((len(matrix.row_lower), count)), zero, zero + 1.0, [("up", at) for at in range(count)]
    )
    lines: list[sp.csr_array] = []
    least: list[float] = []
    for at, place in enumerate(places):
        here = reference.get(place, 0.0)
        for sign, on_up, constant in ((1.0, -2 * largest[at], here - 2 * largest[at]), (-1.0, 2 * largest[at], -here)):
            line = np.zeros(width + 2 * count)
            for column, each in rows[place]:
                line[column] += sign * each
            line[width + at] = -1.0
            line[width + count + at] = on_up
            lines.append(sp.csr_array(line.reshape(1, -1)))
            least.append(constant)
    cost = np.concatenate([matrix.cost, np.zeros(2 * count)])
    lines.append(sp.csr_array(-cost.reshape(1, -1)))
    least.append(matrix.offset - cap_usd)
    block = sp.csr_array(sp.vstack(lines))
    wide = wide.with_rows(
        block, np.array(least), np.full(len(least), np.inf), [("different", at) for at in range(len(least))]
    )
    integer = wide.integer.copy()
    integer[width + count :] = True
    objective = np.zeros(width + 2 * count)
    objective[width : width + count] = -1.0
    return replace(wide, integer=integer, cost=objective, offset=0.0)


def _plausible(
    matrix: Matrix,
    rows: Mapping[Place, list[tuple[int, float]]],
    places: list[Place],
    cap_usd: float,
    reference: Mapping[Place, float],
) -> FloatArray:
    """Servers that the cap can pay for, where every column costs something and none earns: a tighter bound."""
    if (matrix.cost < 0).any() or matrix.offset < 0:
        return np.full(len(places), np.inf)
    found = np.full(len(places), np.inf)
    for at, place in enumerate(places):
        prices = [matrix.cost[column] / each for column, each in rows[place]]
        if prices and min(prices) > 0:
            found[at] = cap_usd / min(prices) + reference.get(place, 0.0)
    return found


def settled(matrix: Matrix, values: FloatArray) -> FloatArray:
    """The problem's columns with integers fixed and everything else as cheap as it gets."""
    own = values[: len(matrix.cost)]
    fixed = run_highs(matrix.fixed(own), Limits(time_limit_seconds=15.0), phase="fix")
    return own if fixed.values is None else fixed.values
