"""Groups of prefill and decode units: one by hand, and what must hold whatever the figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from round_figures import ROUND

from solver.performance.coefficients import RooflineCoefficients
from solver.performance.disaggregated import PREFILL_LOAD_LIMIT, DisaggregatedRoofline
from solver.performance.roofline import roofline
from solver.performance.types import Disaggregation, OperatingPoint, RequestSize, ServingConfig, Unservable

SIZE = RequestSize(1000, 200)
SHARED_FIXTURE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def group(
    config: ServingConfig, prefill: int, decode: int, size: RequestSize, coefficients: RooflineCoefficients = ROUND
) -> OperatingPoint:
    answer = DisaggregatedRoofline(config, Disaggregation(prefill, decode, 1), coefficients).point(
        size, config.concurrency
    )
    assert isinstance(answer, OperatingPoint), answer
    return answer


def test_one_and_one_by_hand(config: ServingConfig) -> None:
    # prefill    own 101.6 ms; packed 101.6 + 14.5 * 1000 / 8192 = 103.36998 ms: at most 0.9 / 0.10337 = 8.707 requests/s
    # decode     14.5 + 10 (0.1 + 0.11352) = 16.6352 ms: 10 / (200 * 0.0166352) = 3.00567 requests/s, the lesser
    # wait       rho = 3.00567 * 0.10337 = 0.310696: 103.37 / (2 * 0.689304) * ln(0.310696 / 0.05) = 136.98 ms
    # transfer   1000 * 160,000 B / 200 GB/s = 0.8 ms, and 40 * 10 us
    # TTFT       136.98 + 14.5 + 101.6 + 1.2 + 16.6352 = 270.92 ms
    point = group(config, 1, 1, SIZE)
    assert point.requests_per_second == pytest.approx(3.00567, rel=1e-5)
    assert point.tpot_ms == pytest.approx(16.6352)
    assert point.ttft_ms == pytest.approx(270.92, rel=1e-4)
    assert point.concurrency == 10


def test_the_prefill_side_may_be_the_lesser(config: ServingConfig) -> None:
    # 20 output tokens: a decode unit could take 10 / (20 * 16.5...) = 30 requests/s, the prefill unit 8.707.
    point = group(config, 1, 1, RequestSize(1000, 20))
    assert point.requests_per_second == pytest.approx(PREFILL_LOAD_LIMIT / 0.10336998, rel=1e-6)
    # 3 sequences suffice: 20 * (14.5 + 3 * 0.204...) = 302 ms, 3 / 0.302 = 9.9; 2 / 0.298 = 6.7 would not.
    assert point.concurrency == 3


def test_units_hold_the_model_by_themselves(config: ServingConfig) -> None:
    small = config.accelerator.model_copy(update={"memory_gb": 24})
    wide = replace(config, accelerator=small, tensor_parallel=2)
    answer = DisaggregatedRoofline(wide, Disaggregation(1, 1, 1), ROUND).point(SIZE, 8)
    assert isinstance(answer, Unservable) and answer.reason.startswith("prefill unit")
    assert isinstance(roofline(wide, SIZE, ROUND), OperatingPoint)


def test_accelerators_of_a_group(config: ServingConfig) -> None:
    # 2 prefill units of 1 and 3 decode units of 2
    assert replace(config, tensor_parallel=2, disaggregation=Disaggregation(2, 3, 1)).accelerators == 8


sizes = st.builds(RequestSize, st.integers(1, 20_000), st.integers(1, 2000), st.sampled_from((0.0, 0.5)))


@SHARED_FIXTURE
@given(sizes, st.integers(1, 64), st.integers(1, 4), st.integers(1, 4))
def test_no_more_than_either_side(config: ServingConfig, size: RequestSize, b: int, x: int, y: int) -> None:
    at = replace(config, concurrency=b)
    found = group(at, x, y, size)
    # One more unit on either side never makes it slower, and neither side alone could do more with plenty of the other.
    most_prefill, most_decode = group(at, x, 64, size), group(at, 64, y, size)
    rate = found.requests_per_second
    assert rate <= most_prefill.requests_per_second * (1 + 1e-9)
    assert rate <= most_decode.requests_per_second * (1 + 1e-9)
    assert group(at, x + 1, y, size).requests_per_second >= rate * (1 - 1e-9)
    assert group(at, x, y + 1, size).requests_per_second >= rate * (1 - 1e-9)
    # Decoding is never slowed down by prefills.
    together = roofline(at, size, ROUND)
    assert isinstance(together, OperatingPoint) and found.tpot_ms and together.tpot_ms
    if size.output_tokens > 1:
        assert found.tpot_ms <= together.tpot_ms * (1 + 1e-9)


@SHARED_FIXTURE
@given(sizes, st.integers(1, 64), st.floats(1.0, 4.0))
def test_more_bandwidth_is_never_slower(config: ServingConfig, size: RequestSize, b: int, factor: float) -> None:
    faster = config.accelerator.model_copy(
        update={"memory_bandwidth_gb_per_s": 2000 * factor, "link_gb_per_s": 400 * factor}
    )
    slow = group(replace(config, concurrency=b), 1, 2, size)
    fast = group(replace(config, concurrency=b, accelerator=faster), 1, 2, size)
    assert fast.requests_per_second >= slow.requests_per_second * (1 - 1e-9)
