"""What batching, prefix caching and sharding save per token, each against doing without on the same accelerator.

At one price an accelerator-hour, cost per token goes with accelerator time per request, so the price drops out.
"""

from __future__ import annotations

from itertools import product

from .points import Point, Points, saved
from .rates import CONCURRENCY, Rates, Replica
from .settings import Size, Target, TechniqueSettings


def points(settings: TechniqueSettings) -> Points:
    """`batching`, `prefix_cache`, `sharding` and `together`: shares of the accelerator time of a request that are saved.

    Batching: the best batch within the target against a fixed one, at the least parallelism that fits. Prefix cache: the
    best operating point with and without hits. Sharding: the best parallelism against the least that fits. Together: all
    three against the fixed batch without hits at the least parallelism. What cannot hold the target without the
    technique is left out: there it is not cheaper but possible at all.
    """
    rates = Rates()
    spread = product(settings.models, settings.accelerators, settings.sizes, settings.targets)
    for model, accelerator, size, target in spread:
        setting = {"model": model, "accelerator": accelerator, "requests": size.label, "target": target.label}
        yield from _points(rates, settings, model, accelerator, size, target, setting)


def _points(
    rates: Rates,
    settings: TechniqueSettings,
    model: str,
    accelerator: str,
    size: Size,
    target: Target,
    setting: dict[str, str],
) -> Points:
    least = rates.smallest(model, settings.precision, accelerator, size)
    if least is None:
        return

    def best(**fixed: object) -> Replica | None:
        return rates.best(model, settings.precision, accelerator, size, target, **fixed)  # type: ignore[arg-type]

    whole, unsharded = best(), best(tensor_parallel=(least,))
    if whole is not None and unsharded is not None:
        yield Point("sharding", _saved(unsharded, whole), setting)
    for rate in settings.prefix_hit_rates:
        cached = best(prefix_hit_rate=rate)
        if whole is not None and cached is not None:
            yield Point("prefix_cache", _saved(whole, cached), setting | {"hit rate": f"{rate:.0%}"})
    for start in settings.start_concurrency:
        alone = best(tensor_parallel=(least,), concurrency=(start,))
        if alone is None:
            continue
        batch = {"first batch": str(start)}
        if unsharded is not None:
            larger = best(tensor_parallel=(least,), concurrency=[c for c in CONCURRENCY if c >= start])
            if larger is not None:
                yield Point("batching", _saved(alone, larger), setting | batch)
        for rate in settings.prefix_hit_rates:
            all_three = best(prefix_hit_rate=rate)
            if all_three is not None:
                hits = {"hit rate": f"{rate:.0%}"}
                yield Point("together", _saved(alone, all_three), setting | batch | hits)


def _saved(before: Replica, after: Replica) -> float:
    return saved(before.accelerator_seconds, after.accelerator_seconds)
