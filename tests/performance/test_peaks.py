"""Short peaks: arithmetic by hand, order, and a simulated queue that never waits longer than promised."""

from __future__ import annotations

import random
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import waits

from solver.performance.peaks import Peak, mean_utilisation
from solver.performance.queueing import utilisation_limit


def always(_: float) -> float:
    return 1.0


def test_without_peaks_the_limit_stands() -> None:
    assert mean_utilisation(lambda wait: 0.6 + 0.1 * wait, 2.0, ()) == pytest.approx(0.8)


def test_a_peak_is_carried_outright_where_nothing_may_wait() -> None:
    assert mean_utilisation(always, 0.0, [Peak(60, 2.5)]) == pytest.approx(0.4)


def test_a_short_peak_queues_within_the_allowance() -> None:
    """R = 3 for 10 s and 5 s to wait: capacity u with 10 (3 u - 1) = 5, so u = 0.5; a 60 s peak leaves 65/60/3."""
    assert mean_utilisation(always, 5.0, [Peak(10, 3.0)]) == pytest.approx(0.5)
    assert mean_utilisation(always, 5.0, [Peak(10, 3.0), Peak(60, 3.0)]) == pytest.approx(65 / 180)


def test_a_peak_within_reach_of_the_allowance_costs_nothing() -> None:
    assert mean_utilisation(always, 30.0, [Peak(1, 26.0)]) == 1.0


@given(
    wait=st.floats(0.0, 20.0),
    ratio=st.floats(1.0, 30.0),
    seconds=st.floats(0.5, 120.0),
    places=st.integers(1, 300),
    service=st.floats(0.1, 60.0),
    cv=st.floats(0.5, 4.0),
)
@settings(max_examples=60, deadline=None)
def test_bounds_and_order(wait: float, ratio: float, seconds: float, places: int, service: float, cv: float) -> None:
    limit = partial(_limit, places, service, cv)
    found = mean_utilisation(limit, wait, [Peak(seconds, ratio)])
    assert limit(wait) / ratio * (1 - 1e-9) <= found <= limit(wait)
    assert mean_utilisation(limit, wait, [Peak(seconds, ratio * 1.2)]) <= found * (1 + 1e-9)
    assert mean_utilisation(limit, wait, [Peak(seconds, ratio), Peak(seconds * 2, ratio)]) <= found * (1 + 1e-9)
    assert mean_utilisation(limit, wait * 1.5 + 0.1, [Peak(seconds, ratio)]) >= found * (1 - 0.15)


def _limit(places: int, service: float, cv: float, wait: float) -> float:
    return utilisation_limit(places, service, wait, 95.0, cv)


@pytest.mark.parametrize(("seconds", "ratio", "wait_s"), [(30.0, 2.5, 2.0), (5.0, 5.0, 3.0), (120.0, 1.5, 1.0)])
def test_requests_of_the_peak_keep_the_allowance_at_the_percentile(seconds: float, ratio: float, wait_s: float) -> None:
    """Simulated: 16 places of exponential service of 4 s; a peak every ten minutes, only its own requests counted."""
    places, service, percentile = 16, 4.0, 90.0
    limit = lambda allowed: utilisation_limit(places, service, allowed, percentile)  # noqa: E731
    mean_rate = mean_utilisation(limit, wait_s, [Peak(seconds, ratio)]) * places / service
    rng, now, arrivals, in_peak = random.Random(7), 0.0, [], []
    while now < 120_000:
        peak = now % 600.0 < seconds
        now += rng.expovariate(mean_rate * (ratio if peak else 1.0))
        arrivals.append(now)
        in_peak.append(now % 600.0 < seconds)
    waited = waits(arrivals, [rng.expovariate(1 / service) for _ in arrivals], places)
    late = [wait > wait_s for wait, peak in zip(waited, in_peak, strict=True) if peak]
    assert len(late) > 500
    assert sum(late) / len(late) <= 1 - percentile / 100 + 0.01
