"""Echo of the resolved instance: every price, power figure, demand and model as the plan used it, defaults filled in."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from solver.instance.resolved import Pool, ResolvedEndpoint, ResolvedInstance, ResolvedOffer, Workload

Json = dict[str, Any]


def inputs_document(resolved: ResolvedInstance) -> Json:
    """The `instance.inputs` part of the JSON. Names and units are those of the instance file."""
    instance = resolved.instance
    return {
        "horizon": _plain(instance.horizon),
        "finance": _plain(instance.finance),
        "policy": _plain(resolved.policy),
        "serving": _plain(instance.serving),
        "solve": _plain(instance.solve),
        "precisions": [precision.value for precision in instance.precisions],
        "baselines": [baseline.value for baseline in instance.baselines],
        "stages": [{"name": s.name, "first_month": s.first_month, "months": s.months} for s in resolved.stages],
        "slots": [
            {"name": s.name, "kind": s.kind.value, "hours": s.hours, "hours_per_month": s.hours_per_month}
            for s in resolved.slots
        ],
        "workloads": [_workload(workload) for workload in resolved.workloads],
        "models": [_plain(model) for model in resolved.models],
        "profiles": [_plain(profile) for profile in instance.profiles],
        "precision_recovery": [_plain(recovery) for recovery in resolved.recoveries],
        "sites": _sites(resolved.pools),
        "servers": _once([_plain(pool.server) for pool in resolved.pools]),
        "accelerators": _once([_plain(pool.accelerator) for pool in resolved.pools]),
        "offers": [_offer(offer, resolved.pools[offer.pool]) for offer in resolved.offers],
        "endpoints": [_endpoint(endpoint) for endpoint in resolved.endpoints],
    }


def _plain(part: BaseModel) -> Json:
    return part.model_dump(mode="json", by_alias=True)


def _workload(workload: Workload) -> Json:
    return {
        "name": workload.name,
        "buckets": [
            {
                "name": bucket.label,
                "input_tokens": bucket.input_tokens,
                "output_tokens": bucket.output_tokens,
                "share": bucket.share,
            }
            for bucket in workload.buckets
        ],
        "requests_per_second_by_month": list(workload.level_by_month),
        "shape_by_slot": list(workload.shape_by_slot),
        "batch_share": workload.batch_share,
        "deadline_hours": workload.deadline_hours if workload.batch_share > 0 else None,
        "latency": _plain(workload.latency),
        "quality": _plain(workload.quality) if workload.quality else None,
        "prefix_cache_hit_rate": workload.prefix_cache_hit_rate,
        "arrival_cv": workload.arrival_cv,
        "short_peaks": [{"seconds": peak.seconds, "ratio": peak.ratio} for peak in workload.short_peaks],
        "residency": list(workload.residency),
        "models": list(workload.models),
    }


def _sites(pools: tuple[Pool, ...]) -> list[Json]:
    sites = {pool.site.name: pool.site for pool in pools}
    return [site.model_dump(mode="json", exclude={"offers"}) for site in sites.values()]


def _once(entries: list[Json]) -> list[Json]:
    return list({str(entry["name"]): entry for entry in entries}.values())


def _offer(offer: ResolvedOffer, pool: Pool) -> Json:
    terms = offer.terms.model_dump(mode="json", exclude={"name", "server"})
    return {"name": offer.name, "site": pool.site.name, "server": pool.server.name, "hosted": pool.hosted, **terms}


def _endpoint(endpoint: ResolvedEndpoint) -> Json:
    return {
        "name": endpoint.name,
        "provider": endpoint.provider,
        "model": endpoint.model or None,
        "quality": dict(endpoint.quality),
        "usd_per_million_input_tokens": endpoint.usd_per_million_input_tokens,
        "usd_per_million_cached_input_tokens": endpoint.usd_per_million_cached_input_tokens,
        "usd_per_million_output_tokens": endpoint.usd_per_million_output_tokens,
        "batch_usd_per_million_input_tokens": endpoint.batch_usd_per_million_input_tokens,
        "batch_usd_per_million_output_tokens": endpoint.batch_usd_per_million_output_tokens,
        "price_change_per_year": endpoint.price_change_per_year,
        "max_requests_per_second": endpoint.max_requests_per_second,
        "ttft_ms": endpoint.ttft_ms,
        "tpot_ms": endpoint.tpot_ms,
        "max_context_tokens": endpoint.max_context_tokens,
        "residency": list(endpoint.residency),
        "carbon_g_per_million_tokens": endpoint.carbon_g_per_million_tokens,
        "source": endpoint.source,
        "batch_turnaround_hours": (
            None if endpoint.batch_usd_per_million_input_tokens is None else endpoint.batch_turnaround_hours
        ),
        "tiers": [tier.model_dump(mode="json") for tier in endpoint.tiers],
    }
