"""`inferplan claims`: public claims about inference economics beside what public figures give."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from solver.cli.exits import Exit


def run_claims(names: tuple[str, ...], folder: Path, *, as_json: bool, page: Path | None) -> Exit:
    """Each claim's computed range, verdict and reasons on stdout. Exit 2 where a claim file cannot be used."""
    from solver.study.claims.claim import ClaimError, claim_files
    from solver.study.claims.page import page as whole_page
    from solver.study.claims.report import plain, text
    from solver.study.claims.run import run_claim

    results = []
    try:
        for path in claim_files(folder, names):
            result = run_claim(path)
            results.append(result)
            typer.echo(json.dumps(plain(result), allow_nan=False) if as_json else text(result) + "\n")
    except ClaimError as error:
        typer.echo(str(error), err=True)
        return Exit.BAD_INPUT
    if page is not None:
        try:
            page.write_text(whole_page(results), encoding="utf-8")
        except OSError as error:
            typer.echo(f"{page}: cannot be written: {error.strerror or error}", err=True)
            return Exit.FAILURE
    return Exit.PLAN
