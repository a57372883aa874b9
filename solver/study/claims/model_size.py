"""What a small model costs per request over a large one: on rented accelerators, and at the same API provider."""

from __future__ import annotations

from itertools import product

from solver.catalog.api_prices import api_price
from solver.catalog.load import catalog

from .points import Point, Points
from .rates import Rates, least_usd_per_accelerator_hour
from .settings import ModelSizeSettings, Size, Target


def points(settings: ModelSizeSettings) -> Points:
    """`rented`: each model at its cheapest precision and accelerator in USD (cheapest list price). `same_accelerator`:
    both on one accelerator at one precision, in accelerator time. `api`: list prices of one provider. All small / large.
    """
    rates = Rates()
    for pair, size, target in product(settings.pairs, settings.sizes, settings.targets):
        setting = {"pair": f"{pair.small} / {pair.large}", "requests": size.label, "target": target.label}
        small, large = (_cheapest_usd(rates, settings, name, size, target) for name in (pair.small, pair.large))
        if small is not None and large is not None:
            yield Point("rented", small / large, setting)
        for accelerator, precision in product(settings.accelerators, settings.precisions):
            one = rates.best(pair.small, precision, accelerator, size, target)
            other = rates.best(pair.large, precision, accelerator, size, target)
            if one is not None and other is not None:
                ratio = one.accelerator_seconds / other.accelerator_seconds
                on = {"accelerator": accelerator, "precision": precision.value}
                yield Point("same_accelerator", ratio, setting | on)
    for api, size in product(settings.api_pairs, settings.sizes):
        ratio = _api_usd(api.small, size) / _api_usd(api.large, size)
        yield Point("api", ratio, {"pair": f"{api.small} / {api.large}", "requests": size.label})


def _cheapest_usd(rates: Rates, settings: ModelSizeSettings, model: str, size: Size, target: Target) -> float | None:
    found: list[float] = []
    for accelerator, precision in product(settings.accelerators, settings.precisions):
        price = least_usd_per_accelerator_hour(catalog().accelerators[accelerator])
        best = rates.best(model, precision, accelerator, size, target)
        if price is not None and best is not None:
            found.append(best.accelerator_seconds * price / 3600.0)
    return min(found, default=None)


def _api_usd(api: str, size: Size) -> float:
    price = api_price(api).at(size.input_tokens)
    return (
        size.input_tokens * price.usd_per_million_input_tokens
        + size.output_tokens * price.usd_per_million_output_tokens
    ) / 1e6
