"""Endpoints with their prices, model and quality looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.catalog.entries import Quality
from solver.catalog.load import catalog

from .context import Context
from .diagnostics import Location
from .resolved import ResolvedEndpoint

if TYPE_CHECKING:
    from solver.catalog.entries import ApiPrice, ApiPriceTier

    from .schema.sites import Endpoint

PROMISED_HOURS = 24.0
"""Completion window of the batch services in the price list (OpenAI, Anthropic, Google, Mistral, Groq and xAI: 24 hours)."""
PRICE_FIELDS = (
    "usd_per_million_input_tokens",
    "usd_per_million_cached_input_tokens",
    "usd_per_million_output_tokens",
    "batch_usd_per_million_input_tokens",
    "batch_usd_per_million_output_tokens",
)


def resolved_endpoints(context: Context) -> tuple[ResolvedEndpoint, ...]:
    """Endpoints in the order of the file. Batch prices are None where the provider has none."""
    return tuple(_endpoint(context, index, asked) for index, asked in enumerate(context.instance.endpoints))


def _endpoint(context: Context, index: int, asked: Endpoint) -> ResolvedEndpoint:
    listed = _price_list(context, index, asked)
    model, quality = _model_and_quality(context, asked)
    input_price = _first(asked.usd_per_million_input_tokens, listed.usd_per_million_input_tokens if listed else None)
    output_price = _first(asked.usd_per_million_output_tokens, listed.usd_per_million_output_tokens if listed else None)
    if input_price is None or output_price is None:
        raise LookupError(f"endpoint {asked.api} passed the checks but has no price")
    cached = asked.usd_per_million_cached_input_tokens
    batch = (asked.batch_usd_per_million_input_tokens, asked.batch_usd_per_million_output_tokens)
    if listed is not None:
        # A list price for cached tokens belongs to the list price for the others.
        if asked.usd_per_million_input_tokens is None:
            cached = _first(cached, listed.usd_per_million_cached_input_tokens)
        if None in batch:
            batch = (listed.batch_usd_per_million_input_tokens, listed.batch_usd_per_million_output_tokens)
    if None in batch:
        batch = (None, None)
        _note_no_batch(context, index, asked)
    turnaround_hours = _turnaround_hours(context, index, asked) if None not in batch else 0.0
    return ResolvedEndpoint(
        index=index,
        name=asked.name or asked.api,
        provider=listed.provider if listed is not None else asked.api.partition("/")[0],
        model=model,
        quality=quality,
        usd_per_million_input_tokens=input_price,
        usd_per_million_cached_input_tokens=input_price if cached is None else cached,
        usd_per_million_output_tokens=output_price,
        batch_usd_per_million_input_tokens=batch[0],
        batch_usd_per_million_output_tokens=batch[1],
        price_change_per_year=asked.price_change_per_year,
        max_requests_per_second=asked.max_requests_per_second,
        ttft_ms=asked.ttft_ms,
        tpot_ms=asked.tpot_ms,
        max_context_tokens=asked.max_context_tokens,
        residency=asked.residency,
        carbon_g_per_million_tokens=asked.carbon_g_per_million_tokens,
        source=f"{listed.source}, {listed.as_of}" if listed is not None else "instance",
        batch_turnaround_hours=turnaround_hours,
        tiers=_tiers(context, index, asked, listed),
    )


def _turnaround_hours(context: Context, index: int, asked: Endpoint) -> float:
    """Hours of a batch price's promise: the file's own, else what providers commonly promise, with notes on its effect."""
    given = asked.batch_turnaround_hours
    hours = PROMISED_HOURS if given is None else given
    name, workloads = asked.name or asked.api, context.instance.workloads
    waiting = [(work.name, work.batch) for work in workloads if work.batch is not None and work.batch.share > 0]
    at: Location = ("endpoints", index, "batch_turnaround_hours")
    if given is None and waiting:
        rule = f"requests at the batch price are taken to be answered within {hours:g} hours, as providers promise"
        context.report.note(at, name, rule, "state it where it is another")
    late = [work for work, batch in waiting if batch.deadline_hours < hours]
    if late:
        rule = f"answers within {hours:g} hours come too late for {', '.join(late)}: there the real-time price is paid"
        context.report.note(at, name, rule)
    return hours


def _tiers(context: Context, index: int, asked: Endpoint, listed: ApiPrice | None) -> tuple[ApiPriceTier, ...]:
    """Tiers of the price list, ascending; none where the file has a price of its own, which then holds for all sizes."""
    tiers = tuple(sorted(listed.tiers, key=lambda tier: tier.above_input_tokens)) if listed is not None else ()
    if not tiers or all(getattr(asked, name) is None for name in PRICE_FIELDS):
        return tiers
    start = tiers[0].above_input_tokens
    if _longest_input(context) > start:
        rule = f"the list has other prices for requests above {start} input tokens; the file's own hold for all sizes"
        context.report.warning(("endpoints", index, "api"), asked.api, rule, "leave the prices to the list")
    return ()


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _price_list(context: Context, index: int, asked: Endpoint) -> ApiPrice | None:
    """Row of the price list, None where the file gives the prices itself. The list is a heavy import."""
    if asked.usd_per_million_input_tokens is not None and asked.usd_per_million_output_tokens is not None:
        return None
    from solver.catalog.api_prices import api_price

    price = api_price(asked.api)
    at: Location = ("endpoints", index, "api")
    figures = f"{price.usd_per_million_input_tokens:g} in, {price.usd_per_million_output_tokens:g} out"
    rule = (
        f"list prices in USD per million tokens ({figures}; standing `{price.standing}`): {price.source}, {price.as_of}"
    )
    context.report.note(at, asked.api, f"{rule}{f'; {price.notes}' if price.notes else ''}")
    return price


def _longest_input(context: Context) -> int:
    longest = 0
    for workload in context.instance.workloads:
        profile = context.directory.lengths.get(workload.lengths) if isinstance(workload.lengths, str) else None
        buckets = workload.lengths if not isinstance(workload.lengths, str) else profile.buckets if profile else ()
        longest = max(longest, *(bucket.input_tokens for bucket in buckets), 0)
    return longest


def _note_no_batch(context: Context, index: int, asked: Endpoint) -> None:
    if any(workload.batch is not None and workload.batch.share > 0 for workload in context.instance.workloads):
        rule = "no batch price is known: requests that may wait pay the real-time price"
        context.report.note(("endpoints", index), asked.name or asked.api, rule)


def _model_and_quality(context: Context, asked: Endpoint) -> tuple[str, tuple[tuple[str, float], ...]]:
    """Model that stands behind an endpoint (the endpoint's name where none is known) and its scores."""
    known = catalog().api_models
    listed = None
    if asked.api in known:
        listed = known[asked.api]
    name = asked.model or (listed.model if listed is not None else None)
    model = context.directory.models.get(name) if name is not None else None
    scores: tuple[Quality, ...] = asked.quality
    if not scores and model is not None:
        scores = model.quality
    if not scores and listed is not None and asked.model is None:
        scores = listed.quality
    written = model.name if model is not None else name or asked.name or asked.api
    return written, tuple(sorted((score.metric, score.score) for score in scores))
