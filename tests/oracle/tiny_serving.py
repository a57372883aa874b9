"""Workloads, deployments and API endpoints of a tiny problem, with rates such that a few replicas suffice."""

from __future__ import annotations

import random
from dataclasses import dataclass

from solver.catalog.entries import ApiPriceTier, LengthBucket, Model, Precision, Quality
from solver.deployments.types import Call, Candidates, Deployment, ServeKind, Service, Unserved
from solver.instance.resolved import ResolvedEndpoint, ResolvedInstance, Workload
from solver.instance.schema.horizon import Horizon
from solver.instance.schema.sites import Endpoint
from solver.instance.schema.workload import Arrivals, Batch, HourlyShape, Latency, QualityFloor, QualityMode
from solver.instance.schema.workload import Workload as WorkloadPart
from solver.instance.timeline import Slot, levels, slot_shape
from solver.performance.types import OperatingPoint, Provenance, ServingConfig

from .facts import demand
from .families import STRESS
from .tiny_offers import Supply

METRIC = "exam"


@dataclass(frozen=True)
class Load:
    """What is to be served, and the models on offer."""

    parts: tuple[WorkloadPart, ...]
    workloads: tuple[Workload, ...]
    models: tuple[Model, ...]
    million_tokens_per_month: float


def _day(rng: random.Random) -> tuple[float, ...]:
    """A day in four blocks of six hours, so that slots of 12 and 8 hours differ."""
    blocks = [rng.choice((0.0, 0.3, 1.0, 1.0, 1.6)) for _ in range(4)]
    if rng.random() < 0.2:
        blocks[:2] = 0.0, 0.0
    if not any(blocks):
        blocks[2] = 1.0
    return tuple(blocks[hour // 6] for hour in range(24))


def _models(rng: random.Random) -> tuple[Model, ...]:
    scores = [rng.uniform(0.4, 0.9) for _ in range(3)]
    known = [Model(name=f"model-{n}", quality=(Quality(metric=METRIC, score=s),)) for n, s in enumerate(scores)]
    if rng.random() < 0.25:
        known[2] = Model(name="model-2")
    return tuple(known)


def workloads(on: frozenset[str], span: Horizon, slots: tuple[Slot, ...], rng: random.Random) -> Load:
    """One or two workloads with one or two buckets each."""
    regular = tuple(slot for slot in slots if slot.hours_per_month > 0)
    count = 2 if rng.random() < 0.45 else 1
    parts: list[WorkloadPart] = []
    resolved: list[Workload] = []
    tokens = 0.0
    for index in range(count):
        buckets = 2 if rng.random() < (0.6 if count == 1 else 0.3) else 1
        share = rng.choice((0.25, 0.5, 0.7))
        shares = (share, 1 - share) if buckets == 2 else (1.0,)
        lengths = tuple(
            LengthBucket(input_tokens=rng.randint(50, 2000), output_tokens=rng.randint(20, 800), share=part)
            for part in shares
        )
        weekday, weekend = _day(rng), _day(rng)
        waiting = "batch" in on and (index == 0 or rng.random() < 0.3)
        batch = None
        if waiting:
            batch = Batch(
                share=rng.choice((1.0, 1.0, 0.4, 0.7)),
                deadline_hours=rng.choice((9, 12, 20, 24, 30, 60)),
            )
        floor = None
        if on & {"quality_each", "quality_average"}:
            mode = QualityMode.AVERAGE if "quality_average" in on and index == 0 else QualityMode.EACH
            if mode is QualityMode.AVERAGE or "quality_each" in on:
                floor = QualityFloor(metric=METRIC, at_least=rng.uniform(0.45, 0.75), mode=mode)
        part = WorkloadPart(
            name=f"work-{index}",
            requests_per_second=Arrivals(
                mean=rng.uniform(1, 6),
                growth_per_year=rng.choice((3.0, 8.0) if on & set(STRESS) else (0.5, 3.0, -0.5))
                if "growth" in on
                else 0.0,
                shape=HourlyShape(weekday=weekday, weekend=weekend),
            ),
            lengths=lengths,
            latency=Latency(),
            quality=floor,
            batch=batch,
            prefix_cache_hit_rate=rng.choice((0.3, 0.8)) if "prefix_cache" in on else 0.0,
            residency=("eu",) if "residency" in on and rng.random() < 0.7 else (),
        )
        parts.append(part)
        by_month = levels(part.requests_per_second, span.months)
        resolved.append(
            Workload(
                index=index,
                name=part.name,
                buckets=lengths,
                level_by_month=by_month,
                shape_by_slot=slot_shape(weekday, weekend, 0, regular),
                batch_share=batch.share if batch else 0.0,
                deadline_hours=batch.deadline_hours if batch else 24.0,
                latency=part.latency,
                quality=floor,
                prefix_cache_hit_rate=part.prefix_cache_hit_rate,
                arrival_cv=1.0,
                residency=part.residency,
                models=(),
            )
        )
        each = sum(b.share * (b.input_tokens + 3 * b.output_tokens) for b in lengths)
        tokens += sum(by_month) / len(by_month) * 3600 * 730 * each / 1e6
    return Load(tuple(parts), tuple(resolved), _models(rng), tokens)


def endpoints(
    on: frozenset[str], load: Load, offered: Supply, rng: random.Random
) -> tuple[tuple[ResolvedEndpoint, ...], tuple[Endpoint, ...]]:
    """Up to two APIs whose bill is about what the servers would cost."""
    found: list[ResolvedEndpoint] = []
    parts: list[Endpoint] = []
    several = 0.7 if on & {"max_models", "max_vendors"} else 0.35
    count = (2 if rng.random() < several else 1) if "api" in on else 0
    mean = sum(workload.level_by_month[0] for workload in load.workloads)
    for index in range(count):
        usd_month = offered.usd_per_accelerator_hour * 730 * rng.uniform(0.5, 4.0)
        price = usd_month / load.million_tokens_per_month
        batch = "api_batch_price" in on and rng.random() < 0.8
        model = rng.choice(("", "model-0", "model-1"))
        provider = rng.choice(("maker-x", "api-house", f"api-{index}"))
        score = load.models[int(model[-1])].quality if model else ()
        if not score and rng.random() < 0.7:
            score = (Quality(metric=METRIC, score=rng.uniform(0.5, 0.95)),)
        carbon = offered.tonnes_scale / load.million_tokens_per_month * 1e6 / 6 * rng.uniform(0.1, 1.0)
        # Of its own, so that what is drawn after it stays as it was.
        apart = random.Random(f"{index} {price}")
        endpoint = ResolvedEndpoint(
            index=index,
            name=f"{provider}/product-{index}",
            provider=provider,
            model=model,
            quality=tuple((quality.metric, quality.score) for quality in score),
            usd_per_million_input_tokens=price,
            usd_per_million_cached_input_tokens=price * rng.choice((0.1, 0.5, 1.0)),
            usd_per_million_output_tokens=price * 3,
            batch_usd_per_million_input_tokens=price * rng.uniform(0.3, 0.7) if batch else None,
            batch_usd_per_million_output_tokens=price * 1.5 if batch and rng.random() < 0.85 else None,
            price_change_per_year=rng.choice((0.0, -0.4)),
            max_requests_per_second=mean * rng.uniform(0.2, 1.2) if "api_limit" in on or on & set(STRESS) else None,
            ttft_ms=None,
            tpot_ms=None,
            max_context_tokens=None,
            residency=rng.choice((("eu",), ("us", "eu"), ())) if "residency" in on else (),
            carbon_g_per_million_tokens=carbon if on & {"carbon_cap", "carbon_price"} else 0.0,
            source="test",
            batch_turnaround_hours=apart.choice((0.0, 6.0, 24.0)) if batch else 0.0,
            tiers=_tiers(apart, price) if apart.random() < 0.3 else (),
        )
        found.append(endpoint)
        parts.append(
            Endpoint(
                api=endpoint.name,
                model=model or None,
                quality=tuple(score),
                usd_per_million_input_tokens=endpoint.usd_per_million_input_tokens,
                usd_per_million_cached_input_tokens=endpoint.usd_per_million_cached_input_tokens,
                usd_per_million_output_tokens=endpoint.usd_per_million_output_tokens,
                batch_usd_per_million_input_tokens=endpoint.batch_usd_per_million_input_tokens,
                batch_usd_per_million_output_tokens=endpoint.batch_usd_per_million_output_tokens,
                price_change_per_year=endpoint.price_change_per_year,
                max_requests_per_second=endpoint.max_requests_per_second,
                residency=endpoint.residency,
                carbon_g_per_million_tokens=endpoint.carbon_g_per_million_tokens,
            )
        )
    return tuple(found), tuple(parts)


def _accepts(workload: Workload, quality: float | None) -> bool:
    floor = workload.quality
    if floor is None:
        return True
    return quality is not None and (floor.mode is QualityMode.AVERAGE or quality >= floor.at_least)


def _shares(wanted: tuple[str, ...], offered: tuple[str, ...]) -> bool:
    return not wanted or bool(set(wanted) & set(offered))


def _services(resolved: ResolvedInstance, model: Model, target: float, rng: random.Random) -> tuple[Service, ...]:
    """Services of one deployment that need `target` replicas in all when everything at once is sent to it."""
    peak = {
        (workload.index, kind): max(
            demand(workload, stage, slot)[position] for stage in resolved.stages for slot in resolved.slots
        )
        for workload in resolved.workloads
        for position, kind in enumerate(ServeKind)
    }
    total = sum(peak.values())
    quality = {q.metric: q.score for q in model.quality}.get(METRIC)
    found = []
    for workload in resolved.workloads:
        for bucket in range(len(workload.buckets)):
            weight = rng.uniform(0.5, 1.5)
            for kind in ServeKind:
                if peak[workload.index, kind] == 0 or not _accepts(workload, quality) or rng.random() < 0.08:
                    continue
                limit = rng.uniform(0.6, 1.0) if kind is ServeKind.REAL_TIME else 1.0
                margin = rng.choice((0.7, 0.9))
                load = target / total * weight
                found.append(
                    Service(
                        workload=workload.index,
                        bucket=bucket,
                        kind=kind,
                        load=load,
                        busy=load * limit,
                        point=OperatingPoint(1 / (load * limit * margin), 8, None, None, Provenance.MEASURED, "test"),
                        margin=margin,
                        utilisation_limit=limit,
                        quality=quality,
                    )
                )
    return tuple(found)


def candidates(on: frozenset[str], resolved: ResolvedInstance, rng: random.Random) -> Candidates:
    """One or two deployments an accelerator, of different size or model."""
    heavy = bool(on & {"n_plus_1", "minimum_replicas", "carbon_cap"}) or "batch" in on
    limited = bool(on & {"stock", "reserved_limit", "max_servers", "capex_total", "tiers"})
    deployments: list[Deployment] = []
    used = {pool.accelerator.name: pool.accelerator for pool in resolved.pools}
    for accelerator in used.values():
        sizes = [pool.server.accelerators for pool in resolved.pools if pool.accelerator.name == accelerator.name]
        count = 2 if len(used) == 1 or rng.random() < (0.3 if heavy else 0.6) else 1
        if len(used) == 1 and not heavy and rng.random() < 0.3:
            count = 3
        for number in range(count):
            size = 1
            if "parallelism" in on and max(sizes) > 1 and (number == 1 or rng.random() < 0.4):
                size = rng.choice([size for size in (2, 4) if size <= max(sizes)])
            model = resolved.models[rng.randrange(3) if "several_models" in on else 0]
            pools = tuple(
                pool.index
                for pool in resolved.pools
                if pool.accelerator.name == accelerator.name and pool.server.accelerators % size == 0
            )
            target = (
                rng.uniform(0.5, 2.2)
                if heavy
                else rng.uniform(1.7 if limited else 0.7, 3.5) / (1 if size == 1 else rng.uniform(1, 2))
            )
            config = ServingConfig(model, Precision.BF16, accelerator, size, 1, "vllm", 8)
            services = _services(resolved, model, target, rng)
            name = f"{model.name} on {size} {accelerator.name}"
            if services and pools:
                deployments.append(Deployment(len(deployments), f"{name} #{number}", config, services, pools))
    calls = []
    for endpoint in resolved.endpoints:
        for workload in resolved.workloads:
            quality = endpoint.score(METRIC)
            if not _accepts(workload, quality) or not _shares(workload.residency, endpoint.residency):
                continue
            for bucket in range(len(workload.buckets)):
                if workload.batch_share < 1:
                    calls.append(Call(workload.index, bucket, ServeKind.REAL_TIME, endpoint.index, quality, False))
                if workload.batch_share > 0:
                    calls.append(Call(workload.index, bucket, ServeKind.BATCH, endpoint.index, quality, False))
    allowed = frozenset(
        (workload.index, pool.index)
        for workload in resolved.workloads
        for pool in resolved.pools
        if _shares(workload.residency, pool.site.residency)
    )
    return Candidates(tuple(deployments), tuple(calls), allowed, _unserved(resolved, deployments, calls, allowed))


def _unserved(
    resolved: ResolvedInstance,
    deployments: list[Deployment],
    calls: list[Call],
    allowed: frozenset[tuple[int, int]],
) -> tuple[Unserved, ...]:
    served = {(call.workload, call.bucket, call.kind) for call in calls}
    for deployment in deployments:
        for service in deployment.services:
            if any((service.workload, pool) in allowed for pool in deployment.pools):
                served.add((service.workload, service.bucket, service.kind))
    wanted = [
        (workload.index, bucket, kind)
        for workload in resolved.workloads
        for bucket in range(len(workload.buckets))
        for kind, share in ((ServeKind.REAL_TIME, 1 - workload.batch_share), (ServeKind.BATCH, workload.batch_share))
        if share > 0
    ]
    return tuple(Unserved(*key, reasons=("nothing on offer serves it",)) for key in wanted if key not in served)


def _tiers(rng: random.Random, price: float) -> tuple[ApiPriceTier, ...]:
    """Other prices above an input length that some buckets exceed."""
    return tuple(
        ApiPriceTier(
            above_input_tokens=start,
            usd_per_million_input_tokens=price * factor,
            usd_per_million_cached_input_tokens=rng.choice((None, price * 0.3)),
            usd_per_million_output_tokens=price * 3 * factor,
            batch_usd_per_million_input_tokens=price * 0.6 * factor,
            batch_usd_per_million_output_tokens=price * factor,
        )
        for start, factor in ((200, 1.5), (900, 0.7))
    )
