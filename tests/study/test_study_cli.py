"""`inferplan study` as a command: exit codes, streams, options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import answers, inferplan
from tests.cli.small import small
from tests.study.cases import PRICE, VOLUME, study_file

NOTHING = {"sites.cloud": {"remove": True}, "endpoints": [], "sites.room.power_kw": 1, "baselines": []}


def test_words_on_stdout_and_progress_on_stderr(tmp_path: Path) -> None:
    scenarios = [{"name": "base"}, {"name": "dear", "overrides": {PRICE: {"times": 12}}}]
    result = inferplan(
        "study", study_file(tmp_path, scenarios=scenarios), "--out", tmp_path / "out", "--engine", "in-process"
    )
    assert result.exit_code == 0
    assert "2 rows: 2 with a plan, 0 without" in result.stdout
    assert "cheapest: base at" in result.stdout
    assert "5 box (purchase) at room" in result.stdout
    assert "2 of 2" in result.stderr


def test_a_row_without_a_plan_is_told(tmp_path: Path) -> None:
    scenarios = [{"name": "base"}, {"name": "nothing", "overrides": NOTHING}]
    result = inferplan("study", study_file(tmp_path, scenarios=scenarios), "--out", tmp_path / "out", "-q")
    assert result.exit_code == 0
    assert "row 1, nothing: no plan: INFEASIBLE" in result.stdout


def test_nothing_feasible(tmp_path: Path) -> None:
    path = study_file(tmp_path, scenarios=[{"name": "nothing", "overrides": NOTHING}])
    assert inferplan("study", path, "--out", tmp_path / "out", "-q").exit_code == 3


@pytest.mark.parametrize("content", ["", "[1, 2]", "schema: inferplan.study/v1\nname: [", "name: x\n"])
def test_no_study(tmp_path: Path, content: str) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(content)
    result = inferplan("study", path, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: " in result.stderr
    assert not (tmp_path / "out").exists()


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    result = inferplan("study", study_file(tmp_path), "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")
    assert result.exit_code == 1
    assert "--scheduler goes with --engine dask" in result.stderr


def test_a_scheduler_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("solver.study.engines.on_dask.CONNECT_SECONDS", 1.0)
    options = ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    result = inferplan("study", study_file(tmp_path), "--out", tmp_path / "out", *options)
    assert result.exit_code == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in result.stderr


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = inferplan("study", study_file(tmp_path), "--out", tmp_path / "file" / "out", "-q")
    assert result.exit_code == 1
    assert "cannot write results to" in result.stderr


def test_json_is_one_object(tmp_path: Path) -> None:
    grid = [{"name": "volume", "paths": [VOLUME], "values": [10, 20]}]
    result = inferplan("study", study_file(tmp_path, grid=grid), "--out", tmp_path / "out", "--json", "-q")
    (answer,) = answers(result)
    assert {"study", "kind", "digest", "complete", "words", "figures", "rows", "tables"} <= set(answer)
    assert [row["inputs"]["volume"] for row in answer["rows"]] == [10, 20]
    assert answer["rows"][0]["payback"][0]["status"] == "PAID_BACK"


def test_results_carry_the_whole_study(tmp_path: Path) -> None:
    """study.json alone makes the rows again: its base is in it."""
    first = study_file(tmp_path, base=small(name="inner"))
    inferplan("study", first, "--out", tmp_path / "a", "-q")
    inferplan("study", tmp_path / "a" / "study.json", "--out", tmp_path / "b", "-q")
    assert (tmp_path / "a" / "rows.csv").read_text() == (tmp_path / "b" / "rows.csv").read_text()
    assert json.loads((tmp_path / "b" / "study.json").read_text())["base"]["name"] == "inner"
