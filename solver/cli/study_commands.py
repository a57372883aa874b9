"""Options of `inferplan study` and `inferplan compare`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from solver.cli.connecting import Authority, Certificate, Encrypted, Key, Token, access


class Engine(StrEnum):
    """Where solves run."""

    IN_PROCESS = "in-process"
    PROCESSES = "processes"
    DASK = "dask"


def study(
    file: Annotated[Path, typer.Argument(help="Study file (YAML or JSON).", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of results; a run there goes on where it stopped. Default: study-results/NAME."),
    ] = None,
    engine: Annotated[Engine, typer.Option(help="Where solves run.")] = Engine.PROCESSES,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, tcp://HOST:PORT or tls://HOST:PORT.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Solves at a time; default: the processors.")] = None,
    only: Annotated[
        list[int] | None, typer.Option(help="Solve only the row of this index, and print it; may be given again.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Most solves in this run; the next one goes on.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    server: Annotated[
        str | None, typer.Option(help="Address and port of a server that runs it, on while this command does not.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="With --server: its idempotency key; default: made from the study itself.")
    ] = None,
    token_file: Token = None,
    tls: Encrypted = False,
    tls_ca: Authority = None,
    tls_cert: Certificate = None,
    tls_key: Key = None,
) -> None:
    """Answer a procurement question over many solves: scenarios, samples, trade-offs. Stopped runs go on where they were."""
    if server is not None:
        here = {"--scheduler": scheduler, "--workers": workers, "--only": only, "--limit": limit}
        for name, given in here.items():
            if given:
                raise typer.BadParameter("does not go with --server", param_hint=name)
        from solver.cli.study_remote import run_study_on

        reach = access(token_file, tls_ca, tls_cert, tls_key, tls)
        raise typer.Exit(run_study_on(server, reach, file, key=key, out=out, as_json=as_json, quiet=quiet))
    from solver.cli.study import StudyOptions, run_study
    from solver.study.engines.choose import EngineName

    options = StudyOptions(out, EngineName(engine.value), scheduler, workers, tuple(only or ()), limit, as_json, quiet)
    raise typer.Exit(run_study(file, options))


def compare(
    first: Annotated[
        str, typer.Argument(help="A plan (JSON), or FOLDER@ROW of a study: its index or scenario.", show_default=False)
    ],
    second: Annotated[str, typer.Argument(help="Another one.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Say in words what changes between two plans, and what it is worth."""
    from solver.cli.compare import run_compare

    raise typer.Exit(run_compare(first, second, as_json))


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command()(study)
    app.command()(compare)
