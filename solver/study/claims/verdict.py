"""The computed range of a measure beside the claimed one, what it varies with, and the verdict.

    borne out       the median lies in the claimed range, and so do at least half of the settings
    partly          at least a tenth of the settings lie in it
    not borne out   fewer

A claim of several measures is borne out where all are, not borne out where none is in part, and partly otherwise.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from .claim import Claimed
from .points import Point

MOST_INSIDE = 0.5
SOME_INSIDE = 0.1
DRIVERS_TOLD = 2


class Verdict(StrEnum):
    """Whether public figures bear a claim out."""

    BORNE_OUT = "borne out"
    PARTLY = "partly"
    NOT_BORNE_OUT = "not borne out by public figures"


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a dimension: its median over the settings that have it, and the share of them inside the claim."""

    name: str
    settings: int
    median: float
    share_inside: float


@dataclass(frozen=True, slots=True)
class Driver:
    """A dimension of the settings. `spread`: between the largest and the smallest median of its levels, ranks of 0..1."""

    dimension: str
    spread: float
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure: claimed, computed and judged. Quantiles are over the settings; infinite means never."""

    claimed: Claimed
    settings: int
    lowest: float
    tenth: float
    median: float
    ninetieth: float
    highest: float
    lowest_setting: Point
    highest_setting: Point
    share_inside: float
    share_below: float
    share_above: float
    verdict: Verdict
    drivers: tuple[Driver, ...]


def judged(claimed: Claimed, points: Sequence[Point]) -> Measured:
    """Verdict on one measure from its points. Raises ValueError where there is none."""
    if not points:
        raise ValueError(f"no setting yields a value for {claimed.measure!r}")
    ordered = sorted(points, key=lambda point: point.value)
    values = [point.value for point in ordered]
    count = len(values)
    below = sum(value < claimed.low for value in values) / count
    above = sum(value > claimed.high for value in values) / count
    inside = sum(claimed.low <= value <= claimed.high for value in values) / count
    middle = quantile(values, 0.5)
    return Measured(
        claimed=claimed,
        settings=count,
        lowest=values[0],
        tenth=quantile(values, 0.1),
        median=middle,
        ninetieth=quantile(values, 0.9),
        highest=values[-1],
        lowest_setting=ordered[0],
        highest_setting=ordered[-1],
        share_inside=inside,
        share_below=below,
        share_above=above,
        verdict=_verdict(claimed, middle, inside),
        drivers=_drivers(claimed, points),
    )


def overall(measures: Sequence[Measured]) -> Verdict:
    """Verdict on a claim from those on its measures."""
    found = {measure.verdict for measure in measures}
    return found.pop() if len(found) == 1 else Verdict.PARTLY


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the sorted values lie, the nearest one: nothing is interpolated with infinity.

    >>> quantile([1.0, 2.0, 3.0], 0.5), quantile([1.0, 2.0, math.inf], 0.9)
    (2.0, inf)
    """
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def _verdict(claimed: Claimed, middle: float, inside: float) -> Verdict:
    if claimed.low <= middle <= claimed.high and inside >= MOST_INSIDE:
        return Verdict.BORNE_OUT
    return Verdict.PARTLY if inside >= SOME_INSIDE else Verdict.NOT_BORNE_OUT


def _drivers(claimed: Claimed, points: Sequence[Point]) -> tuple[Driver, ...]:
    """Dimensions by how far the medians of their levels lie apart in rank, so that "never" has a place too."""
    ordered = sorted(point.value for point in points)
    rank = {value: index / max(1, len(ordered) - 1) for index, value in enumerate(ordered)}
    dimensions = dict.fromkeys(name for point in points for name in point.setting)
    found: list[Driver] = []
    for dimension in dimensions:
        groups: dict[str, list[float]] = defaultdict(list)
        for point in points:
            if dimension in point.setting:
                groups[point.setting[dimension]].append(point.value)
        if len(groups) < 2:
            continue
        ranks = [median(rank[value] for value in values) for values in groups.values()]
        levels = tuple(_level(name, values, claimed) for name, values in groups.items())
        found.append(Driver(dimension, max(ranks) - min(ranks), levels))
    return tuple(sorted(found, key=lambda driver: -driver.spread)[:DRIVERS_TOLD])


def _level(name: str, values: list[float], claimed: Claimed) -> Level:
    inside = sum(claimed.low <= value <= claimed.high for value in values) / len(values)
    return Level(name, len(values), quantile(sorted(values), 0.5), inside)
