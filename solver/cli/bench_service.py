"""`inferplan bench service`: the campaign against the service's promises."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from server.campaign.parts import PARTS, Figure, Options, part
from solver.cli.exits import Exit


def run_campaign(names: list[str], scale: float, seed: int, *, postgres: bool, log: Path | None = None) -> int:
    """Run parts one after the other; each prints its figures. Not 0 where a promise is broken.

    `log`: file to which each part adds where it stands, and its figures, as it runs: JSON lines.
    """
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"error: {', '.join(unknown)}: the parts are {', '.join(PARTS)}")
        return int(Exit.BAD_INPUT)
    broken = 0
    for name in names or list(PARTS):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="inferplan-campaign-") as folder:
            options = Options(Path(folder), scale, seed, postgres, log)
            options.tell(name, began_at_scale=scale, seed=seed)
            figures = part(name)(options)
        for figure in figures:
            print(f"{name}: {figure.name}: {figure.value}{_verdict(figure)}", flush=True)
            options.tell(name, **asdict(figure))
            broken += figure.kept is False
        print(f"{name}: took {time.monotonic() - began:.0f} s", flush=True)
    return int(Exit.FAILURE if broken else Exit.PLAN)


def _verdict(figure: Figure) -> str:
    if figure.kept is None:
        return ""
    return f"  (promised {figure.promise}: {'kept' if figure.kept else 'BROKEN'})"
