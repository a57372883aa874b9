"""Which limits bind in a plan, and what one more unit of each is worth: row duals of the linear relaxation.

In the relaxation counts may be fractions; the dual of a limit is then exactly the slope of the least cost. The plan's
own LP, its counts fixed, has no such price: a kilowatt more changes nothing while no server may be added.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from solver.decisions import Decisions
from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly import assembled
from solver.plan.explain.explanation import LimitExplanation
from solver.solve.extract import values_of
from solver.solve.highs import Limits, run_highs
from solver.solve.infeasibility import NO_LIMIT, with_server_limits
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.requirements import ELASTIC, limit_of
from solver.solve.termination import Reason

LP_SECONDS = 20.0
FIXED_SECONDS = 10.0
RELATIVE = 1e-6
LEAST_LIKE = 0.9
"""Below this share of the plan's cost the relaxation buys fractions of servers that no plan could: its prices say nothing."""


@dataclass(frozen=True, slots=True)
class Prices:
    """`limits`: all that the instance states, those that bind first. `marginal_usd`: of a workload, what its real-time demand
    costs at the margin: d cost / d (all of it in proportion); empty where the relaxation was not solved in time or is too far
    from the plan."""

    limits: tuple[LimitExplanation, ...]
    marginal_usd: dict[int, float]


def prices(resolved: ResolvedInstance, candidates: Candidates, decisions: Decisions, usd: float) -> Prices:
    """Limits and marginal costs of a plan that costs `usd`."""
    indices = assembled(resolved, candidates).indices
    matrix = with_server_limits(indices)
    used = _used(matrix, decisions)
    relaxed = run_highs(_priced(matrix), Limits(time_limit_seconds=LP_SECONDS), phase="explain")
    alike = (relaxed.termination.objective or 0.0) >= LEAST_LIKE * usd
    duals = relaxed.row_duals if relaxed.termination.reason is Reason.OPTIMAL and alike else None
    by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name, kind in ELASTIC.items():
        at = matrix.rows.positions(name)
        for row, (_, index) in () if kind.demand else zip(at, matrix.rows.take(at), strict=True):
            by_place[name, kind.place(resolved, index)].append(int(row))
    found: list[LimitExplanation] = []
    rows_of = matrix.a.tocsr()
    for (name, place), rows in by_place.items():
        kind = ELASTIC[name]
        upper = np.isfinite(matrix.row_upper[rows])
        right = np.where(upper, matrix.row_upper[rows], matrix.row_lower[rows])
        limit = limit_of(kind, indices, matrix.rows[rows[0]][1], float(right[0]))
        if limit >= NO_LIMIT and kind.unit == "servers":
            continue
        # Rows of a share or an average state a balance, not a figure; nothing on either side keeps it without being limited.
        figure = kind.limit(resolved, matrix.rows[rows[0]][1]) is not None
        slack, most = None, None
        if used is not None:
            activity = used[rows]
            slack = float(np.where(upper, right - activity, activity - right).min())
            if figure:
                most = float(activity.max() if upper.any() else activity.min())
        worth = None if duals is None else float(np.where(upper, -duals[rows], duals[rows]).sum())
        least = _least_unit(matrix, rows_of, rows)
        binds = slack is not None and slack < max(least, RELATIVE * max(1.0, abs(limit))) * (1 - RELATIVE)
        binds = binds and (figure or (worth or 0.0) > 0)
        worth_now = None if worth is None else (max(worth, 0.0) if binds else 0.0)
        found.append(LimitExplanation(kind.requirement, place, kind.unit, limit, most, binds, worth_now))
    found.sort(key=lambda one: (not one.binds, -(one.usd_per_unit or 0.0) * abs(one.limit)))
    return Prices(tuple(found), {} if duals is None else _marginal(matrix, duals))


def _marginal(matrix: Matrix, duals: FloatArray) -> dict[int, float]:
    """By workload, duals of its real-time demand times that demand."""
    found: dict[int, float] = defaultdict(float)
    rows = matrix.rows.positions("demand")
    for row, (_, index) in zip(rows, matrix.rows.take(rows), strict=True):
        found[index[0]] += float(duals[row] * matrix.row_lower[row])
    return dict(found)


def _priced(matrix: Matrix) -> Matrix:
    """The relaxation without what only follows from demand (bounds on counts and rates, tightening rows): such a bound would
    take part of the price of the limit or the demand that it follows from."""
    follows = matrix.columns.is_a("buy", "rent", "run", "serve", "call") & (matrix.col_upper > 0)
    tightening = matrix.rows.is_a("serve_upper_bound")
    return replace(
        matrix.relaxed(),
        col_upper=np.where(follows, np.inf, matrix.col_upper),
        row_lower=np.where(tightening, -np.inf, matrix.row_lower),
        row_upper=np.where(tightening, np.inf, matrix.row_upper),
    )


def _used(matrix: Matrix, decisions: Decisions) -> FloatArray | None:
    """What every row comes to under the plan: its counts fixed, the columns that follow from them filled in."""
    values = values_of(matrix, decisions, {})
    counts = matrix.columns.is_a("buy", "rent", "run")
    fixed = replace(
        matrix,
        col_lower=np.where(counts, values, matrix.col_lower),
        col_upper=np.where(counts, values, matrix.col_upper),
    )
    within = Limits(relative_gap=1e-6, time_limit_seconds=FIXED_SECONDS)
    found = run_highs(fixed, within, phase="explain")
    return None if found.values is None else np.asarray(matrix.a @ found.values, dtype=float)


def _least_unit(matrix: Matrix, by_row: object, rows: list[int]) -> float:
    """The least that one more whole server (or replica) takes of a limit; 0 where anything less than whole does."""
    part = by_row[rows]  # type: ignore[index]
    columns = np.unique(part.indices)
    if not len(columns) or not matrix.integer[columns].all():
        return 0.0
    return float(np.abs(part.data[np.abs(part.data) > 0]).min(initial=np.inf))
