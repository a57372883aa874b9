"""How a scenario is called where there are others of its name."""

from __future__ import annotations

from collections.abc import Mapping

from solver.instance.schema import Instance

from .scenario import Cell


def title_of(name: str, inputs: Mapping[str, Cell]) -> str:
    """Name with the point of the grid; columns that are paths belong to the name already.

    >>> title_of("late", {"volume": 2.0, "a.b": 5})
    'late, volume 2'
    """
    axes = [(column, value) for column, value in inputs.items() if value is not None and not _is_path(column)]
    return ", ".join([name, *(f"{column} {_shown(value)}" for column, value in axes)])


def _is_path(column: str) -> bool:
    return any(mark in column for mark in ".[") or column in Instance.model_fields


def _shown(value: Cell) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
