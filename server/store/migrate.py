"""From whatever schema a database has to the one that this version needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from server.store.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0002"
"""Revision that this version needs: the newest in `migrations/versions`."""
VERSION_TABLE = "alembic_version"
_LOCK = 7_305_116_001
"""One server at a time changes a PostgreSQL schema."""


def prepare(engine: Engine, name: str, *, migrate: bool) -> None:
    """Bring a database to HEAD: an empty one always, an older one where `migrate` says so.

    Raises StoreError for one that is older and may not be changed, or that a newer version or another program wrote.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = revision_of(connection)
        if found == HEAD:
            return
        if found is None and inspect(connection).has_table("job"):
            raise StoreError(
                f"{name}: written by an early version without migrations; give another file or move it away"
            )
        if found is not None and found not in revisions():
            raise StoreError(f"{name}: its schema is {found}, written by a newer version; this one knows {HEAD}")
        if found is not None and not migrate:
            raise StoreError(f"{name}: its schema is {found}, this version needs {HEAD}; start once with --migrate")
        upgrade(connection)


def revision_of(connection: Connection) -> str | None:
    """Revision of a database's schema; None where no migration has been run."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Run the steps up to a revision, in the connection's transaction."""
    from alembic import command

    command.upgrade(_config(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Run the steps back to a revision (`base`: an empty database), in the connection's transaction."""
    from alembic import command

    command.downgrade(_config(connection), to)


def revisions() -> list[str]:
    """Revisions that this version knows, newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()]


def _config(connection: Connection | None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config
