"""Which buckets a configuration can serve, at what load, and why not where it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.catalog.entries import Precision
from solver.deployments.types import ServeKind, Service
from solver.instance.resolved import ResolvedInstance, Workload
from solver.instance.schema.policy import Queueing, Spare
from solver.instance.schema.workload import QualityMode
from solver.performance.chain import RateChain, ReplicaRates, margin
from solver.performance.latency import LatencyMiss, LatencyVerdict, meets
from solver.performance.peaks import Peak, mean_utilisation
from solver.performance.queueing import utilisation_limit
from solver.performance.types import OperatingPoint, RequestSize, ServingConfig, Unservable

LEAST_UTILISATION = 0.1
"""Below it a latency target leaves no usable capacity: the service does not exist (never a huge fleet)."""


class RefusalKind(StrEnum):
    """What stands against a service: the first of them that was met."""

    MODEL_LIST = "model_list"
    REGION = "region"
    QUALITY = "quality"
    CONTEXT = "context"
    MEMORY = "memory"
    RATE = "rate"
    LATENCY = "latency"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a configuration cannot serve a bucket; `closeness` ranks how near it came (larger is nearer).

    Kind RATE: no rate, because the accelerator does not serve the precision, or a figure is missing.
    """

    why: str | LatencyMiss
    closeness: float
    kind: RefusalKind

    @property
    def reason(self) -> str:
        """In words; made only when asked for, since most refusals are never read."""
        return str(self.why)


def quality_of(resolved: ResolvedInstance, config: ServingConfig, metric: str) -> float | None:
    """Score of a model at a precision: its 16-bit score times the share it keeps; None where no score is known."""
    scores = {quality.metric: quality.score for quality in config.model.quality}
    if metric not in scores:
        return None
    if config.precision is Precision.BF16:
        return scores[metric]
    kept = [
        recovery.recovery
        for recovery in resolved.recoveries
        if recovery.precision is config.precision
        and recovery.model == config.model.name
        and recovery.benchmark == metric
    ]
    return scores[metric] * kept[0] if kept else None


class Services:
    """Answers which buckets a configuration can serve. What depends on less than the configuration is worked out once."""

    def __init__(self, resolved: ResolvedInstance, chain: RateChain) -> None:
        self._resolved, self._chain = resolved, chain
        self._accepted: dict[tuple[str, Precision], tuple[float | Refusal | None, ...]] = {}
        self._sizes = [
            [RequestSize(b.input_tokens, b.output_tokens, workload.prefix_cache_hit_rate) for b in workload.buckets]
            for workload in resolved.workloads
        ]

    def accepted(self, config: ServingConfig) -> tuple[float | Refusal | None, ...]:
        """For each workload the quality its model list and floor accept, or why they do not."""
        key = (config.model.name, config.precision)
        found = self._accepted.get(key)
        if found is None:
            found = tuple(_quality(self._resolved, config, workload) for workload in self._resolved.workloads)
            self._accepted[key] = found
        return found

    def service(
        self, config: ServingConfig, workload: Workload, bucket: int, kind: ServeKind, rates: ReplicaRates | None = None
    ) -> Service | Refusal:
        """The service, or why there is none. `rates`: those of `config`, for who asks often."""
        quality = self.accepted(config)[workload.index]
        if isinstance(quality, Refusal):
            return quality
        size = self._sizes[workload.index][bucket]
        limit = config.model.max_context_tokens
        if limit is not None and size.input_tokens + size.output_tokens > limit:
            label = workload.buckets[bucket].label
            return Refusal(
                f"{label} tokens exceed the {limit} token context of {config.model.name}", 0.1, RefusalKind.CONTEXT
            )
        point = (rates or self._chain.replica(config)).point(config, size)
        if isinstance(point, Unservable):
            return Refusal(point.reason, 0.2, RefusalKind.MEMORY if point.memory else RefusalKind.RATE)
        planned = margin(
            point.provenance, self._resolved.policy.planning_margin, experts=config.model.experts is not None
        )
        if kind is ServeKind.BATCH:
            busy = 1.0 / (planned * point.requests_per_second)
            return Service(workload.index, bucket, kind, busy, busy, point, planned, 1.0, quality)
        return _at_once(self._resolved, workload, bucket, point, planned, quality, size)


def _at_once(
    resolved: ResolvedInstance,
    workload: Workload,
    bucket: int,
    point: OperatingPoint,
    planned: float,
    quality: float | None,
    size: RequestSize,
) -> Service | Refusal:
    """A real-time service: the point holds the targets and leaves time to wait for a place."""
    verdict = meets(workload.latency, point, size)
    if not verdict.ok:
        worst = max(verdict.misses, key=lambda miss: miss.promised_ms / miss.limit_ms)
        return Refusal(worst, worst.limit_ms / worst.promised_ms, RefusalKind.LATENCY)
    utilisation = _utilisation(resolved, workload, point, planned, verdict)
    if utilisation < LEAST_UTILISATION:
        why = "the latency target leaves no time to wait for a place in the batch"
        return Refusal(why, 0.9, RefusalKind.LATENCY)
    busy = 1.0 / (planned * point.requests_per_second)
    return Service(
        workload=workload.index,
        bucket=bucket,
        kind=ServeKind.REAL_TIME,
        load=busy / utilisation,
        busy=busy,
        point=point,
        margin=planned,
        utilisation_limit=utilisation,
        quality=quality,
        ttft_ms=_with_wait(verdict.ttft_ms, verdict, workload, resolved),
        tpot_ms=verdict.tpot_ms,
        end_to_end_ms=_with_wait(verdict.end_to_end_ms, verdict, workload, resolved),
    )


def _quality(resolved: ResolvedInstance, config: ServingConfig, workload: Workload) -> float | Refusal | None:
    if workload.models and config.model.name not in workload.models:
        why = f"{config.model.name} is not on the workload's list of models"
        return Refusal(why, 0.0, RefusalKind.MODEL_LIST)
    floor = workload.quality
    if floor is None:
        return None
    score = quality_of(resolved, config, floor.metric)
    named = f"{config.model.name} at {config.precision}"
    if score is None:
        return Refusal(f"{named} has no known score on {floor.metric}", 0.0, RefusalKind.QUALITY)
    if floor.mode is QualityMode.EACH and score < floor.at_least - 1e-12:
        return Refusal(
            f"{named} scores {score:.3f} on {floor.metric}, below {floor.at_least:.3f}",
            score / floor.at_least,
            RefusalKind.QUALITY,
        )
    return score


def _utilisation(
    resolved: ResolvedInstance,
    workload: Workload,
    point: OperatingPoint,
    planned: float,
    verdict: LatencyVerdict,
) -> float:
    """Highest share of the planned rate that keeps the wait within its allowance, for the smallest pool there can be.

    The limit grows with the pool, so rho(smallest) x replicas is a safe linear form of the exact curve. This is the one
    place where burstiness and short peaks enter the load.
    """
    policy = resolved.policy
    if verdict.wait_allowance_ms is None:
        return 1.0
    replicas = max(policy.minimum_replicas - (1 if policy.spare is Spare.N_PLUS_1 else 0), 1)
    service_s = point.concurrency / (point.requests_per_second * planned)

    def within(allowed_wait_s: float) -> float:
        if policy.queueing is Queueing.OFF:
            return 1.0
        return utilisation_limit(
            replicas * point.concurrency,
            service_s,
            allowed_wait_s,
            workload.latency.percentile,
            workload.arrival_cv,
        )

    peaks = tuple(Peak(peak.seconds, peak.ratio) for peak in workload.short_peaks)
    return mean_utilisation(within, verdict.wait_allowance_ms / 1000, peaks)


def _with_wait(
    light_ms: float | None, verdict: LatencyVerdict, workload: Workload, resolved: ResolvedInstance
) -> float | None:
    """Promise at the percentile: what the point needs plus the whole wait that the utilisation limit allows for."""
    if light_ms is None or verdict.wait_allowance_ms is None or resolved.policy.queueing is Queueing.OFF:
        return light_ms
    return light_ms + verdict.wait_allowance_ms
