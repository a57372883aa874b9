"""Stores on both databases: a SQLite file, and a PostgreSQL server of the tests' own where the machine has one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from server.campaign.postgres import Postgres, PostgresMissingError
from server.store import Store
from server.store.engine import url_of

Opener = Callable[[], Store]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server. Tests without one are skipped, with the reason."""
    try:
        with Postgres() as server:
            yield server
    except PostgresMissingError as error:
        pytest.skip(f"PostgreSQL: {error}")


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """An empty database of it."""
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(url_of(postgres.url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    yield postgres.url.replace("/postgres", f"/{name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Each kind of store, empty."""
    if request.param == "sqlite":
        return tmp_path / "jobs.sqlite"
    found: str = request.getfixturevalue("database")
    return found


@pytest.fixture
def opened(where: Path | str) -> Iterator[Opener]:
    """Opens the store as one server more."""
    stores: list[Store] = []

    def open_() -> Store:
        stores.append(Store(where, alone=False))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Opener) -> Store:
    """The store as the first server has it."""
    return opened()
