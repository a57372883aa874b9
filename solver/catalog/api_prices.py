"""Prices of per-token APIs, taken from the `genai_prices` package (offline, no network).

That package answers with the standard price where a model has no batch price, and where a host resells another
provider's model. Here a batch price exists only if the provider's own list states one; otherwise it is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from solver.catalog.entries import ApiPrice, ApiPriceTier, Standing
from solver.catalog.names import nearest_names, plain

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

# Fixed, so that an instance gives the same plan on whatever day it is solved; the newest day the locked package covers.
PRICE_DATE = date(2026, 11, 20)
BATCH = {"processing": "batch"}
INPUT, CACHED, OUTPUT = "input_mtok", "cache_read_mtok", "output_mtok"
FIELDS = {
    INPUT: "usd_per_million_input_tokens",
    CACHED: "usd_per_million_cached_input_tokens",
    OUTPUT: "usd_per_million_output_tokens",
}
BATCH_FIELDS = {INPUT: "batch_usd_per_million_input_tokens", OUTPUT: "batch_usd_per_million_output_tokens"}


class UnknownApiError(LookupError):
    """No such API. `suggestions` holds the nearest known ones as `provider/model`."""

    def __init__(self, api: str, suggestions: tuple[str, ...]) -> None:
        self.api = api
        self.suggestions = suggestions
        hint = f"; nearest: {', '.join(suggestions)}" if suggestions else ""
        super().__init__(f"unknown API {api!r} (write `provider/model`){hint}")


class NotPerTokenError(LookupError):
    """The API is known, but is not sold by input and output tokens (an embedding, image or audio model)."""


@lru_cache(maxsize=1024)
def api_price(api: str, on: date = PRICE_DATE) -> ApiPrice:
    """Prices of `provider/model` on a day, USD per million tokens; request-size tiers are in `tiers`.

    Where the price depends on the time of day the dearest one is given, and `notes` says so. Raises UnknownApiError
    with suggestions, or NotPerTokenError.
    """
    provider, model = _find(api)
    standard, notes = _standard_price(model, on)
    if standard.__dict__.get(INPUT) is None or standard.__dict__.get(OUTPUT) is None:
        raise NotPerTokenError(f"{api!r} has no price per input token and per output token")
    batch = _batch_prices(model, on) if any(model is own for own in provider.models) else {}
    if not batch:
        notes.append("no batch price in the provider's list")
    if not any(model is own for own in provider.models):
        notes.append(f"{provider.id} lists no price of its own; the price of the model's maker is given")
    if plain(model.id) != plain(api.partition("/")[2]):
        notes.append(f"matched to {model.id!r}")
    if model.deprecated:
        notes.append("deprecated by the provider")
    if standard.__dict__.get("requests_kcount") is not None:
        notes.append(f"plus {standard.__dict__['requests_kcount']} USD per 1000 requests, not part of these prices")
    if model.price_comments:
        notes.append(model.price_comments)
    prices = {key: standard.__dict__.get(key) for key in FIELDS}
    return ApiPrice(
        api=f"{provider.id}/{model.id}",
        provider=provider.id,
        tiers=_tiers(prices, batch),
        source=f"pypi:genai-prices {_package_version()}"
        + (f" ({provider.pricing_urls[0]})" if provider.pricing_urls else ""),
        as_of=on.isoformat(),
        standing=Standing.SECONDARY,
        notes="; ".join(notes),
        **_at(prices, batch, 0),
    )


def list_apis(contains: str = "") -> tuple[str, ...]:
    """Names `provider/model` of all APIs sold per token whose name contains `contains`, case and punctuation aside."""
    wanted = plain(contains)
    return tuple(name for name in _names() if wanted in plain(name))


@lru_cache(maxsize=1)
def batch_priced_apis() -> tuple[ApiPrice, ...]:
    """Every API for which its provider's own list states a batch price, sold per token."""
    found = []
    for provider in _providers():
        for model in provider.models:
            if any(variant.when == BATCH for variant in model.price_variants or ()):
                try:
                    price = api_price(f"{provider.id}/{model.id}")
                except (UnknownApiError, NotPerTokenError):
                    continue
                if price.batch_usd_per_million_input_tokens is not None:
                    found.append(price)
    return tuple(found)


def _find(api: str) -> tuple[Provider, ModelInfo]:
    provider_id, slash, model_ref = api.partition("/")
    providers = _providers()
    provider = next((p for p in providers if plain(p.id) == plain(provider_id)), None)
    if provider is None or not slash or not model_ref:
        raise UnknownApiError(api, _suggestions(api))
    exact = next((m for m in provider.models if plain(m.id) == plain(model_ref)), None)
    found = exact or provider.find_model(model_ref, all_providers=list(providers))
    if found is None or not _same_model(model_ref, found.id):
        raise UnknownApiError(api, _suggestions(api))
    return provider, found


def _same_model(asked: str, known: str) -> bool:
    """Whether two names differ in a version date alone; the package's own match also takes `gpt-4o-mini-whatever`."""
    return _without_version(asked) == _without_version(known)


def _without_version(name: str) -> str:
    return plain(re.sub(r"([-@:_](\d{4,8}(-\d\d){0,2}|latest))+$", "", name.lower()))


def _suggestions(api: str) -> tuple[str, ...]:
    provider_id, slash, model_ref = api.partition("/")
    names = _names()
    own = [name for name in names if slash and plain(name.partition("/")[0]) == plain(provider_id)]
    by_own = {name.partition("/")[2]: name for name in own}
    near = [by_own[tail] for tail in nearest_names(model_ref, by_own)] if own else []
    return tuple(dict.fromkeys([*near, *nearest_names(model_ref if slash else api, names)]))[:5]


def _standard_price(model: ModelInfo, on: date) -> tuple[ModelPrice, list[str]]:
    """Standard price on a day: the dearest of those that hold at its different hours."""
    start = datetime.combine(on, time(0, 15), tzinfo=UTC)
    by_hour = [model.get_prices(start + timedelta(minutes=30 * step)) for step in range(48)]
    distinct = [price for step, price in enumerate(by_hour) if price not in by_hour[:step]]
    dearest = max(distinct, key=lambda price: sum(_base(price.__dict__.get(key)) for key in (INPUT, OUTPUT)))
    return dearest, ["the price varies over the day; the dearest is given"] if len(distinct) > 1 else []


def _batch_prices(model: ModelInfo, on: date) -> dict[str, Decimal | TieredPrices]:
    """Batch prices that the provider states for both input and output; otherwise nothing."""
    noon = datetime.combine(on, time(12), tzinfo=UTC)
    found: dict[str, Decimal | TieredPrices] = {}
    for variant in model.price_variants or ():
        if variant.when != BATCH or (variant.constraint is not None and not variant.constraint.active(noon)):
            continue
        for key in BATCH_FIELDS:
            price = variant.prices.__dict__.get(key)
            if price is not None:
                found.setdefault(key, price)
    return found if len(found) == len(BATCH_FIELDS) else {}


def _tiers(
    prices: dict[str, Decimal | TieredPrices | None], batch: dict[str, Decimal | TieredPrices]
) -> tuple[ApiPriceTier, ...]:
    starts = sorted(
        {tier.start for price in (*prices.values(), *batch.values()) for tier in getattr(price, "tiers", ())}
    )
    return tuple(
        ApiPriceTier.model_validate({"above_input_tokens": start, **_at(prices, batch, start + 1)}) for start in starts
    )


def _at(
    prices: dict[str, Decimal | TieredPrices | None], batch: dict[str, Decimal | TieredPrices], input_tokens: int
) -> dict[str, float]:
    """Price fields of a request with so many input tokens."""
    cells = {FIELDS[key]: _reached(price, input_tokens) for key, price in prices.items() if price is not None}
    return cells | {BATCH_FIELDS[key]: _reached(price, input_tokens) for key, price in batch.items()}


def _reached(price: Decimal | TieredPrices, input_tokens: int) -> float:
    if isinstance(price, Decimal):
        return float(price)
    reached = [tier.price for tier in price.tiers if input_tokens > tier.start]
    return float(reached[-1] if reached else price.base)


def _base(price: Decimal | TieredPrices | None) -> float:
    return 0.0 if price is None else _reached(price, 0)


@lru_cache(maxsize=1)
def _providers() -> tuple[Provider, ...]:
    from genai_prices.data_snapshot import get_snapshot

    return tuple(get_snapshot().providers)


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(sorted(_per_token_names(_providers())))


def _per_token_names(providers: Iterable[Provider]) -> Iterable[str]:
    noon = datetime.combine(PRICE_DATE, time(12), tzinfo=UTC)
    for provider in providers:
        for model in provider.models:
            cells = model.get_prices(noon).__dict__
            if cells.get(INPUT) is not None and cells.get(OUTPUT) is not None:
                yield f"{provider.id}/{model.id}"


@lru_cache(maxsize=1)
def _package_version() -> str:
    from importlib.metadata import version

    return version("genai-prices")
