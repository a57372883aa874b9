"""Measured profiles: an exact size gives the measured rate, any other the roofline scaled to the nearest point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import hypot, log

from solver.catalog.entries import Precision
from solver.instance.schema.serving import KvPrecision, MeasuredPoint, MeasuredProfile

from .memory import default_kv_precision
from .types import Disaggregation, OperatingPoint, Provenance, RequestSize, ServingConfig, Unservable

Estimate = Callable[[ServingConfig, RequestSize], OperatingPoint | Unservable]


@dataclass(frozen=True, slots=True)
class ProfileKey:
    """What a profile is looked up by, concurrency apart."""

    model: str
    precision: Precision
    accelerator: str
    tensor_parallel: int
    pipeline_parallel: int
    engine: str
    kv_precision: KvPrecision | None = None
    """None for the engine's own, also where it was named."""
    expert_parallel: int = 1
    attention_data_parallel: bool = False
    chunked_prefill: bool = True
    disaggregation: Disaggregation | None = None

    @property
    def filed(self) -> ProfileKey:
        """Key that profiles are filed under: a measurement stands for however the engine prefills."""
        return replace(self, chunked_prefill=True)


def key_of_config(config: ServingConfig) -> ProfileKey:
    """Key under which a configuration finds its profiles."""
    return ProfileKey(
        config.model.name,
        config.precision,
        config.accelerator.name,
        config.tensor_parallel,
        config.pipeline_parallel,
        config.engine,
        None if config.kv_precision is default_kv_precision(config.precision, config.engine) else config.kv_precision,
        config.expert_parallel,
        config.attention_data_parallel,
        config.chunked_prefill,
        config.disaggregation,
    )


def key_of_profile(profile: MeasuredProfile) -> ProfileKey:
    """Key under which a profile is filed."""
    return ProfileKey(
        profile.model,
        profile.precision,
        profile.accelerator,
        profile.tensor_parallel,
        profile.pipeline_parallel,
        profile.engine,
        None
        if profile.kv_precision is default_kv_precision(profile.precision, profile.engine)
        else profile.kv_precision,
        profile.expert_parallel,
        profile.attention_data_parallel,
    )


def measured_point(
    profiles: Sequence[MeasuredProfile], config: ServingConfig, size: RequestSize, estimate: Estimate
) -> OperatingPoint | Unservable | None:
    """Operating point from `profiles` (already matching `config`); None when there are none.

    An exact size is taken as measured, prefix caching included. Otherwise `estimate` at the asked size is scaled by
    measured / estimated at the nearest point (distance in the logarithms of input and output tokens); a latency that
    the point does not state is scaled like the time per request. Unservable when `estimate` has no answer.
    """
    candidates = [(profile, point) for profile in profiles for point in profile.points]
    if not candidates:
        return None
    for profile, point in candidates:
        if (point.input_tokens, point.output_tokens) == (size.input_tokens, size.output_tokens):
            return OperatingPoint(
                requests_per_second=point.requests_per_second,
                concurrency=config.concurrency,
                ttft_ms=point.ttft_ms,
                tpot_ms=point.tpot_ms,
                provenance=Provenance.MEASURED,
                source=_label(profile),
            )
    profile, nearest = min(candidates, key=lambda candidate: _distance(candidate[1], size))
    at_nearest = estimate(config, RequestSize(nearest.input_tokens, nearest.output_tokens))
    at_size = estimate(config, size)
    for answer in (at_nearest, at_size):
        if isinstance(answer, Unservable):
            return Unservable(
                f"no measured point at {size.input_tokens} x {size.output_tokens} tokens, and no estimate to scale: "
                f"{answer.reason}"
            )
    assert isinstance(at_nearest, OperatingPoint) and isinstance(at_size, OperatingPoint)
    rate_ratio = nearest.requests_per_second / at_nearest.requests_per_second
    return OperatingPoint(
        requests_per_second=at_size.requests_per_second * rate_ratio,
        concurrency=at_size.concurrency,
        ttft_ms=_scaled(at_size.ttft_ms, nearest.ttft_ms, at_nearest.ttft_ms, rate_ratio),
        tpot_ms=_scaled(at_size.tpot_ms, nearest.tpot_ms, at_nearest.tpot_ms, rate_ratio),
        provenance=Provenance.MEASURED_SCALED,
        source=f"{_label(profile)}, scaled from {nearest.input_tokens} x {nearest.output_tokens} tokens",
    )


def _distance(point: MeasuredPoint, size: RequestSize) -> float:
    return hypot(log(point.input_tokens / size.input_tokens), log(point.output_tokens / size.output_tokens))


def _label(profile: MeasuredProfile) -> str:
    return f"{profile.name} ({profile.source})" if profile.name else profile.source


def _scaled(at_size: float | None, measured: float | None, at_nearest: float | None, rate_ratio: float) -> float | None:
    if at_size is None:
        return None
    if measured is None or at_nearest is None:
        return at_size / rate_ratio
    return at_size * measured / at_nearest
