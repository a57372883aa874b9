"""What it saves when requests may wait: solved plans, and the batch prices of API price lists."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from solver.catalog.api_prices import batch_priced_apis

from .points import Point, Points, saved
from .settings import WaitingSettings
from .solves import Plans, read_instance

TYPICAL_OUTPUT_SHARE = 0.25
"""Output tokens over input tokens at which list prices are compared; batch discounts hardly ever differ by kind."""


def points(settings: WaitingSettings, folder: Path) -> Points:
    """`solved`: share of the lifecycle cost saved against the same requests served at once, both plans optimal.
    `price_list`: share saved by the batch price of an API.
    """
    plans = Plans(read_instance(folder, settings.instance))
    spread = product(settings.markets, settings.volumes_requests_per_second, settings.shapes, settings.tpot_ms)
    for market, volume, shape, tpot_ms in spread:
        at_once = plans.plan(market, volume, shape, tpot_ms=tpot_ms)
        if at_once is None:
            continue
        for share, hours in product(settings.shares, settings.deadline_hours):
            later = plans.plan(market, volume, shape, share, hours, tpot_ms)
            if later is not None:
                setting = {"market": market.name, "requests/s": f"{volume:g}", "shape": shape}
                setting |= {"may wait": f"{share:.0%}", "deadline": f"{hours:g} h", "TPOT": f"{tpot_ms:g} ms"}
                yield Point("solved", saved(at_once.present_value(), later.present_value()), setting)
    if settings.price_list:
        yield from _price_list()


def _price_list() -> Points:
    for price in batch_priced_apis():
        standard = price.usd_per_million_input_tokens + TYPICAL_OUTPUT_SHARE * price.usd_per_million_output_tokens
        batch = (price.batch_usd_per_million_input_tokens or 0.0) + TYPICAL_OUTPUT_SHARE * (
            price.batch_usd_per_million_output_tokens or 0.0
        )
        if standard > 0:
            yield Point("price_list", saved(standard, batch), {"provider": price.provider, "api": price.api})
