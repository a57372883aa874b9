"""Which buckets an API endpoint may be called for."""

from __future__ import annotations

from solver.deployments.services import Refusal, RefusalKind
from solver.deployments.types import Call, ServeKind
from solver.deployments.wanted import wanted
from solver.instance.resolved import ResolvedEndpoint, ResolvedInstance, Workload
from solver.instance.schema.workload import QualityMode


def calls(resolved: ResolvedInstance) -> tuple[Call, ...]:
    """Every call that is allowed, by endpoint."""
    answers = (
        call(endpoint, resolved.workloads[w], k, kind)
        for endpoint in resolved.endpoints
        for w, k, kind in wanted(resolved)
    )
    return tuple(answer for answer in answers if isinstance(answer, Call))


def call(endpoint: ResolvedEndpoint, workload: Workload, bucket: int, kind: ServeKind) -> Call | Refusal:
    """The call, or why it is not allowed. A latency figure the endpoint does not state is taken to hold."""
    if workload.models and endpoint.model not in workload.models:
        why = f"{endpoint.name} serves {endpoint.model}, not on the workload's list of models"
        return Refusal(why, 0.0, RefusalKind.MODEL_LIST)
    if not allowed_region(workload.residency, endpoint.residency):
        return Refusal(f"{endpoint.name} is outside {', '.join(workload.residency)}", 0.0, RefusalKind.REGION)
    size = workload.buckets[bucket]
    tokens = size.input_tokens + size.output_tokens
    if endpoint.max_context_tokens is not None and tokens > endpoint.max_context_tokens:
        why = f"{endpoint.name} takes {endpoint.max_context_tokens} tokens, not {tokens}"
        return Refusal(why, 0.1, RefusalKind.CONTEXT)
    quality: float | None = None
    if workload.quality is not None:
        quality = endpoint.score(workload.quality.metric)
        if quality is None:
            why = f"{endpoint.name} has no known score on {workload.quality.metric}"
            return Refusal(why, 0.0, RefusalKind.QUALITY)
        if workload.quality.mode is QualityMode.EACH and quality < workload.quality.at_least - 1e-12:
            return Refusal(
                f"{endpoint.name} scores {quality:.3f} on {workload.quality.metric}, "
                f"below {workload.quality.at_least:.3f}",
                quality / workload.quality.at_least,
                RefusalKind.QUALITY,
            )
    if kind is ServeKind.BATCH:
        return Call(workload.index, bucket, kind, endpoint.index, quality, latency_stated=True)
    return _in_time(endpoint, workload, bucket, quality)


def _in_time(endpoint: ResolvedEndpoint, workload: Workload, bucket: int, quality: float | None) -> Call | Refusal:
    latency, later = workload.latency, workload.buckets[bucket].output_tokens - 1
    whole = (endpoint.ttft_ms or 0.0) + (endpoint.tpot_ms or 0.0) * later
    checks = (
        ("time to first token", latency.ttft_ms, endpoint.ttft_ms or 0.0, endpoint.ttft_ms is not None),
        ("time per output token", latency.tpot_ms, endpoint.tpot_ms or 0.0, endpoint.tpot_ms is not None),
        (
            "end-to-end time",
            latency.end_to_end_ms,
            whole,
            endpoint.ttft_ms is not None and (endpoint.tpot_ms is not None or later == 0),
        ),
    )
    stated = True
    for what, limit, promised, known in checks:
        if limit is None:
            continue
        if promised > limit:
            why = f"{endpoint.name}: {what} {promised:.4g} ms exceeds {limit:.4g} ms"
            return Refusal(why, limit / promised, RefusalKind.LATENCY)
        stated = stated and known
    return Call(workload.index, bucket, ServeKind.REAL_TIME, endpoint.index, quality, stated)


def allowed_region(wanted: tuple[str, ...], offered: tuple[str, ...]) -> bool:
    """Whether data with a residency may be in a place."""
    return not wanted or bool(set(wanted) & set(offered))
