"""Subcommands and their options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from solver.cli import bench_melange, bench_resolve, bench_study, explain_command, study_commands
from solver.cli.bench import bench_app
from solver.cli.catalog import catalog_app
from solver.cli.connecting import (
    DEFAULT_ADDRESS,
    Address,
    Authority,
    Certificate,
    Encrypted,
    Key,
    Token,
    access,
)
from solver.cli.token import token_app
from solver.instance.traces.records import TraceFormat

app = typer.Typer(
    help="Least-cost hardware, model and API plans for AI inference, with proven bounds and payback.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(catalog_app, name="catalog")
app.add_typer(bench_app, name="bench")
study_commands.register(app)
explain_command.register(app)
bench_study.register(bench_app)
bench_resolve.register(bench_app)
bench_melange.register(bench_app)
app.add_typer(token_app, name="token")


class TableFormat(StrEnum):
    """File formats of tables."""

    CSV = "csv"
    PARQUET = "parquet"


Files = Annotated[list[Path], typer.Argument(help="Instance files (YAML or JSON).", show_default=False)]
JobId = Annotated[str, typer.Argument(help="Identifier that `submit` printed.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per instance on stdout.")]


@app.callback()
def _root() -> None:
    """Keeps subcommands apart from options."""


@app.command()
def solve(
    files: Files,
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for plan.json and tables, one subfolder an instance.")
    ] = None,
    tables: Annotated[TableFormat, typer.Option(help="Format of the tables.")] = TableFormat.CSV,
    jobs: Annotated[int | None, typer.Option(min=1, help="Solves at a time; default: the processors.")] = None,
    time_limit: Annotated[float | None, typer.Option(min=0.1, help="Seconds for each solve.")] = None,
    gap: Annotated[float | None, typer.Option(min=0.0, max=1.0, help="Proven relative gap to stop at.")] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Days of a large problem that each solve plans side by side.")
    ] = None,
    baselines: Annotated[bool, typer.Option(help="Solve the instance's baselines too.")] = True,
    write_model: Annotated[Path | None, typer.Option(help="Write the MILP (.mps or .lp) and do not solve.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
) -> None:
    """Solve instances: plan, cost by stream, payback against the baselines."""
    if write_model is not None and write_model.suffix.lower() not in (".lp", ".mps"):
        raise typer.BadParameter(f"{write_model.name}: the name must end in .mps or .lp", param_hint="--write-model")
    if write_model is not None and len(files) > 1:
        raise typer.BadParameter("takes one instance at a time", param_hint="--write-model")
    from solver.cli.solve import SolveOptions, run_solve
    from solver.study.planning import Overrides

    overrides = Overrides(gap, time_limit, threads, baselines)
    options = SolveOptions(as_json, out, tables.value, jobs, write_model, quiet, overrides)
    raise typer.Exit(run_solve(files, options))


@app.command()
def validate(files: Files, as_json: AsJson = False) -> None:
    """Check instances: all errors at once, each with its place, value, rule and fix."""
    from solver.cli.validate import run_validate

    raise typer.Exit(run_validate(files, as_json))


@app.command()
def trace(
    file: Annotated[Path, typer.Argument(help="Trace: CSV or JSON lines, also gzipped.", show_default=False)],
    format_: Annotated[TraceFormat, typer.Option("--format", help="Format of the trace.")] = TraceFormat.AUTO,
    name: Annotated[str | None, typer.Option(help="Name of the workload; default: the file's.")] = None,
    buckets: Annotated[
        int | None,
        typer.Option(min=1, max=200, help="Most length buckets; default: enough for a cost error below 1 %."),
    ] = None,
    scale: Annotated[float, typer.Option(min=1e-6, max=1e6, help="Multiplies the rate.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as one JSON object on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No picture on stderr.")] = False,
) -> None:
    """Measure a trace of requests and write a workload: rate, shape, lengths, burstiness, prefix reuse."""
    from solver.cli.trace import TraceOptions, run_trace

    raise typer.Exit(run_trace(file, TraceOptions(format_, name, buckets, scale, as_json, quiet)))


@app.command()
def claims(
    names: Annotated[
        list[str] | None, typer.Argument(help="Claims by file name; default: all.", show_default=False)
    ] = None,
    folder: Annotated[Path, typer.Option(help="Folder of the claims.")] = Path("instances/claims"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per claim on stdout.")] = False,
    page: Annotated[Path | None, typer.Option(help="Also write a page in Markdown.")] = None,
) -> None:
    """Hold public claims about inference economics against computed ranges."""
    from solver.cli.claims import run_claims

    raise typer.Exit(run_claims(tuple(names or ()), folder, as_json=as_json, page=page))


@app.command()
def serve(
    config: Annotated[Path | None, typer.Option(help="Settings (YAML or JSON); flags and variables go first.")] = None,
    listen: Annotated[str | None, typer.Option(help=f"Address and port; default: {DEFAULT_ADDRESS}.")] = None,
    insecure: Annotated[
        bool | None, typer.Option("--insecure", help="Listen off loopback without encryption or accounts.")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="File of the jobs, or postgresql://... ; default: in the user's state folder.")
    ] = None,
    migrate: Annotated[
        bool | None, typer.Option("--migrate", help="Bring an older PostgreSQL store up to date.")
    ] = None,
    slots: Annotated[int | None, typer.Option(help="Solves of waiting callers at a time.")] = None,
    workers: Annotated[int | None, typer.Option(help="Jobs that run at a time.")] = None,
    drain_seconds: Annotated[float | None, typer.Option(help="Time for work in progress when told to stop.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Private key, PEM.")] = None,
    tls_client_ca: Annotated[
        Path | None, typer.Option(help="Authorities of clients, PEM: asks for certificates.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="Hashed tokens of callers (`inferplan token create`).")
    ] = None,
    metrics_listen: Annotated[str | None, typer.Option(help="Address and port of Prometheus figures.")] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of the settings, and end.")] = False,
) -> None:
    """Serve plans over gRPC, until SIGTERM or Ctrl-C."""
    from solver.cli.serve import print_schema, run_serve

    flags = {
        "listen": listen,
        "insecure": insecure,
        "store": store,
        "migrate_store": migrate,
        "slots": slots,
        "workers": workers,
        "drain_seconds": drain_seconds,
        "tls.certificate_file": tls_cert,
        "tls.key_file": tls_key,
        "tls.client_ca_file": tls_client_ca,
        "accounts.token_file": token_file,
        "metrics.listen": metrics_listen,
    }
    raise typer.Exit(print_schema() if schema else run_serve(config, flags))


@app.command()
def submit(
    files: Files,
    server: Address = DEFAULT_ADDRESS,
    key: Annotated[
        str | None, typer.Option(help="Submitting one file again with its key gives the same job again.")
    ] = None,
    token_file: Token = None,
    tls: Encrypted = False,
    tls_ca: Authority = None,
    tls_cert: Certificate = None,
    tls_key: Key = None,
) -> None:
    """Submit instances to a server; prints the identifier of each job."""
    if key is not None and len(files) > 1:
        raise typer.BadParameter("takes one instance at a time", param_hint="--key")
    from solver.cli.remote import run_submit

    raise typer.Exit(run_submit(server, access(token_file, tls_ca, tls_cert, tls_key, tls), files, key))


@app.command()
def watch(
    job: JobId,
    server: Address = DEFAULT_ADDRESS,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    token_file: Token = None,
    tls: Encrypted = False,
    tls_ca: Authority = None,
    tls_cert: Certificate = None,
    tls_key: Key = None,
) -> None:
    """Follow a job of a server to its end."""
    from solver.cli.remote import run_watch

    raise typer.Exit(run_watch(server, access(token_file, tls_ca, tls_cert, tls_key, tls), job, quiet))


@app.command()
def get(
    job: JobId,
    server: Address = DEFAULT_ADDRESS,
    as_json: AsJson = False,
    token_file: Token = None,
    tls: Encrypted = False,
    tls_ca: Authority = None,
    tls_cert: Certificate = None,
    tls_key: Key = None,
) -> None:
    """Where a job of a server stands; with --json its plan, once it has ended."""
    from solver.cli.remote import run_get

    raise typer.Exit(run_get(server, access(token_file, tls_ca, tls_cert, tls_key, tls), job, as_json))


@app.command()
def cancel(
    job: JobId,
    server: Address = DEFAULT_ADDRESS,
    token_file: Token = None,
    tls: Encrypted = False,
    tls_ca: Authority = None,
    tls_cert: Certificate = None,
    tls_key: Key = None,
) -> None:
    """Ask a job of a server to stop; it keeps the best plan found."""
    from solver.cli.remote import run_cancel

    raise typer.Exit(run_cancel(server, access(token_file, tls_ca, tls_cert, tls_key, tls), job))
