"""Inference-specific chips against GPUs: speed for one user, price per token at API providers, cost from data sheets."""

from __future__ import annotations

from itertools import product
from statistics import median

from solver.catalog.api_prices import api_price
from solver.catalog.load import catalog

from .points import Point, Points
from .rates import TENSOR_PARALLEL, Rates, least_usd_per_accelerator_hour
from .settings import ChipSettings, Size, Target

NO_TARGET = Target()


def points(settings: ChipSettings) -> Points:
    """`speed`: published output tokens/s of a chip service for one user over a GPU replica's, at the fastest parallelism
    of up to eight. `price`: median list price of GPU services over that of a chip service, same model. `cost`: USD per
    request on the cheapest GPU over USD on a chip, both from data sheets (roofline) and the cheapest list prices.
    All `times better`.
    """
    rates = Rates()
    yield from _speed(rates, settings)
    yield from _price(settings)
    yield from _cost(rates, settings)


def _speed(rates: Rates, settings: ChipSettings) -> Points:
    spread = product(settings.speeds, settings.gpus, settings.gpu_precisions, settings.sizes, settings.gpu_concurrency)
    for seen, gpu, precision, size, sequences in spread:
        asked = (rates.replica(seen.model, precision, gpu, t, sequences, size) for t in TENSOR_PARALLEL)
        found = [replica for replica in asked if replica is not None and replica.concurrency == sequences]
        tpots = [replica.point.tpot_ms for replica in found if replica.point.tpot_ms]
        if tpots:
            setting = {"service": f"{seen.service}, {seen.model}", "gpu": gpu, "precision": precision.value}
            setting |= {"requests": size.label, "sequences on the GPUs": str(sequences)}
            yield Point("speed", seen.tokens_per_second * min(tpots) / 1000.0, setting)


def _price(settings: ChipSettings) -> Points:
    hosted: dict[str, dict[str, list[str]]] = {}
    for entry in catalog().api_models.values():
        provider = entry.api.partition("/")[0]
        if entry.model is not None:
            hosted.setdefault(entry.model, {}).setdefault(provider, []).append(entry.api)
    for model, by_provider in hosted.items():
        on_gpus = [api for provider in settings.gpu_providers for api in by_provider.get(provider, ())]
        on_chips = [api for provider in settings.chip_providers for api in by_provider.get(provider, ())]
        if not on_gpus:
            continue
        for api, size in product(on_chips, settings.sizes):
            ratio = median(_usd(gpu, size) for gpu in on_gpus) / _usd(api, size)
            yield Point("price", ratio, {"api": api, "model": model, "requests": size.label})


def _cost(rates: Rates, settings: ChipSettings) -> Points:
    for model, size in product(settings.models, settings.sizes):
        on_gpus = [usd for gpu in settings.gpus if (usd := _usd_per_request(rates, model, gpu, size, settings))]
        for chip in settings.chips:
            usd = _usd_per_request(rates, model, chip, size, settings)
            if usd and on_gpus:
                yield Point("cost", min(on_gpus) / usd, {"chip": chip, "model": model, "requests": size.label})


def _usd_per_request(rates: Rates, model: str, accelerator: str, size: Size, settings: ChipSettings) -> float | None:
    """At the cheapest precision; None where it does not fit, a figure is blank or no price is listed."""
    price = least_usd_per_accelerator_hour(catalog().accelerators[accelerator])
    best = [
        replica.accelerator_seconds
        for precision in settings.gpu_precisions
        if (replica := rates.best(model, precision, accelerator, size, NO_TARGET)) is not None
    ]
    return min(best) * price / 3600.0 if best and price is not None else None


def _usd(api: str, size: Size) -> float:
    price = api_price(api).at(size.input_tokens)
    return (
        size.input_tokens * price.usd_per_million_input_tokens
        + size.output_tokens * price.usd_per_million_output_tokens
    )
