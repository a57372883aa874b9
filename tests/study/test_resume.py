"""What is stored survives a kill of the driver and a torn line; a run goes on where it stopped, with the same rows."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from solver.study.store import FILE_NAME, ResultsFile, StoreError
from solver.study.task import Outcome
from tests.cli.running import answers, ended, inferplan, started, until
from tests.cli.small import small
from tests.study.cases import PRICE, VOLUME, study_file
from tests.study.works import squares

VALUES = [10 + k for k in range(16)]
GRID = [{"name": "volume", "paths": [VOLUME], "values": VALUES}]


def solved(path: Path, out: Path, *options: object) -> dict[str, Any]:
    (answer,) = answers(inferplan("study", path, "--out", out, "--json", "-q", *options))
    return answer


def lines(out: Path) -> list[str]:
    file = out / FILE_NAME
    return [line for line in file.read_text().splitlines() if '"key"' in line] if file.exists() else []


def test_a_killed_driver_loses_nothing(tmp_path: Path) -> None:
    path = study_file(tmp_path, grid=GRID)
    whole = solved(path, tmp_path / "whole")
    process = started("study", path, "--out", tmp_path / "out", "--workers", 2)
    try:
        until(lambda: len(lines(tmp_path / "out")) >= 4, 60, "four stored answers")
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        kept = lines(tmp_path / "out")
        assert 4 <= len(kept) < len(VALUES)
    finally:
        ended(process)
    again = solved(path, tmp_path / "out")
    after = lines(tmp_path / "out")
    assert after[: len(kept)] == kept
    assert len(after) == len(VALUES)  # nothing was solved twice
    assert again["rows"] == whole["rows"]
    assert again["complete"] is True


def test_workers_end_with_their_driver(tmp_path: Path) -> None:
    path = study_file(tmp_path, grid=GRID)
    process = started("study", path, "--out", tmp_path / "out", "--workers", 2)
    try:
        until(lambda: len(lines(tmp_path / "out")) >= 1, 60, "a stored answer")
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        from tests.cli.running import members

        until(lambda: not members(process.pid), 20, "no process left")
    finally:
        ended(process)


def test_ctrl_c_keeps_what_has_ended(tmp_path: Path) -> None:
    path = study_file(tmp_path, grid=GRID)
    process = started("study", path, "--out", tmp_path / "out", "--workers", 2)
    try:
        until(lambda: len(lines(tmp_path / "out")) >= 2, 60, "two stored answers")
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    finally:
        ended(process)
    assert process.returncode == 4
    assert "the same command goes on" in errors
    kept = lines(tmp_path / "out")
    assert f"not finished: {len(kept)} answers are kept" in errors
    assert "rows: " in output
    assert len(pd.read_csv(tmp_path / "out" / "rows.csv")) == len(kept) < len(VALUES)


def test_a_limit_stops_and_the_next_run_goes_on(tmp_path: Path) -> None:
    path = study_file(tmp_path, grid=GRID)
    out = tmp_path / "out"
    first = inferplan("study", path, "--out", out, "--limit", 3, "--engine", "in-process", "-q")
    assert first.exit_code == 4
    assert [row["index"] for row in solved(path, out, "--limit", 4, "--engine", "in-process")["rows"]] == list(range(7))
    assert len(lines(out)) == 7


def test_only_one_row_is_the_same_row(tmp_path: Path) -> None:
    path = study_file(tmp_path, grid=GRID)
    whole = solved(path, tmp_path / "out")
    result = inferplan("study", path, "--only", 7, "--json", "-q")
    assert (result.exit_code, answers(result)) == (0, [whole["rows"][7]])
    refused = inferplan("study", path, "--only", 16, "-q")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "the study has rows 0 to 15" in refused.stderr


def test_a_changed_study_is_noticed_and_keeps_what_holds(tmp_path: Path) -> None:
    out = tmp_path / "out"
    solved(study_file(tmp_path, grid=[{**GRID[0], "values": [10, 11]}]), out)
    path = study_file(tmp_path, grid=[{**GRID[0], "values": [11, 12]}])
    result = inferplan("study", path, "--out", out, "--json")
    assert "the study has changed since its last run; answers that still hold are kept" in result.stderr
    assert len(lines(out)) == 3
    assert [row["inputs"]["volume"] for row in answers(result)[0]["rows"]] == [11, 12]
    # Another price makes every answer another one.
    changed = small()
    changed["sites"][0]["offers"][0]["usd_per_server"] = 31000
    solved(study_file(tmp_path, base=changed, grid=[{**GRID[0], "values": [11, 12]}]), out)
    assert len(lines(out)) == 5


def test_a_torn_line_is_dropped(tmp_path: Path) -> None:
    store = ResultsFile(tmp_path, "a study")
    for task in squares(3):
        store.put(Outcome(task, {"square": task.index}))
    store.put(Outcome(squares(4)[3], None, "failed"))
    store.close()
    file = tmp_path / FILE_NAME
    file.write_bytes(file.read_bytes()[:-9])
    again = ResultsFile(tmp_path, "a study")
    assert (len(again), again.dropped_lines, again.changed) == (2, 1, False)
    again.put(Outcome(squares(3)[2], {"square": 4}))
    again.close()
    last = ResultsFile(tmp_path, "another study")
    assert (len(last), last.dropped_lines, last.changed) == (3, 0, True)
    assert last.get("square 2 0.0") == {"square": 4}
    assert all(json.loads(line) for line in file.read_text().splitlines())
    last.close()


def test_one_run_at_a_time(tmp_path: Path) -> None:
    store = ResultsFile(tmp_path / "out", "a study")
    with pytest.raises(StoreError, match="another run is writing"):
        ResultsFile(tmp_path / "out", "a study")
    result = inferplan("study", study_file(tmp_path), "--out", tmp_path / "out", "-q")
    assert result.exit_code == 1
    assert "another run is writing" in result.stderr
    store.close()


def test_a_row_is_on_disk_before_the_next_is_told(tmp_path: Path) -> None:
    store = ResultsFile(tmp_path, "a study")
    store.put(Outcome(squares(1)[0], {"square": 0}))
    assert len(lines(tmp_path)) == 1
    store.close()


def test_results_as_tables(tmp_path: Path) -> None:
    scenarios = [
        {"name": "base"},
        {"name": "dear", "overrides": {PRICE: {"times": 12}, "policy.capex_budget_usd": 1e9}},
    ]
    began = time.monotonic()
    path = study_file(tmp_path, scenarios=scenarios, grid=[{**GRID[0], "values": [10, 20]}])
    answer = solved(path, tmp_path / "out")
    assert time.monotonic() - began < 120
    for frame in (pd.read_csv(tmp_path / "out" / "rows.csv"), pd.read_parquet(tmp_path / "out" / "rows.parquet")):
        assert frame["index"].tolist() == [0, 1, 2, 3]
        assert frame["volume"].tolist() == [10, 20, 10, 20]
        assert frame[PRICE].tolist()[2:] == ["x 12", "x 12"]
        assert frame["lifecycle_usd"].tolist() == pytest.approx([row["lifecycle_usd"] for row in answer["rows"]])
        streams = [name for name in frame.columns if name.endswith("_pv_usd")]
        assert frame[streams].fillna(0).sum(axis=1).tolist() == pytest.approx(frame["lifecycle_usd"].tolist())
        assert frame["cloud_on_demand_payback"].tolist()[:2] == ["PAID_BACK", "PAID_BACK"]
        assert frame["fleet"][0] == "5 box (purchase) at room"
        assert frame["digest"].nunique() == 4
    words = (tmp_path / "out" / "summary.txt").read_text()
    assert "cheapest: base, volume 10 at" in words
    assert (tmp_path / "out" / "cost.svg").read_text().startswith("<svg")
