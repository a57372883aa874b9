"""Parts of the campaign: what each is called, where it is, and what it reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """How a part is run. `scale` 1: the size of the promise; less: fewer cases, for a quick look. `folder` is empty.

    `log`: file to which a part adds where it stands, a JSON object a line, so that one that is broken off leaves figures.
    """

    folder: Path
    scale: float = 1.0
    seed: int = 0
    postgres: bool = True
    log: Path | None = None

    def tell(self, part: str, **facts: object) -> None:
        """Add a line to the log, if there is one."""
        if self.log is not None:
            time = datetime.now(UTC).isoformat(timespec="seconds")
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"time": time, "part": part, **facts}) + "\n")

    def count(self, full: int, least: int = 1) -> int:
        """Cases at this scale."""
        return max(least, round(full * self.scale))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `kept`: whether the promise about it holds; None where nothing was promised."""

    name: str
    value: str
    promise: str = ""
    kept: bool | None = None


Run = Callable[[Options], list[Figure]]

PARTS = {
    "kills": "server.campaign.kills:run",
    "cancels": "server.campaign.cancels:run",
    "deadlines": "server.campaign.deadlines:run",
    "overhead": "server.campaign.overhead:run",
    "mutations": "server.campaign.mutations:run",
    "callers": "server.campaign.callers:run",
}
"""Name -> module and function."""


def part(name: str) -> Run:
    """The function of a part. Raises KeyError for a name that is none."""
    module, _, function = PARTS[name].partition(":")
    found: Run = getattr(import_module(module), function)
    return found
