"""What is left of a faulty instance, so that checks across fields can report in the same run as the schema's errors.

Faulty values are taken out, and blocks that cannot stand without them too. A finding about the remainder counts only
where it does not follow from something that was taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from .diagnostics import Finding, Lines, Location, line_of, path_of
from .places import place_of
from .schema import Instance

_MOST_ROUNDS = 40
_STAND_INS: dict[Location, Any] = {
    ("schema",): "inferplan/v1",
    ("name",): "unnamed",
    ("horizon",): {"start": "2000-01", "months": 240, "stage_months": 1},
    ("horizon", "start"): "2000-01",
    ("horizon", "months"): 240,
    ("horizon", "stage_months"): 1,
}
"""Take the place of what every instance needs; the horizon is so long that nothing is out of its time."""

_RESTS_ON = {
    "residency": ("sites", "endpoints"),
    "metric": ("models", "endpoints"),
    "models": ("models", "sites", "endpoints"),
    "precisions": ("sites", "servers", "accelerators", "profiles"),
    "serving": ("sites", "servers"),
    "profiles": ("models", "sites", "servers", "precisions"),
    "baselines": ("sites", "endpoints"),
    "policy": ("horizon",),
    "usd_per_hour": ("sites", "servers"),
    "usd_per_server": ("servers",),
}
"""Sections of the file that findings under a key rest on."""

_RESTS_ON_BESIDE = frozenset({"api", "usd_per_hour", "usd_per_server"})
"""Keys whose findings rest on the other keys of their block."""

_HOLE = object()
Kept = dict[Location, list[int]]
"""For each list of the remainder that lost items, the places in the file of those that are left."""


def findings_despite(
    data: Any, faults: Iterable[Location], lines: Lines, check: Callable[[Instance], Sequence[Finding]]
) -> list[Finding]:
    """Findings of `check` on what is left of `data` without the places in `faults`; none where too little is left."""
    if not isinstance(data, dict):
        return []
    remains = _Remains(data)
    removed: set[Location] = set()
    _remove(remains, faults, removed)
    for _ in range(_MOST_ROUNDS):
        kept: Kept = {}
        compact = _without_holes(remains.data, (), kept)
        try:
            instance = Instance.model_validate(compact)
        except ValidationError as error:
            wrong = [place_of(item["loc"], compact, Instance).location for item in error.errors(include_url=False)]
            if not _remove(remains, [_original(location, kept) for location in wrong], removed):
                return []
            continue
        dropped = _names_dropped(data, removed)
        found = [replace(f, location=_original(f.location, kept)) for f in check(instance)]
        return [
            replace(f, path=path_of(f.location), line=line_of(f.location, lines))
            for f in found
            if f.value.casefold() not in dropped and not _follows(f.location, removed)
        ]
    return []


class _Remains:
    """A copy of plain values that shares with them what has not been changed: a large file has few faults."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.data = dict(values)
        self._own = {id(self.data)}

    def around(self, location: Location) -> Any:
        """The block or list that holds a place, the copy's own from the top down; None where there is none."""
        block: Any = self.data
        for step in location[:-1]:
            inner = block.get(str(step)) if isinstance(block, dict) else _item(block, step)
            if not isinstance(inner, dict | list):
                return None
            if id(inner) not in self._own:
                inner = inner.copy()
                self._own.add(id(inner))
                block[str(step) if isinstance(block, dict) else step] = inner
            block = inner
        return block


def _item(block: Any, step: str | int) -> Any:
    return block[step] if isinstance(block, list) and isinstance(step, int) and step < len(block) else None


def _remove(remains: _Remains, locations: Iterable[Location], removed: set[Location]) -> bool:
    """Take places out, or the block around one that is not there; False where nothing could be taken out."""
    done = False
    for start in locations:
        location = start
        while location:
            if location in _STAND_INS:
                _put(remains, location, _STAND_INS[location])
            elif not _take_out(remains, location):
                location = location[:-1]
                continue
            removed.add(location)
            done = True
            break
    return done


def _put(remains: _Remains, location: Location, value: Any) -> None:
    remains.around(location)[location[-1]] = value


def _take_out(remains: _Remains, location: Location) -> bool:
    block, last = remains.around(location), location[-1]
    if isinstance(block, dict) and last in block:
        del block[str(last)]
        return True
    if isinstance(block, list) and isinstance(last, int) and last < len(block) and block[last] is not _HOLE:
        block[last] = _HOLE
        return True
    return False


def _without_holes(value: Any, at: Location, kept: Kept) -> Any:
    """Blocks and lists without a hole in them are the given ones, not copies: they may be many."""
    if isinstance(value, dict):
        found: Any = {key: _without_holes(item, (*at, key), kept) for key, item in value.items()}
        return found if any(found[key] is not item for key, item in value.items()) else value
    if not isinstance(value, list):
        return value
    places = [i for i, item in enumerate(value) if item is not _HOLE]
    found = [_without_holes(value[i], (*at, j), kept) for j, i in enumerate(places)]
    if len(places) < len(value):
        kept[at] = places
    elif all(old is new for old, new in zip(value, found, strict=True)):
        return value
    return found


def _original(location: Location, kept: Kept) -> Location:
    found: list[str | int] = []
    for length, step in enumerate(location):
        places = kept.get(location[:length], [])
        found.append(places[step] if isinstance(step, int) and step < len(places) else step)
    return tuple(found)


def _names_dropped(data: dict[str, Any], removed: set[Location]) -> set[str]:
    """Names of list entries that lost something: what refers to one of them is not to blame."""
    found: set[str] = set()
    for location in removed:
        block: Any = data
        for step in location[:2]:
            if isinstance(block, dict):
                block = block.get(str(step))
            else:
                block = block[step] if isinstance(block, list) and isinstance(step, int) else None
        name = block.get("name") if isinstance(block, dict) else block
        if len(location) >= 2 and isinstance(name, str):
            found.add(name.casefold())
    return found


def _follows(location: Location, removed: set[Location]) -> bool:
    """Whether a finding may be due to something taken out: around it, inside it, or in a section it rests on."""
    if any(location[: len(gone)] == gone or gone[: len(location)] == location for gone in removed):
        return True
    block = location[:-1]
    if location[-1:] and location[-1] in _RESTS_ON_BESIDE and any(gone[: len(block)] == block for gone in removed):
        return True
    if location[:1] == ("models",) and len(location) > 1:
        return False
    sections = {section for step in location for section in _RESTS_ON.get(str(step), ())}
    return any(gone[0] in sections for gone in removed)
