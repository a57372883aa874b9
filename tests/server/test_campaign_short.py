"""The campaign's parts on a few cases; its full size is `inferplan bench service`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.running import inferplan

from server.campaign import parts
from server.campaign.kills import run as kills
from server.campaign.parts import Figure, Options
from server.campaign.postgres import PostgresMissingError, binaries


def test_jobs_through_kills_of_servers_solvers_and_postgres(tmp_path: Path) -> None:
    try:
        binaries()
    except PostgresMissingError as error:
        pytest.skip(f"PostgreSQL: {error}")
    log = tmp_path / "log"
    figures = kills(Options(tmp_path, scale=0.024, seed=1, log=log))
    assert [figure for figure in figures if figure.kept is False] == []
    assert {figure.name: figure.value for figure in figures}["jobs accepted"] == "24"
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["accepted"] for line in told if "accepted" in line] == [24]
    most = {what: max(line.get(what, 0) for line in told) for what in ("server", "database")}
    assert most["server"] > 0
    assert most["database"] > 0


def test_jobs_through_kills_on_sqlite(tmp_path: Path) -> None:
    figures = kills(Options(tmp_path, scale=0.012, seed=2, postgres=False))
    assert [figure for figure in figures if figure.kept is False] == []
    killed = {figure.name: figure.value for figure in figures}["kill -9 of servers, solvers, database"]
    assert int(killed.split(",")[0]) > 0


def test_the_command_fails_where_a_promise_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(parts.PARTS, "kills", f"{__name__}:broken")
    monkeypatch.setitem(parts.PARTS, "cancels", f"{__name__}:kept")
    result = inferplan("bench", "service", "kills", "cancels")
    assert result.exit_code == 1
    assert "kills: jobs lost: 3  (promised 0: BROKEN)" in result.stdout
    assert "cancels: to idle: 0.2 s  (promised 1 s: kept)" in result.stdout
    assert inferplan("bench", "service", "cancels").exit_code == 0
    assert inferplan("bench", "service", "nonsense").exit_code == 2


def broken(options: Options) -> list[Figure]:
    assert list(options.folder.iterdir()) == []
    return [Figure("jobs lost", "3", "0", False)]


def kept(_options: Options) -> list[Figure]:
    return [Figure("to idle", "0.2 s", "1 s", True)]
