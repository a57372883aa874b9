"""A resolved instance with one figure moved: limits of a Pareto front, levers of a break-even search, sides of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solver.instance.resolved import ResolvedEndpoint, ResolvedInstance, Workload, restrict
from solver.instance.schema import Baseline
from solver.instance.schema.sites import Existing, Lease, OnDemand, Purchase, Reserved, Spot
from solver.study.schema.decide import Lever, Measure, Side

OWN = "own"
EVERYTHING = "everything"
WITHOUT_PURCHASE = "without_purchase"


def limited(resolved: ResolvedInstance, measure: Measure, limit: float, workloads: Sequence[str]) -> ResolvedInstance:
    """With a limit on a measure, on top of the instance's own. ValueError where it cannot be set."""
    policy = resolved.policy
    match measure:
        case Measure.CAPEX:
            own = policy.capex_budget_usd
            least = limit if own is None else min(limit, own)
            return replace(resolved, policy=policy.model_copy(update={"capex_budget_usd": least}))
        case Measure.CARBON:
            cap = policy.carbon_cap_tonnes
            least = limit if cap is None else min(limit, cap)
            return replace(resolved, policy=policy.model_copy(update={"carbon_cap_tonnes": least}))
        case Measure.POWER:
            return _powered(resolved, limit)
        case Measure.TTFT | Measure.QUALITY:
            return _targeted(resolved, measure, limit, workloads)


def _powered(resolved: ResolvedInstance, kw: float) -> ResolvedInstance:
    rooms = {pool.site.name for pool in resolved.pools if pool.hosted}
    if len(rooms) > 1:
        raise ValueError(
            f"power can be limited where one room is one's own; here are {len(rooms)}: {', '.join(sorted(rooms))}"
        )
    pools = tuple(
        replace(
            pool,
            site=pool.site.model_copy(
                update={"power_kw": kw if pool.site.power_kw is None else min(kw, pool.site.power_kw)}
            ),
        )
        if pool.hosted
        else pool
        for pool in resolved.pools
    )
    return replace(resolved, pools=pools)


def _targeted(resolved: ResolvedInstance, measure: Measure, limit: float, workloads: Sequence[str]) -> ResolvedInstance:
    def changed(workload: Workload) -> Workload:
        if workloads and workload.name not in workloads:
            return workload
        if measure is Measure.TTFT and (workloads or workload.latency.ttft_ms is not None):
            return replace(workload, latency=workload.latency.model_copy(update={"ttft_ms": limit}))
        if measure is Measure.QUALITY and workload.quality is not None:
            return replace(workload, quality=workload.quality.model_copy(update={"at_least": limit}))
        return workload

    found = tuple(changed(workload) for workload in resolved.workloads)
    if found == resolved.workloads and not _stands_already(resolved, measure, limit, workloads):
        raise ValueError(f"no workload has a {measure} target that could be moved")
    return replace(resolved, workloads=found)


def _stands_already(resolved: ResolvedInstance, measure: Measure, limit: float, workloads: Sequence[str]) -> bool:
    named = [workload for workload in resolved.workloads if not workloads or workload.name in workloads]
    if measure is Measure.TTFT:
        return any(workload.latency.ttft_ms == limit for workload in named)
    return any(workload.quality is not None and workload.quality.at_least == limit for workload in named)


def pulled(resolved: ResolvedInstance, lever: Lever, value: float) -> ResolvedInstance:
    """With a break-even's lever at a value. ValueError where it cannot stand there. Growth is set in the document instead."""
    match lever:
        case Lever.API_PRICE:
            return replace(resolved, endpoints=tuple(_priced(endpoint, value) for endpoint in resolved.endpoints))
        case Lever.VOLUME:
            workloads = tuple(
                replace(w, level_by_month=tuple(level * value for level in w.level_by_month))
                for w in resolved.workloads
            )
            return replace(resolved, workloads=workloads)
        case Lever.HARDWARE_PRICE:
            return replace(
                resolved,
                offers=tuple(
                    replace(
                        o, terms=o.terms.model_copy(update={"usd_per_server": (o.terms.usd_per_server or 0.0) * value})
                    )
                    if isinstance(o.terms, Purchase)
                    else o
                    for o in resolved.offers
                ),
            )
        case Lever.UTILISATION:
            return replace(resolved, workloads=tuple(_flattened(workload, value) for workload in resolved.workloads))
        case Lever.GROWTH:
            raise ValueError("growth is set in the instance's document")


def _priced(endpoint: ResolvedEndpoint, times: float) -> ResolvedEndpoint:
    batch_in, batch_out = endpoint.batch_usd_per_million_input_tokens, endpoint.batch_usd_per_million_output_tokens
    return replace(
        endpoint,
        usd_per_million_input_tokens=endpoint.usd_per_million_input_tokens * times,
        usd_per_million_cached_input_tokens=endpoint.usd_per_million_cached_input_tokens * times,
        usd_per_million_output_tokens=endpoint.usd_per_million_output_tokens * times,
        batch_usd_per_million_input_tokens=None if batch_in is None else batch_in * times,
        batch_usd_per_million_output_tokens=None if batch_out is None else batch_out * times,
    )


def _flattened(workload: Workload, utilisation: float) -> Workload:
    """The day's shape stretched or flattened around its mean of 1, so that mean / highest = `utilisation`."""
    if not 0 < utilisation <= 1:
        raise ValueError(f"utilisation lies between 0 and 1, got {utilisation:g}")
    highest, lowest = max(workload.shape_by_slot), min(workload.shape_by_slot)
    if highest <= 1:
        if utilisation == 1:
            return workload
        raise ValueError(f"workload {workload.name} is the same all day: its utilisation cannot be below 1")
    stretch = (1 / utilisation - 1) / (highest - 1)
    if 1 + stretch * (lowest - 1) < -1e-9:
        raise ValueError(
            f"workload {workload.name}: a utilisation of {utilisation:g} would need an hour below zero; its shape allows "
            f"{1 / (1 + (highest - 1) / (1 - lowest)):.3g} at the least"
        )
    return replace(
        workload, shape_by_slot=tuple(max(0.0, 1 + stretch * (shape - 1)) for shape in workload.shape_by_slot)
    )


def sided(resolved: ResolvedInstance, side: str) -> ResolvedInstance:
    """With the offers of one side alone."""
    if side == EVERYTHING:
        return resolved
    if side in (Side.API_ONLY, Side.CLOUD_ON_DEMAND, Side.CLOUD_RESERVED):
        return restrict(resolved, Baseline(side))
    kinds: dict[str, tuple[type, ...]] = {
        OWN: (Existing, Purchase, Lease),
        WITHOUT_PURCHASE: (Existing, Lease, Reserved, OnDemand, Spot),
        Side.RENT_OR_CALL: (Reserved, OnDemand, Spot),
    }
    offers = [offer for offer in resolved.offers if isinstance(offer.terms, kinds[side])]
    endpoints = () if side == OWN else resolved.endpoints
    return replace(
        resolved,
        offers=tuple(replace(offer, index=index) for index, offer in enumerate(offers)),
        endpoints=endpoints,
    )
