"""Named scenarios and the grid, all combined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from .change import Change, Operation, read_change
from .scenario import Cell, Scenario
from .schema import Study
from .schema.scenarios import Axis, NamedScenario

Point = tuple[str, tuple[Change, ...], Cell]
"""One value of an axis: the axis' name, what it changes, and what its column shows."""

BASE = NamedScenario(name="base", description="The base instance as it is.")


def named(study: Study) -> tuple[NamedScenario, ...]:
    """The named scenarios, or the base instance alone."""
    return study.scenarios or (BASE,)


def scenarios_of(study: Study) -> tuple[Scenario, ...]:
    """Every named scenario at every point of the grid; the last axis moves fastest. Every change must be readable."""
    columns = list(dict.fromkeys(path for scenario in named(study) for path in scenario.overrides))
    grid = list(product(*(list(_points(axis)) for axis in study.grid)))
    points = ((first, axes) for first in named(study) for axes in grid)
    return tuple(_scenario(index, first, axes, columns) for index, (first, axes) in enumerate(points))


def axis_changes(axis: Axis, value: object) -> tuple[Change, ...]:
    """The changes of one value of an axis. Raises ValueError where the value is no change."""
    found = [read_change(path, value) for path in axis.paths]
    return tuple(Change(c.path, c.operation, c.operand, c.whole, optional=True) for c in found)


def axis_cell(axis: Axis, value: object) -> Cell:
    """Column value of an axis: figures stay figures where all values are of one operation."""
    change = read_change(axis.paths[0], value)
    kinds = {read_change(axis.paths[0], other).operation for other in axis.values}
    if change.operation in (Operation.TIMES, Operation.PLUS) and len(kinds) == 1:
        return float(change.operand)
    return change.cell


def _points(axis: Axis) -> Iterator[Point]:
    for value in axis.values:
        yield axis.name, axis_changes(axis, value), axis_cell(axis, value)


def _scenario(index: int, first: NamedScenario, axes: Sequence[Point], columns: list[str]) -> Scenario:
    own = {path: read_change(path, value) for path, value in first.overrides.items()}
    inputs: dict[str, Cell] = {path: own[path].cell if path in own else None for path in columns}
    inputs |= {name: cell for name, _, cell in axes}
    overrides = (*own.values(), *(change for _, changes, _ in axes for change in changes))
    return Scenario(index, first.name, overrides, inputs, first.weight)
