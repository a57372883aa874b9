"""Yearly fall of prices from two dates each: the claim file's observations and the catalog's reference figures."""

from __future__ import annotations

from solver.catalog.load import catalog

from .points import Point, Points
from .settings import PriceTrendSettings


def yearly_fall(from_usd: float, to_usd: float, years: float) -> float:
    """Share by which a price falls each year, compound.

    >>> yearly_fall(100.0, 25.0, 2.0)
    0.5
    """
    return float(1.0 - (to_usd / from_usd) ** (1.0 / years))


def points(settings: PriceTrendSettings) -> Points:
    """One point an observation, and one for each of the catalog's token price trends stated `x per year`."""
    for seen in settings.observations:
        fall = yearly_fall(seen.from_usd, seen.to_usd, seen.years)
        yield Point(seen.measure, fall, {"observation": seen.what, "span": f"{seen.years:.1f} years"})
    for figure in catalog().references:
        if figure.kind == "token_price_trend" and figure.unit == "x per year":
            yield Point("tokens", 1.0 - 1.0 / figure.value, {"observation": figure.item, "span": "as published"})
