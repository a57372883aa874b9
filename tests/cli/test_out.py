"""`--out`: a folder an instance; nothing lost, nothing outside, clear words where it cannot be written."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from solver.cli.output import folder_name
from tests.cli.running import answers, inferplan
from tests.cli.small import own_only, small, written

TABLES = {"fleet", "replicas", "routing", "batch", "workloads", "latency", "rates", "cost", "cashflow", "payback"}


def test_csv_and_parquet_say_the_same_as_the_answer(tmp_path: Path) -> None:
    path, out = written(small(), tmp_path), tmp_path / "a" / "b"
    result = inferplan("solve", "-q", "--json", "--out", out, path)
    (answer,) = answers(result)
    assert result.exit_code == 0
    assert json.loads((out / "small" / "plan.json").read_text()) == answer
    assert {file.name for file in (out / "small").iterdir()} == {"plan.json", *(f"{name}.csv" for name in TABLES)}
    cost = pd.read_csv(out / "small" / "cost.csv")
    streams = cost[cost["dimension"] == "stream"].set_index("name")["present_value_usd"]
    assert streams["capex"] == pytest.approx(answer["cost"]["by_stream"]["capex"])
    flows = pd.read_csv(out / "small" / "cashflow.csv")
    assert flows["total_usd"].sum() == pytest.approx(answer["cost"]["undiscounted"])

    # A second run in the other format: tables of the first are not left to be taken for the second's, others' files are.
    (out / "small" / "notes.txt").write_text("mine")
    assert inferplan("solve", "-q", "--out", out, "--tables", "parquet", path).exit_code == 0
    names = {file.name for file in (out / "small").iterdir()}
    assert names == {"plan.json", "notes.txt", *(f"{name}.parquet" for name in TABLES)}
    pd.testing.assert_frame_equal(pd.read_parquet(out / "small" / "cost.parquet"), cost, check_exact=False)


def test_an_infeasible_instance_leaves_its_answer_and_no_old_tables(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert inferplan("solve", "-q", "--out", out, written(own_only(), tmp_path)).exit_code == 0
    values = own_only()
    values["sites"][0]["power_kw"] = 5
    assert inferplan("solve", "-q", "--out", out, written(values, tmp_path)).exit_code == 3
    assert [file.name for file in (out / "small").iterdir()] == ["plan.json"]
    assert json.loads((out / "small" / "plan.json").read_text())["termination"]["reason"] == "INFEASIBLE"


def test_two_instances_of_one_name_are_refused_before_solving(tmp_path: Path) -> None:
    files = [written(small(name=name), tmp_path, f"{at}.json") for at, name in enumerate(["team/Plan", "team:plan"])]
    result = inferplan("solve", "-q", "--out", tmp_path / "out", *files)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "0.json" in result.stderr
    assert "1.json" in result.stderr
    assert not (tmp_path / "out").exists()


def test_several_instances_get_a_folder_each(tmp_path: Path) -> None:
    files = [written(own_only(name=name), tmp_path, f"{name}.json") for name in ("one", "two")]
    assert inferplan("solve", "-q", "--jobs", "2", "--out", tmp_path / "out", *files).exit_code == 0
    assert {folder.name for folder in (tmp_path / "out").iterdir()} == {"one", "two"}


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "in" / "out"
    path = written(own_only(name="a/../../../escaped"), tmp_path)
    assert inferplan("solve", "-q", "--out", out, path).exit_code == 0
    assert [folder.name for folder in out.iterdir()] == ["a_.._.._.._escaped"]
    assert [entry.name for entry in (tmp_path / "in").iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("name", "folder"), [("a b+c@d_e-1.5", "a b+c@d_e-1.5"), ("a/b:c", "a_b_c"), ("x..", "x"), ("x. ", "x")]
)
def test_folder_names(name: str, folder: str) -> None:
    assert folder_name(name) == folder


@pytest.mark.parametrize("inside", ["file", "file/deeper"])
def test_a_file_in_the_way_is_1_before_solving(inside: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    result = inferplan("solve", "-q", "--out", tmp_path / inside, written(own_only(), tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not a folder" in result.stderr


def test_a_folder_that_fails_only_when_written_to_is_1(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "small" / "plan.json").mkdir(parents=True)
    result = inferplan("solve", "-q", "--out", out, written(own_only(), tmp_path))
    assert result.exit_code == 1
    assert "cannot write results" in result.stderr
    assert "OPTIMAL" in result.stdout
