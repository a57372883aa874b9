"""Options of every command that talks to a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from server.client import Access

DEFAULT_ADDRESS = "127.0.0.1:50051"

Address = Annotated[str, typer.Option("--server", envvar="INFERPLAN_SERVER", help="Address and port of the server.")]
Token = Annotated[
    Path | None,
    typer.Option("--token-file", help="File that holds a token; or set INFERPLAN_TOKEN to the token itself."),
]
Authority = Annotated[
    Path | None, typer.Option("--tls-ca", envvar="INFERPLAN_TLS_CA", help="Authority of the server, PEM: encrypts.")
]
Certificate = Annotated[Path | None, typer.Option("--tls-cert", help="Certificate to show the server, PEM.")]
Key = Annotated[Path | None, typer.Option("--tls-key", help="Its key, PEM.")]
Encrypted = Annotated[bool, typer.Option("--tls", help="Encrypt; the system's authorities vouch for the server.")]


def access(
    token_file: Path | None, authority: Path | None, certificate: Path | None, key: Path | None, encrypted: bool
) -> Access:
    """How to reach the server. A token comes from its file or from INFERPLAN_TOKEN, never from the command line."""
    import os

    from server.client import Access

    return Access(
        token=None if token_file is not None else os.environ.get("INFERPLAN_TOKEN") or None,
        token_file=token_file,
        encrypted=encrypted,
        ca_file=authority,
        certificate_file=certificate,
        key_file=key,
    )
