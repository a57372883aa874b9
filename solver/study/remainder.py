"""What is left of a study file with schema errors, so that its other faults are told in the same run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from solver.instance.diagnostics import Location

from .schema import Study

_STAND_INS: dict[str, Any] = {
    "schema": "inferplan.study/v1",
    "name": "unnamed",
    "study": {"kind": "sweep"},
}
"""Take the place of what every study needs."""


def remainder(data: Mapping[str, Any], faults: Iterable[Location]) -> tuple[Study | None, Mapping[Location, int]]:
    """The study without its faulty items; None where too little is left. Second: place in the file of each list item kept."""
    places = set(faults)
    kept: dict[str, Any] = {}
    origin: dict[Location, int] = {}
    for key, value in data.items():
        below = {location[1] for location in places if location[:1] == (key,) and len(location) > 1}
        if isinstance(value, list) and (key,) not in places:
            left = [position for position in range(len(value)) if position not in below]
            origin |= {(key, new): old for new, old in enumerate(left)}
            kept[key] = [value[position] for position in left]
        elif not any(location[:1] == (key,) for location in places):
            kept[key] = value
    for key, value in _STAND_INS.items():
        kept.setdefault(key, value)
    try:
        return Study.model_validate(kept), origin
    except ValidationError:
        return None, {}
