"""Memory and accelerator time that quantization saves against 16 bit."""

from __future__ import annotations

from itertools import product

from solver.catalog.entries import Precision
from solver.catalog.load import catalog
from solver.performance.memory import kv_bytes, weight_bytes

from .points import Point, Points, saved
from .rates import Rates
from .settings import PrecisionSettings


def points(settings: PrecisionSettings) -> Points:
    """`weights`, `memory`, `accelerator_time`: shares saved, on the same accelerator.

    `memory` counts the weights and the 16-bit cache of so many sequences. `accelerator_time` compares the best operating
    points within the target, whatever parallelism each takes; settings that 16 bit cannot hold are left out.
    """
    yield from _memory(settings)
    yield from _time(settings)


def _memory(settings: PrecisionSettings) -> Points:
    for name, precision in product(settings.models, settings.precisions):
        model = catalog().models[name]
        if model.params_total_b is None:
            continue
        full, less = (weight_bytes(model.params_total_b, at) for at in (Precision.BF16, precision))
        yield Point("weights", saved(full, less), {"model": name, "precision": precision.value})
        for size, sequences in product(settings.sizes, settings.sequences):
            cache = kv_bytes(model, size.input_tokens + size.output_tokens)
            if cache is not None:
                held = sequences * cache
                setting = {"model": name, "precision": precision.value}
                setting |= {"requests": size.label, "sequences": str(sequences)}
                yield Point("memory", saved(full + held, less + held), setting)


def _time(settings: PrecisionSettings) -> Points:
    rates = Rates()
    spread = product(settings.models, settings.accelerators, settings.sizes, settings.targets)
    for model, accelerator, size, target in spread:
        full = rates.best(model, Precision.BF16, accelerator, size, target)
        if full is None:
            continue
        for precision in settings.precisions:
            less = rates.best(model, precision, accelerator, size, target)
            if less is not None:
                setting = {"model": model, "precision": precision.value, "accelerator": accelerator}
                setting |= {"requests": size.label, "target": target.label}
                yield Point("accelerator_time", saved(full.accelerator_seconds, less.accelerator_seconds), setting)
