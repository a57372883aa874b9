"""Stores on both databases: a SQLite file, and a PostgreSQL server of the tests' own where the machine has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.store import Store

Opener = Callable[[], Store]


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
