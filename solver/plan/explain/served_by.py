"""What serves each workload in a plan, with its part of the cost and what it promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from solver.deployments.types import ServeKind
from solver.plan.allocation import cost_by
from solver.plan.explain.explanation import ServedBy
from solver.plan.plan import Plan
from solver.plan.served import Flow, Own, flows, tokens

Served = tuple[int, ServeKind, tuple[int, int, int]]
"""Workload, class and place of a route."""


def served_by(plan: Plan, factors: Iterable[float]) -> dict[int, list[ServedBy]]:
    """By workload, the largest share first. `factors`: discount factors of month indices 0..M."""
    resolved, discount = plan.resolved, list(factors)
    cost = cost_by(plan, _key, (-1, ServeKind.REAL_TIME, (-1, -1, -1)))
    members: dict[Served, list[Flow]] = defaultdict(list)
    weights: dict[Served, float] = defaultdict(float)
    million: dict[Served, float] = defaultdict(float)
    total: dict[int, float] = defaultdict(float)
    for flow in flows(plan):
        if not flow.requests_per_month:
            continue
        stage, key = resolved.stages[flow.stage], _key(flow)
        members[key].append(flow)
        weights[key] += flow.requests_per_month * stage.months
        total[flow.workload] += flow.requests_per_month * stage.months
        discounted = sum(discount[stage.first_month + 1 : stage.end_month + 1])
        million[key] += flow.requests_per_month * sum(tokens(resolved, flow)) / 1e6 * discounted
    found: dict[int, list[ServedBy]] = defaultdict(list)
    for key, its in members.items():
        route, usd = its[0].route, cost.get(key, 0.0)
        own = route if isinstance(route, Own) else None
        promised = [_promises(flow) for flow in its]
        found[key[0]].append(
            ServedBy(
                kind=key[1],
                where=route.where,
                model=route.model,
                precision=own.deployment.config.precision.value if own else None,
                deployment=own.deployment.name if own else None,
                share=weights[key] / total[key[0]],
                lifecycle_usd=usd,
                usd_per_million_tokens=usd / million[key] if million[key] > 0 else None,
                ttft_ms=_worst(each[0] for each in promised),
                tpot_ms=_worst(each[1] for each in promised),
                end_to_end_ms=_worst(each[2] for each in promised),
                quality=min((q for flow in its if (q := flow.route.quality) is not None), default=None),
            )
        )
    return {w: sorted(entries, key=lambda one: -one.share) for w, entries in found.items()}


def _key(flow: Flow) -> Served:
    return flow.workload, flow.kind, flow.route.order


def _promises(flow: Flow) -> tuple[float | None, float | None, float | None]:
    if flow.kind is ServeKind.BATCH:
        return None, None, None
    if isinstance(flow.route, Own):
        service = flow.route.service
        return service.ttft_ms, service.tpot_ms, service.end_to_end_ms
    return flow.route.endpoint.ttft_ms, flow.route.endpoint.tpot_ms, None


def _worst(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
