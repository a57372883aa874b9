from __future__ import annotations

from dataclasses import replace

import pytest

from solver.catalog.entries import Precision
from solver.instance.schema.policy import PlanningMargin
from solver.instance.schema.serving import MeasuredPoint, MeasuredProfile
from solver.performance.chain import SCALING_SHARE, RateChain, margin
from solver.performance.roofline import roofline
from solver.performance.types import OperatingPoint, Provenance, RequestSize, ServingConfig, Unservable


def profile(*points: MeasuredPoint, concurrency: int | None = 10) -> MeasuredProfile:
    return MeasuredProfile(
        name="bench",
        model="round-10b",
        accelerator="round-gpu",
        concurrency=concurrency,
        points=points,
        source="our lab",
    )


NEAR = MeasuredPoint(input_tokens=500, output_tokens=100, requests_per_second=4.0, ttft_ms=300, tpot_ms=30)
FAR = MeasuredPoint(input_tokens=8000, output_tokens=1000, requests_per_second=0.1)


def test_an_exact_size_overrides_the_estimate(config: ServingConfig) -> None:
    point = RateChain([profile(NEAR, FAR)]).point(config, RequestSize(500, 100))
    assert point == OperatingPoint(4.0, 10, 300, 30, Provenance.MEASURED, "bench (our lab)")


def test_another_size_is_scaled_from_the_nearest(config: ServingConfig) -> None:
    size = RequestSize(600, 120)
    estimate, at_near = roofline(config, size), roofline(config, RequestSize(500, 100))
    assert isinstance(estimate, OperatingPoint) and isinstance(at_near, OperatingPoint)
    assert estimate.ttft_ms and at_near.ttft_ms
    point = RateChain([profile(FAR, NEAR)]).point(config, size)
    assert isinstance(point, OperatingPoint)
    assert point.provenance is Provenance.MEASURED_SCALED
    assert point.requests_per_second == pytest.approx(estimate.requests_per_second * 4.0 / at_near.requests_per_second)
    assert point.ttft_ms == pytest.approx(estimate.ttft_ms * 300 / at_near.ttft_ms)
    assert "500 x 100" in point.source


def test_an_unstated_latency_is_scaled_like_the_time_per_request(config: ServingConfig) -> None:
    size = RequestSize(8000, 900)
    estimate, at_far = roofline(config, size), roofline(config, RequestSize(8000, 1000))
    assert isinstance(estimate, OperatingPoint) and isinstance(at_far, OperatingPoint)
    assert estimate.tpot_ms
    point = RateChain([profile(FAR)]).point(config, size)
    assert isinstance(point, OperatingPoint)
    assert point.tpot_ms == pytest.approx(estimate.tpot_ms * at_far.requests_per_second / 0.1)


def test_blank_architecture_needs_an_exact_point(config: ServingConfig) -> None:
    blank = replace(config, model=config.model.model_copy(update={"layers": None, "kv_bytes_per_token": None}))
    chain = RateChain([profile(NEAR)])
    assert isinstance(chain.point(blank, RequestSize(500, 100)), OperatingPoint)
    other = chain.point(blank, RequestSize(501, 100))
    assert isinstance(other, Unservable)
    assert "no measured point at 501 x 100" in other.reason and "blank" in other.reason


def test_a_profile_speaks_for_its_own_deployment_alone(config: ServingConfig) -> None:
    chain = RateChain([profile(NEAR)])
    assert chain.has_profile(config)
    for other in (
        replace(config, concurrency=11),
        replace(config, tensor_parallel=2),
        replace(config, engine="sglang"),
        replace(config, precision=Precision.FP8),
    ):
        assert not chain.has_profile(other)
        point = chain.point(other, RequestSize(500, 100))
        assert isinstance(point, OperatingPoint)
        assert point.provenance is Provenance.ROOFLINE


def test_a_profile_without_concurrency_answers_where_no_other_does(config: ServingConfig) -> None:
    general = MeasuredPoint(input_tokens=500, output_tokens=100, requests_per_second=3.0)
    chain = RateChain([profile(general, concurrency=None), profile(NEAR)])
    at_ten, at_eleven = (chain.point(replace(config, concurrency=c), RequestSize(500, 100)) for c in (10, 11))
    assert isinstance(at_ten, OperatingPoint) and isinstance(at_eleven, OperatingPoint)
    assert (at_ten.requests_per_second, at_eleven.requests_per_second) == (4.0, 3.0)
    assert chain.profile_concurrency(config) == (10, None)
    other = config.model.model_copy(update={"name": "other"})
    assert chain.profile_concurrency(replace(config, model=other)) == ()


class Database:
    """A silicon database that knows one accelerator."""

    def __init__(self) -> None:
        self.asked = 0

    def point(self, config: ServingConfig, size: RequestSize) -> OperatingPoint | Unservable | None:
        self.asked += 1
        if config.accelerator.name != "round-gpu":
            return None
        return OperatingPoint(5.0, config.concurrency, 100, 10, Provenance.SILICON, "database")


def test_the_database_stands_between_and_is_asked_once(config: ServingConfig) -> None:
    database = Database()
    chain = RateChain([], database)
    size = RequestSize(500, 100)
    first = chain.point(config, size)
    assert first is chain.point(config, size)
    assert database.asked == 1
    assert isinstance(first, OperatingPoint) and first.provenance is Provenance.SILICON
    unknown = replace(config, accelerator=config.accelerator.model_copy(update={"name": "other"}))
    fallback = chain.point(unknown, size)
    assert isinstance(fallback, OperatingPoint) and fallback.provenance is Provenance.ROOFLINE


def test_margins() -> None:
    margins = PlanningMargin()
    assert [margin(p, margins) for p in Provenance] == [0.9, 0.9 * SCALING_SHARE, 0.8, 0.7]
    off = PlanningMargin(measured=1, silicon=1, roofline=1)
    assert all(margin(p, off) == 1 for p in Provenance)
    # Mixtures of experts: 0.72 and 0.95 of it, as stated where stated, and off where margins are off.
    assert [margin(p, margins, experts=True) for p in (Provenance.SILICON, Provenance.ROOFLINE)] == pytest.approx(
        [0.576, 0.665]
    )
    assert margin(Provenance.ROOFLINE, PlanningMargin(roofline_experts=0.5), experts=True) == 0.5
    assert all(margin(p, off, experts=True) == 1 for p in Provenance)
    # Never above the measured margin, even if the user trusts the roofline more.
    assert margin(Provenance.MEASURED_SCALED, PlanningMargin(measured=0.8, roofline=1)) == 0.8
