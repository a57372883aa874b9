"""Computes a claim and judges it."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from .claim import Claim, ClaimError, load_claim
from .points import Point, Points
from .settings import (
    ChipSettings,
    ModelSizeSettings,
    OwningSettings,
    PrecisionSettings,
    PriceTrendSettings,
    TechniqueSettings,
    WaitingSettings,
)
from .verdict import Measured, Verdict, judged, overall


@dataclass(frozen=True, slots=True)
class Result:
    """A claim with what was computed. `seconds` is the wall time it took."""

    claim: Claim
    measures: tuple[Measured, ...]
    points: tuple[Point, ...]
    verdict: Verdict
    seconds: float


def run_claim(path: Path) -> Result:
    """Result of a claim file. Raises ClaimError where the file, or an instance it names, cannot be used."""
    claim = load_claim(path)
    started = time.perf_counter()
    points = tuple(_points(claim, path.parent))
    by_measure: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        by_measure[point.measure].append(point)
    unknown = [claimed.measure for claimed in claim.claimed if claimed.measure not in by_measure]
    if unknown:
        raise ClaimError(f"{path}: no value for {', '.join(unknown)}; the computation yields {', '.join(by_measure)}")
    measures = tuple(judged(claimed, by_measure[claimed.measure]) for claimed in claim.claimed)
    return Result(claim, measures, points, overall(measures), time.perf_counter() - started)


def _points(claim: Claim, folder: Path) -> Points:
    settings = claim.settings
    match settings:
        case PrecisionSettings():
            from .precision import points as of_precision

            yield from of_precision(settings)
        case TechniqueSettings():
            from .techniques import points as of_techniques

            yield from of_techniques(settings)
        case ModelSizeSettings():
            from .model_size import points as of_model_size

            yield from of_model_size(settings)
        case WaitingSettings():
            from .waiting import points as of_waiting

            yield from of_waiting(settings, folder)
        case OwningSettings():
            from .owning import points as of_owning

            yield from of_owning(settings, folder)
        case PriceTrendSettings():
            from .price_trend import points as of_price_trend

            yield from of_price_trend(settings)
        case ChipSettings():
            from .chips import points as of_chips

            yield from of_chips(settings)
