"""`inferplan bench service`: the campaign against the service's promises."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from server.campaign.parts import PARTS, Figure, Options, part
from solver.cli.exits import Exit


def run_campaign(names: list[str], scale: float, seed: int, *, postgres: bool) -> int:
    """Run parts one after the other; each prints its figures. Not 0 where a promise is broken."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"error: {', '.join(unknown)}: the parts are {', '.join(PARTS)}")
        return int(Exit.BAD_INPUT)
    broken = 0
    for name in names or list(PARTS):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="inferplan-campaign-") as folder:
            figures = part(name)(Options(Path(folder), scale, seed, postgres))
        for figure in figures:
            print(f"{name}: {figure.name}: {figure.value}{_verdict(figure)}", flush=True)
            broken += figure.kept is False
        print(f"{name}: took {time.monotonic() - began:.0f} s", flush=True)
    return int(Exit.FAILURE if broken else Exit.PLAN)


def _verdict(figure: Figure) -> str:
    if figure.kept is None:
        return ""
    return f"  (promised {figure.promise}: {'kept' if figure.kept else 'BROKEN'})"
