"""Migrations, what is refused, and databases that go away."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from store.jobs import INSTANCE, LIMITS, PLAN, SUCCESS, added, claimed, new, state

from inferplan.v1 import job_pb2
from server.campaign.postgres import Postgres
from server.store import Store, StoreError, StoreUnavailableError
from server.store.database import Database
from server.store.engine import open_engine, shown, url_of
from server.store.migrate import HEAD, downgrade, prepare, revision_of, revisions, upgrade
from server.store.schema import METADATA


def test_migrations_lead_to_the_schema_and_back(where: Path | str) -> None:
    engine = open_engine(url_of(where))
    prepare(engine, "store", migrate=False)
    with engine.begin() as connection:
        assert revision_of(connection) == HEAD == revisions()[0]
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        downgrade(connection, "base")
    with engine.begin() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
        upgrade(connection)
    with engine.connect() as connection:
        assert {"job", "event", "server"} <= set(inspect(connection).get_table_names())
    engine.dispose()


def test_opening_twice_changes_nothing(where: Path | str) -> None:
    first = Store(where, alone=False)
    job_id = added(first)
    first.close()
    second = Store(where, alone=False)
    assert second.get(None, job_id) is not None
    second.close()


def test_a_newer_schema_is_refused(where: Path | str) -> None:
    store = Store(where, alone=False)
    with store._database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="9999, written by a newer version"):
        Store(where, alone=False)


def test_a_file_of_the_time_before_migrations_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as old:
        old.execute("CREATE TABLE job (number INTEGER PRIMARY KEY)")
    old.close()
    with pytest.raises(StoreError, match="without migrations"):
        Store(path)


@pytest.mark.parametrize("where", ["mysql://x/y", "postgresql//x", "http://x"])
def test_other_stores_are_refused(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if "://" in where:
        with pytest.raises(StoreError, match="a store is a SQLite file or a postgresql:// URL"):
            Store(where)
    else:
        assert url_of(where).drivername == "sqlite"


def test_a_missing_driver_is_told_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(StoreError, match="extra `postgres`"):
        Store("postgresql://inferplan:secret@127.0.0.1/x")


def test_no_password_is_shown() -> None:
    assert "secret" not in shown(url_of("postgresql://me:secret@host/database"))
    with pytest.raises(StoreError) as caught:
        Store("postgresql://me:secret@127.0.0.1:1/database")
    assert "secret" not in str(caught.value)


def test_a_sqlite_file_has_one_server(tmp_path: Path) -> None:
    store = Store(tmp_path / "jobs.sqlite")
    with pytest.raises(StoreError, match="another server uses it"):
        Store(tmp_path / "jobs.sqlite")
    store.close()
    Store(tmp_path / "jobs.sqlite").close()


def test_a_killed_database_is_waited_for_and_keeps_what_was_accepted(
    postgres: Postgres, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(database)
    job_id = added(store)
    lease = claimed(store, 300.0).lease
    postgres.kill()
    monkeypatch.setattr(Database.write, "__defaults__", (60.0,))  # a busy machine recovers slowly
    monkeypatch.setattr(Database.read, "__defaults__", (60.0,))
    monkeypatch.setattr("server.store.store.PATIENCE_SECONDS", 60.0)
    back = threading.Thread(target=lambda: (time.sleep(1.0), postgres.start()))
    back.start()
    try:
        job = new(key="during")
        assert store.add(job, INSTANCE, "f", LIMITS) is None
        assert state(store, job_id) == job_pb2.JOB_STATE_RUNNING
        assert store.end(lease, SUCCESS, PLAN).state == job_pb2.JOB_STATE_SUCCEEDED
        assert state(store, job.id) == job_pb2.JOB_STATE_QUEUED
    finally:
        back.join()
        store.close()


def test_a_database_that_stays_away_is_told(postgres: Postgres, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(database)
    postgres.kill()
    try:
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            store.counts()
    finally:
        postgres.start()
        store.close()
