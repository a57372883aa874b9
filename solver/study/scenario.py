"""A scenario: which values of the base instance are changed, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .change import Cell, Change

__all__ = ["Cell", "Scenario"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One point of a study. `index` is its place in the study, the same in every run of the same file.

    `inputs`: what was varied, a column each (axes, factors, and the paths of named overrides). `weight` is relative.
    """

    index: int
    name: str
    overrides: tuple[Change, ...] = ()
    inputs: Mapping[str, Cell] = field(default_factory=dict)
    weight: float = 1.0
