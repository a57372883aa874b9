"""`inferplan token`: who may call a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

token_app = typer.Typer(help="Tokens of a server's callers, kept as hashes in a file.", no_args_is_help=True)

TokenFile = Annotated[Path, typer.Option("--file", help="File of the server's hashed tokens.", show_default=False)]


@token_app.callback()
def _root() -> None:
    """Keeps subcommands apart from options."""


@token_app.command()
def create(
    file: TokenFile,
    name: Annotated[str, typer.Option(help="Who gets it; its jobs are kept under this name.", show_default=False)],
    scope: Annotated[str, typer.Option(help="What it may do: read, solve, admin, separated by commas.")] = "read,solve",
    days: Annotated[float | None, typer.Option(min=0.0, help="Days until it ends; default: it does not.")] = None,
) -> None:
    """Make a token. It is shown this once; a running server takes it from the next second on."""
    from pydantic import ValidationError

    from server.security.tokens import TokenFileError, create_token
    from server.settings import Scope

    asked = [part.strip() for part in scope.split(",") if part.strip()]
    unknown = [part for part in asked if part not in list(Scope)]
    if unknown or not asked:
        raise typer.BadParameter(f"{scope!r}: must be read, solve or admin, separated by commas", param_hint="--scope")
    expires = None if days is None else datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    try:
        token = create_token(file, name, [Scope(part) for part in asked], expires)
    except ValidationError as error:
        rule = "must start with a letter or digit and hold at most 80 letters, digits and . _ @ -"
        raise typer.BadParameter(f"{name!r}: {rule}", param_hint="--name") from error
    except TokenFileError as error:
        raise _refused(error) from error
    typer.echo(token)


@token_app.command("list")
def list_(file: TokenFile) -> None:
    """Tokens by identifier, name, scopes and end; never their secrets."""
    from server.security.tokens import TokenFileError, read_tokens

    try:
        tokens = read_tokens(file)
    except TokenFileError as error:
        raise _refused(error) from error
    now = datetime.now(UTC)
    for token in tokens.by_id.values():
        end = (
            "no end"
            if token.expires is None
            else f"{'ended' if token.expired(now) else 'ends'} {token.expires:%Y-%m-%d}"
        )
        typer.echo(f"{token.id}  {token.name}  {','.join(token.scopes)}  {end}")


@token_app.command()
def revoke(
    file: TokenFile,
    which: Annotated[
        str, typer.Argument(help="Identifier of a token, or a name: all of that name.", show_default=False)
    ],
) -> None:
    """Take tokens out of the file; a running server refuses them from the next second on."""
    from server.security.tokens import TokenFileError, revoke_tokens

    try:
        gone = revoke_tokens(file, which)
    except TokenFileError as error:
        raise _refused(error) from error
    if not gone:
        raise _refused(f"{file}: has no token {which!r}")
    typer.echo(f"{gone} revoked")


def _refused(error: object) -> typer.Exit:
    typer.echo(f"error: {error}", err=True)
    return typer.Exit(2)
