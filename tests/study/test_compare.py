"""`inferplan compare`: what changes between two plans, in words and figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import inferplan
from tests.cli.small import small, written
from tests.study.cases import PRICE, VOLUME, study_file


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    scenarios = [
        {"name": "bought"},
        {"name": "rented", "overrides": {PRICE: {"times": 20}}},
        {"name": "more", "overrides": {VOLUME: 20}},
        {
            "name": "none",
            "overrides": {"sites.cloud": {"remove": True}, "endpoints": [], "sites.room.power_kw": 1, "baselines": []},
        },
    ]
    result = inferplan("study", study_file(folder, scenarios=scenarios), "--out", folder / "out", "-q")
    assert result.exit_code == 0
    return folder / "out"


def test_bought_or_rented(results: Path) -> None:
    result = inferplan("compare", f"{results}@bought", f"{results}@1")
    assert result.exit_code == 0
    # 5 boxes at 9 USD an hour instead of 150,000 USD and their power
    month = 5 * 9 * 730
    rented = sum(month * 1.09 ** (-k / 12) for k in range(1, 13))
    bought = 150_000 + sum(730 * 1.09 ** (-k / 12) for k in range(1, 13))
    assert f"rented (row 1) costs {rented - bought:,.0f} USD" in result.stdout
    assert "more than bought" in result.stdout
    assert f"{PRICE} as in the base -> x 20" in result.stdout
    assert "capex -150,000" in result.stdout
    assert "gone: box (purchase) at room, 5 throughout" in result.stdout
    assert "new: box (on demand) at cloud, 5 throughout" in result.stdout
    assert "requests of chat: room/box with m bf16 100 % -> 0 %; cloud/box with m bf16 0 % -> 100 %" in result.stdout


def test_more_servers(results: Path) -> None:
    result = inferplan("compare", f"{results}@bought", f"{results}@more", "--json")
    answer = json.loads(result.stdout)
    assert answer["worth"]["capex_pv_usd"] == pytest.approx(150_000)
    low, value, high = (answer["worth"][key] for key in ("low_usd", "lifecycle_usd", "high_usd"))
    assert low - 0.01 <= value <= high + 0.01
    assert "box (purchase) at room: 5 throughout -> 10 throughout" in answer["words"]
    assert "requests go the same ways" in answer["words"]


def test_the_same_plan(results: Path) -> None:
    result = inferplan("compare", f"{results}@bought", f"{results}@0")
    assert "both are plans of the same problem" in result.stdout
    assert "both cost" in result.stdout
    assert "the same servers" in result.stdout


def test_a_row_without_a_plan(results: Path) -> None:
    result = inferplan("compare", f"{results}@bought", f"{results}@none")
    assert result.exit_code == 0
    assert "none has no plan: INFEASIBLE" in result.stdout


def test_plan_files(tmp_path: Path) -> None:
    dear = small(name="dear")
    dear["sites"][0]["offers"][0]["usd_per_server"] = 600_000
    files = [written(small(), tmp_path, "a.json"), written(dear, tmp_path, "b.json")]
    assert inferplan("solve", *files, "--out", tmp_path, "-q").exit_code == 0
    result = inferplan("compare", tmp_path / "small" / "plan.json", tmp_path / "dear" / "plan.json")
    assert result.exit_code == 0
    assert "more than small" in result.stdout
    assert "gone: box (purchase) at room" in result.stdout


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("{results}@rentd", "no row or scenario rentd; did you mean rented?"),
        ("{results}@44", "no row or scenario 44; it has 4 rows"),
        ("{results}", "cannot be read as a plan"),
        ("{results}/study.json", "this is no plan"),
        ("/nowhere@1", "cannot be read as a plan"),
    ],
)
def test_what_cannot_be_found(results: Path, which: str, words: str) -> None:
    result = inferplan("compare", f"{results}@bought", which.format(results=results))
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
