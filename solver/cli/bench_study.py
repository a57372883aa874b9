"""`inferplan bench study`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def study(
    instance: Annotated[Path, typer.Argument(help="Instance whose small form is solved.")] = Path(
        "instances/assistant-and-code.yaml"
    ),
    samples: Annotated[int, typer.Option(min=8, help="Scenarios of each run.")] = 1000,
    dask: Annotated[bool, typer.Option(help="Measure Dask too.")] = True,
    stochastic: Annotated[
        Path | None,
        typer.Option(help="Stochastic study file to time too, such as instances/studies/stochastic-fifty.yaml."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for study.json and study.md.")] = None,
) -> None:
    """Rates of studies with 1 and 2 workers, what engines cost, and what a kill loses. 1,000 scenarios take 15 minutes."""
    from solver.bench.study import run_all
    from solver.bench.study_page import write

    found = run_all(instance, samples, typer.echo, with_dask=dask, stochastic=stochastic)
    if out is not None:
        write(found, out)
    if not all(rate["equal"] for rate in found["rates"]) or not all(found["kills"].values()):
        raise typer.Exit(1)


def register(bench: typer.Typer) -> None:
    """Add the command."""
    bench.command()(study)
