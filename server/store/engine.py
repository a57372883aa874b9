"""Connections: a SQLite file or a PostgreSQL database, set up so that what was committed is on disk."""

from __future__ import annotations

import fcntl
import sqlite3
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from server.store.errors import StoreError

CONNECTIONS = 8
"""Of one server; as many again under load."""
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
BUSY_SECONDS = 30
CACHE_KIB = 128
"""Page cache of a SQLite connection: soon full, then the same for good. The system caches the file as well."""
STATEMENTS = 16
"""Prepared statements that a SQLite connection keeps: those in daily use. Each takes some 10 kB and holds the last values bound
to it, and the driver's own 128 fill up, over days, with every form that a list's conditions can take."""
POSTGRES = "postgresql+psycopg"
_NAMES = ("postgres", "postgresql", POSTGRES)


def url_of(where: Path | str) -> URL:
    """The database of a file's path or a URL. Raises StoreError for a URL of another kind."""
    text = str(where)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreError("the store is neither a file nor a URL such as postgresql://user@host/database") from error
    if url.drivername in _NAMES:
        return url.set(drivername=POSTGRES)
    if url.drivername == "sqlite" and url.database:
        return url
    raise StoreError(f"{url.drivername}: a store is a SQLite file or a postgresql:// URL")


def shown(url: URL) -> str:
    """For logs and errors: without the password."""
    return url.database or "" if url.drivername == "sqlite" else url.render_as_string(hide_password=True)


def open_engine(url: URL) -> Engine:
    """An engine; nothing is connected yet. Raises StoreError where the driver is missing."""
    if url.drivername == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "inferplan",
                "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={STATEMENT_SECONDS}s",
                "keepalives_idle": 5,
                "keepalives_interval": 2,
                "keepalives_count": 3,
                "tcp_user_timeout": 10_000,
            },
        )
    except (ImportError, NoSuchModuleError) as error:
        fix = "install inferplan with the extra `postgres` (pip install 'inferplan[postgres]')"
        raise StoreError(f"{shown(url)}: the driver psycopg is missing; {fix}") from error


def lock_file(url: URL) -> IO[str]:
    """The lock by which one server has a SQLite file. Raises StoreError where another has it."""
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(path.name + ".lock").open("w", encoding="utf-8")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError(
            f"{path}: another server uses it, or it cannot be written ({error.strerror}); "
            "several servers share a PostgreSQL database"
        ) from error
    return lock


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        connect_args={"timeout": BUSY_SECONDS, "cached_statements": STATEMENTS},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver would begin transactions by itself, and too late
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"cache_size = -{CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
