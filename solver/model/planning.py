"""A problem ready to be solved, however its matrix came about."""

from __future__ import annotations

from typing import Protocol

from solver.model.facts import Facts
from solver.model.matrix import Matrix


class Planning(Protocol):
    """`solver.model.assembly.Assembled`, or the readable reference `solver.model.build.PlanningModel`."""

    @property
    def matrix(self) -> Matrix:
        """The MILP in arrays."""
        ...

    @property
    def indices(self) -> Facts:
        """What it was built from."""
        ...
