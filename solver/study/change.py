"""One change of one value of an instance, as a study file writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from solver.instance.diagnostics import shorten

Cell = float | int | str | bool | None
"""What a column of the results may hold."""


class Operation(StrEnum):
    """What a change does with the value at its path."""

    SET = "set"
    TIMES = "times"
    PLUS = "plus"
    REMOVE = "remove"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Change:
    """`operand`: the value (set), the figure (times, plus), the new item (add), None (remove).

    `whole`: round what comes out. `optional`: where a scenario has removed what the path names, nothing is changed.
    """

    path: str
    operation: Operation
    operand: Any = None
    whole: bool = False
    optional: bool = False

    @property
    def cell(self) -> Cell:
        """What a column of the results shows: the value or figure itself where it is a plain one."""
        if self.operation is Operation.SET and (
            self.operand is None or isinstance(self.operand, bool | int | float | str)
        ):
            return self.operand
        return self.shown

    @property
    def shown(self) -> str:
        """As in a table cell: `1.2`, `x 1.2`, `+ 0.1`, `removed`."""
        match self.operation:
            case Operation.TIMES:
                return f"x {self.operand:g}"
            case Operation.PLUS:
                return f"{'-' if self.operand < 0 else '+'} {abs(self.operand):g}"
            case Operation.REMOVE:
                return "removed"
            case Operation.ADD:
                return "added"
            case Operation.SET:
                return f"{self.operand:g}" if isinstance(self.operand, float) else shorten(self.operand)


def read_change(path: str, written: Any) -> Change:
    """Change from its form in a file: a value, or a block with `times`, `plus`, `remove` or `add` alone.

    Raises ValueError with the rule in words where the block is no such operation.

    >>> read_change("a.b", {"times": 2}).shown, read_change("a.b", 5).operation.value
    ('x 2', 'set')
    """
    words = {operation.value for operation in Operation}
    if not isinstance(written, Mapping) or not words & set(written):
        return Change(path, Operation.SET, written)
    if len(written) > 1:
        raise ValueError("one change does one thing: write only one of set, times, plus, remove, add")
    word, operand = next(iter(written.items()))
    operation = Operation(word)
    number = isinstance(operand, int | float) and not isinstance(operand, bool)
    if operation in (Operation.TIMES, Operation.PLUS) and not number:
        raise ValueError(f"`{word}` takes a number")
    if operation is Operation.REMOVE:
        if operand is not True:
            raise ValueError("write `remove: true`")
        return Change(path, operation)
    return Change(path, operation, operand)
