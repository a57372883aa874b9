"""`inferplan bench resolve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def resolve(
    size: Annotated[str, typer.Option(help="Benchmark instance: S, M, L or XL.")] = "M",
    changes: Annotated[int, typer.Option(min=1, help="Changes of prices, each solved in one session.")] = 200,
    half: Annotated[float, typer.Option(min=0.0, max=0.9, help="Prices move by up to this share.")] = 0.1,
    every: Annotated[int, typer.Option(min=1, help="Each so-many-th change is solved from nothing too.")] = 20,
    gap: Annotated[float, typer.Option(min=0.0, max=1.0, help="Relative gap asked for, of both.")] = 0.03,
    limit: Annotated[float, typer.Option(min=1.0, help="Seconds each solve may take.")] = 600.0,
    total: Annotated[
        float, typer.Option(min=1.0, help="Seconds all changes may take; the rest is left out.")
    ] = 86400.0,
    seed: Annotated[int, typer.Option(help="Of the instance and of the changes.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for resolve.json and resolve.md.")] = None,
) -> None:
    """How much sooner changed prices are solved than a new problem, at the same gap."""
    from solver.bench.resolve import Asked, run_resolve
    from solver.bench.resolve_page import write
    from solver.bench.sizes import SIZES

    if size not in SIZES:
        raise typer.BadParameter(f"{size!r} is none of {', '.join(SIZES)}", param_hint="--size")
    found = run_resolve(SIZES[size], Asked(changes, half, every, gap, limit, seed, total), typer.echo)
    if out is not None:
        write(found, out)
    if found["agree"] < found["compared"] or not found["verified"]:
        raise typer.Exit(1)


def register(bench: typer.Typer) -> None:
    """Add the command."""
    bench.command()(resolve)
