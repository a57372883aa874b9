"""`inferplan bench solve` and `bench slots` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from solver.cli.app import app
from solver.instance.load import load_instance


def bench(*arguments: object) -> Result:
    """`inferplan bench ARGUMENTS` in this process."""
    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


def test_quick_leaves_a_table_a_picture_and_a_verified_plan(tmp_path: Path) -> None:
    done = bench("solve", "--quick", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "solve.json").read_text())["rows"]
    assert [(row["instance"], row["contender"]) for row in rows] == [
        ("bench-XS-0", "inferplan"),
        ("bench-XS-0", "literal-lp"),
    ]
    ours, relaxed = rows
    assert ours["verified"] is True
    assert relaxed["bound"] <= ours["objective"]
    assert "| bench-XS-0 | inferplan |" in (tmp_path / "solve.md").read_text()
    assert (tmp_path / "solve.svg").read_text().lstrip().startswith("<?xml")

    again = bench("solve", "--quick", "--out", tmp_path, "--resume")
    assert again.exit_code == 0
    assert json.loads((tmp_path / "solve.json").read_text())["rows"] == rows


def test_write_gives_instance_files(tmp_path: Path) -> None:
    done = bench("solve", "--sizes", "S,M", "--seed", 7, "--write", tmp_path)
    assert done.exit_code == 0, done.output
    assert load_instance(tmp_path / "bench-M-7.yaml").instance.name == "bench-M-7"
    assert (tmp_path / "bench-S-7.yaml").exists()


def test_an_unknown_size_is_told_with_the_known_ones(tmp_path: Path) -> None:
    done = bench("solve", "--sizes", "S,XXL", "--out", tmp_path)
    assert done.exit_code == 2
    assert "XXL" in done.output and "XL" in done.output
    assert not list(tmp_path.iterdir())


def test_slots_counts_are_those_of_the_recipe(tmp_path: Path) -> None:
    done = bench("slots", "--counts", "25", "--out", tmp_path)
    assert done.exit_code == 2
    assert "'25' is none of 24, 48" in done.output.replace("\n", " ")
