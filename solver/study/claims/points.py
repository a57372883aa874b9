"""What a computation of a claim yields: one value for one setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A measure's value in one setting, in the claimed range's unit. Infinite: never (a payback that does not come)."""

    measure: str
    value: float
    setting: Mapping[str, str]


Points = Iterator[Point]


def saved(before: float, after: float) -> float:
    """Share of `before` that is saved; negative where `after` is more.

    >>> saved(4.0, 1.0)
    0.75
    """
    return 1.0 - after / before
