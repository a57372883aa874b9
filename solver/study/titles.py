"""How a scenario is called where there are others of its name."""

from __future__ import annotations

from collections.abc import Mapping

from .scenario import Cell


def title_of(name: str, inputs: Mapping[str, Cell]) -> str:
    """Name with the point of the grid; columns that are paths belong to the name already.

    >>> title_of("late", {"volume": 2.0, "a.b": 5})
    'late, volume 2'
    """
    axes = [(column, value) for column, value in inputs.items() if "." not in column and value is not None]
    return ", ".join([name, *(f"{column} {_shown(value)}" for column, value in axes)])


def _shown(value: Cell) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
