"""Servers with accounts, in this process, and calls in a caller's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.security.tokens import create_token
from server.serving import Server
from server.settings import Accounts, Scope, Settings

READ_SOLVE = (Scope.READ, Scope.SOLVE)


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """Metadata of a call with a token."""
    return (("authorization", f"Bearer {token}"),)


def token_for(folder: Path, name: str, *scopes: Scope) -> str:
    """A new token in the folder's file."""
    return create_token(folder / "tokens", name, scopes or READ_SOLVE, None)


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Server]:
    """A server that has started; its jobs wait, since what is tested here is not how they end."""
    given = {"listen": "127.0.0.1:0", "store": folder / "jobs.sqlite", "workers": 1, **settings}
    if (folder / "tokens").exists() and "accounts" not in given:
        given["accounts"] = Accounts(token_file=folder / "tokens")
    server = Server(Settings(**given))
    server.start()
    try:
        yield server
    finally:
        server.stop(0)
