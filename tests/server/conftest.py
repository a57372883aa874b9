"""A server in this process, on a port the system chose; the small instances of the command line's tests serve here too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest

if TYPE_CHECKING:
    from server.campaign.postgres import Postgres

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(Path(__file__).resolve().parent)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with two slots and one place to wait, one worker and three places in the queue."""
    from server.serving import Server
    from server.settings import Settings

    store = tmp_path_factory.mktemp("store") / "jobs.sqlite"
    server = Server(
        Settings(listen="127.0.0.1:0", store=store, slots=2, waiting_callers=1, workers=1, queued_jobs=3, attempts=1)
    )
    server.start()
    yield f"127.0.0.1:{server.port}"
    server.stop(0)


@pytest.fixture(scope="module")
def channel(address: str) -> Iterator[grpc.Channel]:
    """A channel to it."""
    with grpc.insecure_channel(address) as channel:
        yield channel


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server. Tests without one are skipped, with the reason."""
    from server.campaign.postgres import Postgres, PostgresMissingError

    try:
        with Postgres("fsync=off") as server:  # processes are killed here, never the machine
            yield server
    except PostgresMissingError as error:
        pytest.skip(f"PostgreSQL: {error}")


@pytest.fixture
def database(postgres: Postgres) -> str:
    """Its database, emptied: a new one for every test takes a second, and as long to be removed in the end."""
    from sqlalchemy import create_engine, text

    from server.store.engine import url_of

    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    engine = create_engine(url_of(postgres.url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres.url
