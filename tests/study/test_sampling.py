"""Drawn values: marginals, rank correlation, seed; and the numbering of scenarios."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from solver.study.sampling.design import correlated, design, is_possible
from solver.study.sampling.distributions import ends, quantiles
from solver.study.sampling.draw import drawn, sampled
from solver.study.schema.uncertain import Factor, Method
from tests.study.cases import PRICE, RENT, VOLUME, factor, study

DISTRIBUTIONS: list[tuple[dict[str, Any], Any]] = [
    ({"kind": "uniform", "low": 2, "high": 5}, stats.uniform(2, 3)),
    ({"kind": "triangular", "low": 1, "mode": 2, "high": 5}, stats.triang(0.25, 1, 4)),
    ({"kind": "triangular", "low": 1, "mode": 1, "high": 5}, stats.triang(0.0, 1, 4)),
    ({"kind": "pert", "low": 0, "mode": 1, "high": 4}, stats.beta(2, 4, 0, 4)),
    ({"kind": "beta", "alpha": 2, "beta": 3, "low": -1, "high": 1}, stats.beta(2, 3, -1, 2)),
    ({"kind": "normal", "mean": 3, "deviation": 2}, stats.norm(3, 2)),
    ({"kind": "normal", "mean": 3, "deviation": 2, "at_least": 2}, stats.truncnorm(-0.5, np.inf, 3, 2)),
    ({"kind": "lognormal", "median": 2, "log_deviation": 0.5}, stats.lognorm(0.5, 0, 2)),
]


def of(distribution: dict[str, Any]) -> Any:
    return Factor.model_validate({"name": "f", "paths": ["a"], "distribution": distribution}).distribution


@pytest.mark.parametrize(("written", "known"), DISTRIBUTIONS)
def test_quantiles_are_those_of_scipy(written: dict[str, Any], known: Any) -> None:
    at = np.linspace(0.01, 0.99, 25)
    assert quantiles(of(written), at) == pytest.approx(known.ppf(at), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", [Method.LATIN_HYPERCUBE, Method.SOBOL])
@pytest.mark.parametrize(("written", "known"), DISTRIBUTIONS)
def test_marginals_of_a_sample(method: Method, written: dict[str, Any], known: Any) -> None:
    values = quantiles(of(written), design(method, 256, 3, seed=5)[:, 1])
    # Stratified samples lie far nearer to their distribution than random ones do.
    assert stats.kstest(values, known.cdf).statistic < 0.02


def test_discrete_values_come_as_often_as_asked() -> None:
    written = of({"kind": "discrete", "values": [3, 6, 12], "probabilities": [0.25, 0.5, 0.25]})
    values, counts = np.unique(
        quantiles(written, design(Method.LATIN_HYPERCUBE, 400, 1, seed=1)[:, 0]), return_counts=True
    )
    assert values.tolist() == [3, 6, 12]
    assert counts.tolist() == [100, 200, 100]


def test_ends() -> None:
    assert ends(of({"kind": "uniform", "low": 2, "high": 5})) == (2, 5)
    low, high = ends(of({"kind": "normal", "mean": 0, "deviation": 1, "at_most": 1}))
    assert (low, high) == (pytest.approx(stats.truncnorm(-np.inf, 1).ppf(1e-4), rel=1e-6), pytest.approx(1))


@pytest.mark.parametrize("method", [Method.LATIN_HYPERCUBE, Method.SOBOL, Method.RANDOM])
@pytest.mark.parametrize("rank", [-0.8, 0.3, 0.9])
def test_rank_correlation(method: Method, rank: float) -> None:
    points = design(method, 512, 3, seed=2)
    wanted = np.eye(3)
    wanted[0, 2] = wanted[2, 0] = rank
    found = correlated(points, wanted)
    assert stats.spearmanr(found[:, 0], found[:, 2]).statistic == pytest.approx(rank, abs=0.04)
    assert abs(stats.spearmanr(found[:, 0], found[:, 1]).statistic) < 0.06
    assert np.array_equal(np.sort(found, axis=0), np.sort(points, axis=0))


def test_full_correlation_is_one_order() -> None:
    found = correlated(design(Method.LATIN_HYPERCUBE, 64, 2, seed=3), np.ones((2, 2)))
    assert stats.spearmanr(found[:, 0], found[:, 1]).statistic == pytest.approx(1)


def test_what_cannot_be_correlated() -> None:
    assert is_possible(np.array([[1, 0.9, 0.9], [0.9, 1, 0.9], [0.9, 0.9, 1]]))
    assert not is_possible(np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]))


def test_the_seed_is_all() -> None:
    def values(seed: int, method: Method = Method.LATIN_HYPERCUBE) -> Any:
        factors = [
            factor("a", PRICE, kind="uniform", low=0.5, high=2),
            factor("b", RENT, kind="uniform", low=0.5, high=2),
        ]
        correlations = [{"between": ["a", "b"], "rank": 0.5}]
        return drawn(study(seed=seed, uncertain=factors, correlations=correlations), 16, method)

    for method in (Method.LATIN_HYPERCUBE, Method.SOBOL, Method.RANDOM):
        assert np.array_equal(values(4, method), values(4, method))
        assert not np.array_equal(values(4, method), values(5, method))


def test_scenarios_share_their_samples() -> None:
    named = [{"name": "a"}, {"name": "b", "overrides": {PRICE: 25000}}]
    loaded = study(scenarios=named, uncertain=[factor("demand", VOLUME, kind="uniform", low=0.5, high=1.5)])
    points = sampled(loaded, 8, Method.LATIN_HYPERCUBE)
    assert [point.index for point in points] == list(range(16))
    for first, second in zip(points[::2], points[1::2], strict=True):
        assert (first.name, second.name) == ("a", "b")
        assert first.inputs["demand"] == second.inputs["demand"]
        mean = loaded.base.changed(second)["workloads"][0]["requests_per_second"]["mean"]
        assert mean == pytest.approx(10 * float(second.inputs["demand"] or 0))
        assert loaded.base.changed(second)["sites"][0]["offers"][0]["usd_per_server"] == 25000


def test_whole_draws() -> None:
    entry = {**factor("delay", "sites.room.offers[box].lead_time_months", kind="uniform", low=0, high=6), "how": "plus"}
    loaded = study(uncertain=[{**entry, "whole": True}])
    points = sampled(loaded, 8, Method.LATIN_HYPERCUBE)
    months = [loaded.base.changed(point)["sites"][0]["offers"][0]["lead_time_months"] for point in points]
    assert all(isinstance(month, int) for month in months)
    assert len(set(months)) > 3
