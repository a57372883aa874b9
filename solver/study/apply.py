"""Changes applied to an instance's plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from solver.instance.diagnostics import Location, path_of

from .change import Change, Operation
from .paths import PathError, places, value_at

Known = Callable[[Location], float | None]
"""Figure at a place that the file leaves to the catalog or to a default."""


class ChangeError(ValueError):
    """A change that cannot be made: which one, and why."""

    def __init__(self, change: Change, rule: str, fix: str = "") -> None:
        super().__init__(f"{change.path}: {rule}{f'; {fix}' if fix else ''}")
        self.change = change
        self.rule = rule
        self.fix = fix


def applied(document: Any, changes: Iterable[Change], known: Known) -> dict[str, Any]:
    """A changed copy, in the order of the changes; items are removed after all else, so that positions stay what they were.

    Raises ChangeError for the first change that names nothing or fits no value. The result is not checked.
    """
    copied: dict[str, Any] = _copied(document)
    removed: list[Location] = []
    for change in changes:
        try:
            found = places(copied, change.path)
        except PathError as error:
            if change.optional:
                continue
            raise ChangeError(change, error.rule, error.fix) from None
        for location in found:
            if change.operation is Operation.REMOVE:
                removed.append(location)
            else:
                _put(copied, location, _changed(copied, location, change, known))
    for location in sorted(set(removed), key=lambda steps: [str(s).zfill(9) for s in steps], reverse=True):
        _remove(copied, location)
    return copied


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list | tuple) else value


def _changed(document: Any, location: Location, change: Change, known: Known) -> Any:
    if change.operation is Operation.SET:
        return _whole(change.operand) if change.whole else _copied(change.operand)
    before = value_at(document, location)
    if change.operation is Operation.ADD:
        if before is not None and not isinstance(before, list):
            raise ChangeError(change, f"{path_of(location)} is no list, so nothing can be added to it")
        return [*(before or []), _copied(change.operand)]
    if before is None:
        before = known(location)
    if isinstance(before, bool) or not isinstance(before, int | float):
        what = "has no figure in the base instance" if before is None else f"is {before!r}, which is no number"
        raise ChangeError(
            change,
            f"{path_of(location)} {what}, so it cannot be changed by `{change.operation}`",
            "write the value itself",
        )
    after = before * change.operand if change.operation is Operation.TIMES else before + change.operand
    stays_whole = isinstance(before, int) and float(after).is_integer()
    return _whole(after) if change.whole or stays_whole else after


def _whole(value: Any) -> Any:
    return round(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _put(document: Any, location: Location, value: Any) -> None:
    block = document
    for step in location[:-1]:
        if isinstance(block, dict) and block.get(step) is None:
            block[step] = {}
        block = block[step]
    block[location[-1]] = value
    if isinstance(block, dict) and location[-1] == "usd_per_hour":
        block.pop("discount", None)  # a reserved offer states one of the two


def _remove(document: Any, location: Location) -> None:
    block = value_at(document, location[:-1])
    last = location[-1]
    if isinstance(block, list) and isinstance(last, int) and last < len(block):
        del block[last]
    elif isinstance(block, dict):
        block.pop(last, None)
