"""Statistics of a Monte Carlo study against scipy, closed forms, and an instance whose cost is known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from solver.study.analysis.sobol import sobol_indices
from solver.study.analysis.statistics import quantile, share, spread
from solver.study.engines.in_process import InProcess
from solver.study.kinds.monte_carlo import scenarios
from solver.study.kinds.registry import run_kind
from solver.study.result import StudyResult
from solver.study.runner import Runner
from solver.study.sampling.design import design
from solver.study.schema.uncertain import Method
from tests.cli.small import small
from tests.study.cases import PRICE, VOLUME, factor, study


def test_mean_and_its_interval() -> None:
    values = np.random.default_rng(1).normal(10, 2, 50)
    found = spread(values, 0.9)
    low, high = stats.t.interval(0.9, 49, values.mean(), values.std(ddof=1) / math.sqrt(50))
    assert (found.mean.low, found.mean.high) == (pytest.approx(low), pytest.approx(high))
    assert found.deviation == pytest.approx(values.std(ddof=1))


@pytest.mark.parametrize("level", [0.25, 0.5, 0.95])
def test_quantile_intervals_cover(level: float) -> None:
    true, hits = stats.norm.ppf(level), 0
    draw = np.random.default_rng(2)
    for _ in range(400):
        found = quantile(np.sort(draw.normal(size=120)), level, 0.9)
        hits += (found.low or -math.inf) <= true <= (found.high or math.inf)
    assert hits / 400 >= 0.88


def test_a_quantile_that_the_sample_cannot_bound() -> None:
    found = quantile(np.arange(20.0), 0.95, 0.95)
    assert found.high is None
    assert found.low is not None


@pytest.mark.parametrize("hits", [0, 3, 20])
def test_wilson(hits: int) -> None:
    found = share(hits, 20, 0.95)
    known = stats.binomtest(hits, 20).proportion_ci(0.95, "wilson")
    assert (found.low, found.high) == (pytest.approx(known.low, abs=1e-12), pytest.approx(known.high, abs=1e-12))


def test_sobol_indices_of_ishigami() -> None:
    # Ishigami's function (a = 7, b = 0.1) has known indices: S1 = 0.314, 0.442, 0; ST = 0.558, 0.442, 0.244.
    points = -np.pi + 2 * np.pi * design(Method.SALTELLI, 2048, 3, seed=9)
    x, y, z = points.T
    outcome = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    found = sobol_indices(["x", "y", "z"], outcome, confidence=0.95, resamples=100, seed=1)
    assert [entry.first for entry in found] == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert [entry.total for entry in found] == pytest.approx([0.558, 0.442, 0.244], abs=0.03)


def run(**changed: object) -> StudyResult:
    """5 boxes at 30,000 USD: the cost is linear in their price as long as nothing is dearer."""
    base = small(endpoints=[], baselines=["cloud_on_demand"])
    return run_kind(study(base=base, **changed), Runner(InProcess()))


@pytest.fixture(scope="module")
def prices() -> StudyResult:
    entry = factor("price", PRICE, kind="uniform", low=0.5, high=1.5)
    return run(
        uncertain=[entry], seed=3, study={"kind": "monte_carlo", "samples": 12, "payback_within_months": [4, 6, 12]}
    )


def test_cost_follows_the_price(prices: StudyResult) -> None:
    # 10 kW all year at 0.1 USD/kWh, as in the instance's own arithmetic
    power = sum(730 * 1.09 ** (-month / 12) for month in range(1, 13))
    rows = [row for row in prices.rows if "sample" in row.inputs]
    assert len(rows) == 12
    for row in rows:
        assert row.lifecycle_usd == pytest.approx(150_000 * float(row.inputs["price"] or 0) + power, rel=1e-6)
    statistics = prices.figures["scenarios"][0]
    costs = [row.lifecycle_usd for row in rows]
    assert statistics["cost"]["mean"]["value"] == pytest.approx(np.mean(costs))
    # A Latin hypercube of 12 has one price in each twelfth: the mean is within a 24th of the range.
    assert statistics["cost"]["mean"]["value"] == pytest.approx(150_000 + power, abs=150_000 / 24)
    assert statistics["drivers"]["price"] == pytest.approx(1.0)


def test_probability_of_payback(prices: StudyResult) -> None:
    # Rented at 32,850 USD a month, bought 730: paid back within T where price x 150,000 <= T x 32,120.
    (payback,) = prices.figures["scenarios"][0]["paybacks"]
    for months in (4, 6, 12):
        drawn = [float(row.inputs["price"] or 0) for row in prices.rows if "sample" in row.inputs]
        expected = np.mean([150_000 * price <= months * 32_120 for price in drawn])
        assert payback["within"][str(months)]["value"] == pytest.approx(expected)
    assert payback["cheaper"]["value"] == 1.0
    assert any("pays back in" in sentence for sentence in prices.words)


def test_tornado_by_hand(prices: StudyResult) -> None:
    (swing,) = prices.figures["tornado"]
    assert (swing["low_value"], swing["high_value"]) == (pytest.approx(0.6), pytest.approx(1.4))
    assert swing["high_usd"] - swing["low_usd"] == pytest.approx(0.8 * 150_000)
    assert prices.tables["tornado"][0] == swing
    assert "tornado-base" in prices.pictures
    assert "cost-base" in prices.pictures


def test_a_failed_sample_is_counted_and_left_out() -> None:
    base = small(endpoints=[], baselines=[])
    del base["sites"][1]
    base["sites"][0]["power_kw"] = 10  # five boxes, and no sixth
    entry = factor("demand", VOLUME, kind="discrete", values=[0.5, 2.0], probabilities=[0.5, 0.5])
    loaded = study(base=base, uncertain=[entry], study={"kind": "monte_carlo", "samples": 4, "tornado": False})
    found = run_kind(loaded, Runner(InProcess()))
    assert sorted(row.status for row in found.rows) == ["failed", "failed", "ok", "ok"]
    assert found.figures["scenarios"][0]["failed"] == 2
    assert any("2 of 4 samples have no plan" in sentence for sentence in found.words)


def test_saltelli_gives_indices() -> None:
    entries = [
        factor("price", PRICE, kind="uniform", low=0.8, high=1.2),
        factor("months", "finance.discount_rate", kind="uniform", low=0.99, high=1.01),
    ]
    asked = {"kind": "monte_carlo", "samples": 8, "method": "saltelli", "tornado": False, "resamples": 100}
    found = run(uncertain=entries, study=asked)
    assert len(found.rows) == 8 * 4
    price, rate = found.figures["sobol"]
    assert price["total"] > 0.9
    assert rate["total"] < 0.01
    # Statistics rest on the two independent samples alone.
    assert found.figures["scenarios"][0]["samples"] == 16


def test_indices_count_on_through_the_tornado() -> None:
    loaded = study(
        scenarios=[{"name": "a"}, {"name": "b"}],
        uncertain=[factor("price", PRICE, kind="uniform", low=0.8, high=1.2)],
        study={"kind": "monte_carlo", "samples": 3},
    )
    points = scenarios(loaded)
    assert [point.index for point in points] == list(range(3 * 2 + 3 * 2))
    assert points[-1].inputs["design"] == "tornado: price high"


def test_scenarios_are_compared_sample_by_sample() -> None:
    named = [{"name": "list"}, {"name": "dearer", "overrides": {PRICE: 31_000}}]
    entry = factor("demand", VOLUME, kind="discrete", values=[1.0, 2.0], probabilities=[0.5, 0.5])
    found = run(scenarios=named, uncertain=[entry], study={"kind": "monte_carlo", "samples": 4, "tornado": False})
    (pair,) = found.figures["pairs"]
    # 5 or 10 boxes, each 1,000 USD dearer
    assert (pair["cheaper"], pair["dearer"]) == ("list", "dearer")
    assert pair["mean_usd"]["value"] == pytest.approx(7_500, rel=1e-6)
    assert pair["often"]["value"] == 1.0
