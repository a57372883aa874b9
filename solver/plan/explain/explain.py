"""Why a plan is what it is, or why there is none."""

from __future__ import annotations

from dataclasses import replace

from solver.deployments.types import Candidates, ServeKind
from solver.finance.activities import Activities
from solver.plan.explain.alone import Alone, all_alone
from solver.plan.explain.conflict import conflict
from solver.plan.explain.demand import Demand, demands
from solver.plan.explain.excluded import Asked, excluded
from solver.plan.explain.explanation import (
    Alternative,
    BaselineSaving,
    Excluded,
    Explanation,
    ServedBy,
    WorkloadExplanation,
)
from solver.plan.explain.limits import Prices, prices
from solver.plan.explain.served_by import served_by
from solver.plan.explain.standing import standing
from solver.plan.explain.words import all_words, workload_words
from solver.plan.plan import Plan
from solver.solve.progress import Cancel
from solver.solve.termination import Reason

MOST_ALTERNATIVES = 8
"""Of one class of a workload."""
MOST_EXCLUDED = 40
ROUNDING = 1e-9


def explain(plan: Plan, cancel: Cancel | None = None, savings: tuple[BaselineSaving, ...] | None = None) -> Explanation:
    """The explanation of a plan, or of an infeasible problem; with neither it only says how the solve ended.

    `savings`: those of a plan that was read back without its baselines.
    """
    resolved = plan.resolved
    empty = Explanation(resolved.instance.name, resolved.digest, plan.termination)
    if plan.decisions is None:
        if plan.termination.reason is Reason.INFEASIBLE:
            empty = replace(empty, conflict=conflict(resolved, _found(plan), cancel))
        return _worded(empty)
    from solver.deployments.enumerate import candidates

    everything = candidates(resolved, prune=False)
    activities = Activities(resolved)
    priced = prices(resolved, plan.candidates, plan.decisions, plan.book.present_value())
    classes = demands(activities)
    refused = excluded(resolved, everything, [(d.workload.index, d.kind) for d in classes])
    by_workload = served_by(plan, activities.factors)
    found = replace(
        empty,
        lifecycle_usd=plan.book.present_value(),
        workloads=tuple(
            _workload(
                [d for d in classes if d.workload.index == workload.index],
                by_workload.get(workload.index, []),
                everything,
                refused,
                priced,
            )
            for workload in resolved.workloads
            if any(d.workload.index == workload.index for d in classes)
        ),
        limits=priced.limits,
        standing=standing(plan),
        savings=_savings(plan) if savings is None else savings,
    )
    return _worded(found)


def _found(plan: Plan) -> Candidates:
    """Candidates of a problem whose solve may have kept none."""
    from solver.deployments.enumerate import candidates

    kept = plan.candidates
    return kept if kept.deployments or kept.calls or kept.unserved else candidates(plan.resolved)


def _savings(plan: Plan) -> tuple[BaselineSaving, ...]:
    return tuple(
        BaselineSaving(result.baseline, npv.value, npv.low, npv.high)
        for result in plan.baselines
        if (npv := result.comparison.npv if result.comparison else None) is not None
    )


def _worded(found: Explanation) -> Explanation:
    return replace(found, words=tuple(all_words(found)))


def _workload(
    classes: list[Demand],
    served: list[ServedBy],
    everything: Candidates,
    refused: dict[Asked, list[Excluded]],
    priced: Prices,
) -> WorkloadExplanation:
    workload = classes[0].workload
    alternatives: list[Alternative] = []
    for demand in classes:
        paid = _paid(demand, served)
        ways = [_alternative(demand, one, paid, served) for one in all_alone(demand, everything)]
        alternatives += ways[:MOST_ALTERNATIVES]
    all_refused = [entry for demand in classes for entry in refused[workload.index, demand.kind]]
    usd, tokens = sum(one.lifecycle_usd for one in served), sum(demand.million_tokens() for demand in classes)
    at_once = [demand for demand in classes if demand.kind is ServeKind.REAL_TIME]
    marginal = priced.marginal_usd.get(workload.index)
    found = WorkloadExplanation(
        workload=workload.name,
        tokens_per_request=classes[0].tokens_per_request,
        lifecycle_usd=usd,
        usd_per_million_tokens=usd / tokens if tokens > 0 else None,
        marginal_usd_per_million_tokens=marginal / at_once[0].million_tokens() if at_once and marginal else None,
        served_by=tuple(served),
        alternatives=tuple(alternatives),
        excluded=tuple(all_refused[:MOST_EXCLUDED]),
        excluded_count=len(all_refused),
    )
    return replace(found, words=tuple(workload_words(found)))


def _paid(demand: Demand, served: list[ServedBy]) -> float | None:
    """USD per million tokens that the plan pays for a class of requests."""
    usd = sum(one.lifecycle_usd for one in served if one.kind is demand.kind)
    tokens = demand.million_tokens()
    return usd / tokens if tokens > 0 else None


def _alternative(demand: Demand, one: Alone, paid: float | None, served: list[ServedBy]) -> Alternative:
    config = one.deployment.config if one.deployment else None
    endpoint = demand.resolved.endpoints[one.calls[0].endpoint] if one.calls else None
    model = config.model.name if config else (endpoint.model or endpoint.name if endpoint else "")
    at_once = demand.kind is ServeKind.REAL_TIME
    precision = config.precision.value if config else None
    return Alternative(
        kind=demand.kind,
        where=one.where,
        offer=one.offer.name if one.offer else None,
        model=model,
        precision=precision,
        deployment=one.deployment.name if one.deployment else None,
        usd_per_million_tokens=one.usd_per_million_tokens,
        usd_more_per_million_tokens=None if paid is None else _more(one.usd_per_million_tokens, paid),
        servers_most=one.servers_most,
        from_month=one.from_month,
        chosen=any(
            (s.kind, s.where, s.model, s.precision) == (demand.kind, one.where, model, precision) for s in served
        ),
        ttft_ms=_worst([s.ttft_ms for s in one.services])
        if config
        else endpoint.ttft_ms
        if endpoint and at_once
        else None,
        tpot_ms=_worst([s.tpot_ms for s in one.services])
        if config
        else endpoint.tpot_ms
        if endpoint and at_once
        else None,
        end_to_end_ms=_worst([s.end_to_end_ms for s in one.services]),
        quality=min(
            (q for q in [*(s.quality for s in one.services), *(c.quality for c in one.calls)] if q is not None),
            default=None,
        ),
        beyond_limits=one.beyond_limits,
    )


def _more(usd: float, paid: float) -> float:
    """A difference that is rounding alone is none."""
    return usd - paid if abs(usd - paid) > ROUNDING * abs(paid) else 0.0


def _worst(values: list[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
