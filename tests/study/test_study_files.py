"""The studies that ship: every file is sound, says where its ranges come from, and is told of in the README."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from solver.study.engines.processes import Processes
from solver.study.kinds.registry import MODULES, run_kind, scenarios_of_kind
from solver.study.load import load_study
from solver.study.runner import Runner

FOLDER = Path(__file__).parents[2] / "instances" / "studies"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_study_is_sound(path: Path) -> None:
    loaded = load_study(path)
    assert loaded.study.name == path.stem
    assert loaded.study.description
    assert loaded.diagnostics == ()
    assert loaded.study.study.kind in MODULES
    assert all(factor.source for factor in loaded.study.uncertain)
    assert [scenario.index for scenario in scenarios_of_kind(loaded)] == list(range(len(scenarios_of_kind(loaded))))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_readme_tells_of_it(path: Path) -> None:
    assert f"`{path.name}`" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_more_power_never_costs_more() -> None:
    loaded = load_study(FOLDER / "power-limited-room.yaml")
    engine = Processes(2)
    rows = run_kind(loaded, Runner(engine)).rows
    engine.close()
    assert all(row.ok and row.verified for row in rows)
    for price in (0.089, 0.25):
        costs = [(row.lifecycle_usd, row.bound_usd) for row in rows if row.inputs["usd_per_kwh"] == price]
        for (dearer, _), (_, bound) in pairwise(costs):
            assert (bound or 0) <= (dearer or 0) * (1 + 1e-9)
        assert (costs[0][1] or 0) > 1.2 * (costs[-1][0] or 0)  # the room is worth more than a fifth of the cost
