"""Scenarios held against each other sample by sample: they have seen the same draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.study.row import Row

from .statistics import Estimate, Spread, share, spread


@dataclass(frozen=True, slots=True)
class Pair:
    """`saves`: cost of the dearer title less that of `cheaper`, USD, in samples where both have a plan. `often`: P(saves > 0)."""

    cheaper: str
    dearer: str
    saves: Spread
    often: Estimate


def pairs(titles: Sequence[str], rows: Sequence[Sequence[Row]], confidence: float) -> list[Pair]:
    """The scenario that costs least in the mean against each other one. `rows`: by scenario, in the order of the samples."""
    costs = [
        {row.inputs["sample"]: row.lifecycle_usd for row in mine if row.ok and row.lifecycle_usd is not None}
        for mine in rows
    ]
    common = sorted(set.intersection(*(set(mine) for mine in costs)), key=str) if costs else []
    if len(costs) < 2 or not common:
        return []
    table = np.array([[mine[sample] for sample in common] for mine in costs], dtype=np.float64)
    best = int(table.mean(axis=1).argmin())
    found = []
    for position, title in enumerate(titles):
        if position != best:
            saved = table[position] - table[best]
            often = share(int((saved > 0).sum()), len(common), confidence)
            found.append(Pair(titles[best], title, spread(saved, confidence), often))
    return found
