"""A checked study: what its kind works on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from solver.instance.resolved import Diagnostic

from .base import BaseInstance, digest_of
from .planning import Overrides
from .scenario import Scenario
from .schema import Study


@dataclass(frozen=True)
class LoadedStudy:
    """`scenarios`: named scenarios x grid, indices 0.. in the order of the file; samples of what is uncertain are the kind's.

    `diagnostics`: warnings and notes about the study file. `path`: None where it comes from no file.
    """

    study: Study
    base: BaseInstance
    scenarios: tuple[Scenario, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    path: Path | None = None

    @property
    def limits(self) -> Overrides:
        """Limits of every solve."""
        asked = self.study.solve
        return Overrides(asked.relative_gap, asked.time_limit_seconds, asked.threads, asked.baselines)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the study's rows depend on: the study file, and the base instance's file."""
        return digest_of(self.plain)

    @cached_property
    def plain(self) -> dict[str, Any]:
        """The study as plain values, its base instance in full."""
        asked = self.study.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return {**asked, "base": dict(self.base.document)}
