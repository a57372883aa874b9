"""`inferplan catalog list | show | check | schema`."""

from __future__ import annotations

from typing import Annotated

import typer

catalog_app = typer.Typer(help="Reference figures with their sources, and the instance schema.", no_args_is_help=True)


@catalog_app.command("list")
def list_kind(
    kind: Annotated[
        str,
        typer.Argument(help="accelerators, models, servers, rentals, recoveries, apis, lengths, shapes, references"),
    ],
    contains: Annotated[str, typer.Argument(help="Part of the name.")] = "",
) -> None:
    """Entries of one kind."""
    from solver.catalog.names import UnknownNameError
    from solver.catalog.show import list_entries

    try:
        entries = list_entries(kind, contains)
    except UnknownNameError as error:
        raise typer.BadParameter(_words(error)) from None
    for entry in entries:
        typer.echo(f"{entry.name}  {entry.summary}  [{entry.standing}, {entry.as_of}]")


@catalog_app.command("show")
def show_entry(
    kind: Annotated[str, typer.Argument(help="Kind of entry.")], name: Annotated[str, typer.Argument(help="Its name.")]
) -> None:
    """Every figure of one entry, and where it came from."""
    from solver.catalog.names import UnknownNameError
    from solver.catalog.show import show

    try:
        rows = show(kind, name)
    except UnknownNameError as error:
        raise typer.BadParameter(_words(error)) from None
    for row in rows:
        value = "not found" if row.value is None else f"{row.value} {row.unit}".rstrip()
        note = f"  ({row.notes})" if row.notes else ""
        typer.echo(f"{row.field}: {value}  [{row.standing}, {row.as_of}] {row.source}{note}")


@catalog_app.command("check")
def check_figures(verbose: Annotated[bool, typer.Option("--verbose", help="Blanks too.")] = False) -> None:
    """Blanks, stale dates, outliers, unit slips, broken references. Fails on a figure without source."""
    from solver.catalog.check import check, has_errors

    findings = check()
    for finding in findings:
        if verbose or finding.severity != "info":
            place = f"{finding.table} / {finding.key} / {finding.field}"
            typer.echo(f"{finding.severity}: {place}: {finding.rule}: {finding.value} -> {finding.fix}")
    counts = {level: sum(f.severity == level for f in findings) for level in ("error", "warning", "info")}
    typer.echo(", ".join(f"{count} {level}" for level, count in counts.items()))
    raise typer.Exit(1 if has_errors(findings) else 0)


@catalog_app.command("schema")
def schema(study: Annotated[bool, typer.Option("--study", help="Of study files instead.")] = False) -> None:
    """JSON Schema of instance files."""
    import json

    if study:
        from solver.study.schema_export import json_schema
    else:
        from solver.instance.schema_export import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


def _words(error: Exception) -> str:
    near = getattr(error, "suggestions", ())
    what = f"unknown {getattr(error, 'kind', 'name')} {getattr(error, 'name', error)!r}"
    return what + (f"; did you mean {', '.join(near)}?" if near else "")
