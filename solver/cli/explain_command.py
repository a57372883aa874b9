"""Options of `inferplan explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from solver.cli.connecting import Authority, Certificate, Encrypted, Key, Token, access


def explain(
    file: Annotated[
        Path, typer.Argument(help="Instance file (YAML or JSON); with --server also a job.", show_default=False)
    ],
    plan: Annotated[
        Path | None, typer.Option(help="A plan of it, as `solve --json` or `--out` wrote it; default: solve first.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    time_limit: Annotated[float | None, typer.Option(min=0.1, help="Seconds for each solve.")] = None,
    gap: Annotated[float | None, typer.Option(min=0.0, max=1.0, help="Proven relative gap to stop at.")] = None,
    baselines: Annotated[bool, typer.Option(help="Solve the instance's baselines too.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    server: Annotated[str | None, typer.Option(help="Address and port of a server that does it.")] = None,
    token_file: Token = None,
    tls: Encrypted = False,
    tls_ca: Authority = None,
    tls_cert: Certificate = None,
    tls_key: Key = None,
) -> None:
    """Say why a plan is what it is: what else could serve, what binds and is worth, what purchases save, what conflicts."""
    from solver.cli.explain import ExplainOptions, run_explain, run_explain_on
    from solver.study.planning import Overrides

    options = ExplainOptions(plan, as_json, quiet, Overrides(gap, time_limit, None, baselines))
    if server is None:
        raise typer.Exit(run_explain(file, options))
    raise typer.Exit(run_explain_on(server, access(token_file, tls_ca, tls_cert, tls_key, tls), file, options))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)
