"""`inferplan bench melange`."""

from __future__ import annotations

from typing import Annotated

import typer


def melange(
    count: Annotated[int, typer.Option(min=1, help="Problems, one seed each.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="First seed.")] = 0,
) -> None:
    """Fleet sizing in a loop: time a problem, and cost against the sliced assignment of Mélange."""
    import numpy as np

    from solver.bench.melange import run_melange

    found = run_melange(count, seed)
    total = 1e3 * np.array([result.total_seconds for result in found])
    cpu = 1e3 * np.array([result.cpu_seconds for result in found])
    typer.echo(f"{count} problems; ms a problem: mean {total.mean():.1f}, median {np.median(total):.1f}, "
               f"95 % {np.percentile(total, 95):.1f}, most {total.max():.1f}; CPU mean {cpu.mean():.1f}")  # fmt: skip
    for step in found[0].seconds:
        typer.echo(f"  {step}: {1e3 * np.mean([result.seconds[step] for result in found]):.1f} ms")
    saved = 1 - np.array([result.usd_per_hour / result.sliced_usd_per_hour for result in found])
    typer.echo(f"cost below the sliced optimum: mean {saved.mean():.2%}, most {saved.max():.2%}")
    dearer = [result.seed for result in found if result.dearer]
    typer.echo(f"dearer than the sliced optimum: {len(dearer)} {dearer or ''}".rstrip())
    if dearer:
        raise typer.Exit(1)


def register(bench: typer.Typer) -> None:
    """Add the command."""
    bench.command()(melange)
