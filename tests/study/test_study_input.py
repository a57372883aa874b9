"""What is wrong with a study file is told, all of it at once, with path, value, rule and the nearest known word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from solver.instance.diagnostics import Finding, InstanceError, describe
from solver.study.load import load_study, parse_study
from solver.study.schema_export import json_schema, undescribed
from tests.cli.running import inferplan
from tests.cli.small import small, written
from tests.study.cases import PRICE, RENT, VOLUME, factor, study, study_file, study_values


def faults(**changed: Any) -> dict[str, str]:
    """Findings by path."""
    with pytest.raises(InstanceError) as caught:
        parse_study(study_values(**changed))
    return {finding.path: describe(finding) for finding in caught.value.diagnostics}


UNIFORM = {"kind": "uniform", "low": 0.5, "high": 1.5}
CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"sede": 3}, "sede", "did you mean seed?"),
    ({"seed": -1}, "seed", "must be at least 0"),
    ({"schema": "inferplan/v1"}, "schema", "must be inferplan.study/v1"),
    ({"study": {"kind": "swep"}}, "study.kind", "did you mean sweep?"),
    ({"study": {"kind": "monte_carlo", "samples": 0}}, "study.samples", "must be at least 1"),
    ({"base": 5}, "base", "must be a"),
    ({"base": small(horizon={"start": "2027-01"})}, "base", "horizon.months"),
    ({"base": "nowhere.yaml"}, "base", "a study that comes from no file must hold its base instance itself"),
    ({"scenarios": [{"name": "a"}, {"name": "a"}]}, "scenarios[1].name", "a name of its own"),
    (
        {"scenarios": [{"name": "a", "overrides": {"sites.rom.power_kw": 5}}]},
        "scenarios[0].overrides.sites.rom.power_kw",
        "scenario a: no item of sites is called rom; did you mean room?",
    ),
    (
        {"scenarios": [{"name": "a", "overrides": {"sites.room.offers.box.usd_per_servr": 5}}]},
        "scenarios[0].overrides.sites.room.offers.box.usd_per_servr",
        "did you mean usd_per_server?",
    ),
    (
        {"scenarios": [{"name": "a", "overrides": {VOLUME: -3}}]},
        f"scenarios[0].overrides.{VOLUME}",
        "scenario a makes the instance invalid: workloads[0].requests_per_second.mean = -3: must be more than 0",
    ),
    (
        {"scenarios": [{"name": "a", "overrides": {PRICE: {"times": 2, "plus": 3}}}]},
        f"scenarios[0].overrides.{PRICE}",
        "one change does one thing",
    ),
    ({"grid": [{"name": "g", "paths": ["horizon.mnths"], "values": [6]}]}, "grid[0].values[0]", "did you mean months?"),
    (
        {"grid": [{"name": "g", "paths": [VOLUME], "values": [5, 0]}]},
        "grid[0].values[1]",
        "axis g makes the instance invalid",
    ),
    ({"grid": [{"name": "g", "paths": ["x[0]"], "values": [5]}]}, "grid[0].paths[0]", "x is not in the base instance"),
    ({"grid": [{"name": "g", "paths": [VOLUME], "values": []}]}, "grid[0].values", "at least 1"),
    (
        {"grid": [{"name": n, "paths": [VOLUME], "values": list(range(1, 1200))} for n in "ab"]},
        "grid",
        "may be at most 1000000",
    ),
    (
        {"grid": [{"name": "g", "paths": [VOLUME], "values": [5]}], "uncertain": [factor("g", PRICE, **UNIFORM)]},
        "uncertain[0].name",
        "this name is taken",
    ),
    (
        {"uncertain": [factor("f", PRICE, kind="triangular", low=1, mode=5, high=2)]},
        "uncertain[0].distribution.mode",
        "between low and high",
    ),
    (
        {"uncertain": [factor("f", PRICE, kind="discrete", values=[1, 2], probabilities=[0.5, 0.6])]},
        "uncertain[0].distribution.probabilities",
        "must sum to 1, not 1.1",
    ),
    (
        {"uncertain": [factor("f", VOLUME, kind="uniform", low=-1, high=1)]},
        "uncertain[0].distribution",
        "factor f at -1 makes the instance invalid",
    ),
    (
        {"uncertain": [factor("f", PRICE, **UNIFORM)], "correlations": [{"between": ["f", "g"], "rank": 0.5}]},
        "correlations[0].between[1]",
        "no factor has this name",
    ),
    (
        {
            "uncertain": [factor(name, PRICE, **UNIFORM) for name in "abc"],
            "correlations": [
                {"between": list(pair), "rank": rank} for pair, rank in (("ab", 0.9), ("bc", 0.9), ("ac", -0.9))
            ],
        },
        "correlations",
        "not positive semidefinite",
    ),
    ({"study": {"kind": "monte_carlo"}}, "uncertain", "needs at least one uncertain factor"),
    (
        {
            "study": {"kind": "monte_carlo", "method": "saltelli", "samples": 12},
            "uncertain": [factor("f", PRICE, **UNIFORM)],
        },
        "study.samples",
        "write 8 or 16",
    ),
]


@pytest.mark.parametrize(("changed", "path", "words"), CASES, ids=[f"{path}: {words[:30]}" for _, path, words in CASES])
def test_a_fault_is_told(changed: dict[str, Any], path: str, words: str) -> None:
    found = faults(**changed)
    assert path in found, found
    assert words in found[path]


def test_all_faults_at_once() -> None:
    found = faults(
        seed="x",
        scenarios=[{"name": "!"}, {"name": "b", "overrides": {"sites.rom.power_kw": 5, VOLUME: {"times": "2"}}}],
        grid=[{"name": "g", "paths": ["endpoints.nobody.name"], "values": [1]}],
        uncertain=[factor("f", PRICE, kind="uniform", low=2, high=1)],
    )
    assert set(found) == {
        "seed",
        "scenarios[0].name",
        "scenarios[1].overrides.sites.rom.power_kw",
        f"scenarios[1].overrides.{VOLUME}",
        "grid[0].paths[0]",
        "uncertain[0].distribution.high",
        "uncertain",  # a warning: a sweep draws no samples
    }


def test_lines_and_files(tmp_path: Path) -> None:
    written(small(), tmp_path, "base.json")
    path = tmp_path / "study.yaml"
    path.write_text(
        "schema: inferplan.study/v1\nname: s\nbase: base.json\nstudy: {kind: sweep}\n"
        "scenarios:\n  - name: a\n    overrides:\n      sites.rom.power_kw: 5\n"
    )
    with pytest.raises(InstanceError) as caught:
        load_study(path)
    (finding,) = caught.value.diagnostics
    assert isinstance(finding, Finding)
    assert finding.line == 8
    path.write_text(path.read_text().replace("rom", "room"))
    assert load_study(path).scenarios[0].inputs == {"sites.room.power_kw": 5}


def test_a_base_that_is_missing(tmp_path: Path) -> None:
    path = study_file(tmp_path, base="nowhere.yaml")
    result = inferplan("study", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "base" in result.stderr
    assert "the file does not exist" in result.stderr


def test_what_is_not_used_is_warned_of() -> None:
    loaded = study(uncertain=[factor("f", PRICE, **UNIFORM)])
    assert ["a sweep draws no samples" in finding.rule for finding in loaded.diagnostics] == [True]


def test_a_scenario_may_remove_what_an_axis_varies() -> None:
    axis = {"name": "rent", "paths": [RENT], "values": [5, 12]}
    loaded = study(scenarios=[{"name": "own", "overrides": {"sites.cloud": {"remove": True}}}], grid=[axis])
    assert [len(loaded.base.changed(scenario)["sites"]) for scenario in loaded.scenarios] == [1, 1]


def test_an_axis_may_vary_what_a_scenario_adds() -> None:
    offer = {"kind": "spot", "server": "box", "usd_per_hour": 3}
    added = {"name": "spot", "overrides": {"sites.cloud.offers": {"add": offer}}}
    axis = {"name": "price", "paths": ["sites.cloud.offers[kind=spot].usd_per_hour"], "values": [1, 2]}
    loaded = study(scenarios=[{"name": "base"}, added], grid=[axis])
    prices = [loaded.base.changed(scenario)["sites"][1]["offers"][-1]["usd_per_hour"] for scenario in loaded.scenarios]
    assert prices == [9, 9, 1, 2]


def test_the_published_schema() -> None:
    schema = json_schema()
    assert schema["$id"] == "urn:inferplan.study:v1:study"
    assert undescribed() == []
    json.dumps(schema)
