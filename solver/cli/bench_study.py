"""`inferplan bench study`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def study(
    instance: Annotated[Path, typer.Argument(help="Instance whose small form is solved.")] = Path(
        "instances/assistant-and-code.yaml"
    ),
    samples: Annotated[int, typer.Option(min=8, help="Scenarios of each run.")] = 1000,
    dask: Annotated[bool, typer.Option(help="Measure Dask too.")] = True,
    out: Annotated[Path | None, typer.Option(help="File for the figures, JSON.")] = None,
) -> None:
    """Rates of studies with 1 and 2 workers, what engines cost, and what a kill loses."""
    from solver.bench.study import run_all

    found = run_all(instance, samples, typer.echo, with_dask=dask)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(found, indent=1), encoding="utf-8")


def register(bench: typer.Typer) -> None:
    """Add the command."""
    bench.command()(study)
