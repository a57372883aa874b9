"""The pooled queue against a simulated one, and against the queue whose service depends on the batch."""

from __future__ import annotations

import random
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import waits

from solver.performance.queueing import utilisation_limit, wait_at_percentile, wait_exceeds
from solver.performance.state_dependent import utilisation_limit as state_dependent_limit
from solver.performance.state_dependent import wait_exceeds as state_dependent_wait


def gaps(rng: random.Random, mean_s: float, cv: float) -> float:
    """Time between arrivals: exponential at a CV of 1, else hyperexponential with balanced means."""
    if cv <= 1.0:
        return rng.expovariate(1 / mean_s)
    share = 0.5 * (1 + ((cv**2 - 1) / (cv**2 + 1)) ** 0.5)
    phase = share if rng.random() < share else 1 - share
    return rng.expovariate(2 * phase / mean_s)


@pytest.mark.parametrize(
    ("replicas", "concurrency", "cv", "percentile", "allowed_s"),
    [(1, 8, 1.0, 95.0, 2.0), (4, 8, 1.0, 95.0, 1.0), (2, 16, 2.0, 90.0, 2.0), (6, 16, 1.5, 99.0, 3.0)],
)
def test_at_the_limit_a_simulated_pool_keeps_the_percentile(
    replicas: int, concurrency: int, cv: float, percentile: float, allowed_s: float
) -> None:
    """Both at the exact limit of n replicas and at the linear form's, which is further on the safe side."""
    service_s, rng = 6.0, random.Random(11)
    exact = utilisation_limit(replicas * concurrency, service_s, allowed_s, percentile, cv)
    linear = utilisation_limit(concurrency, service_s, allowed_s, percentile, cv)
    late = []
    for utilisation in (exact, linear):
        places, now, arrivals = replicas * concurrency, 0.0, []
        for _ in range(120_000):
            now += gaps(rng, service_s / (utilisation * places), cv)
            arrivals.append(now)
        waited = waits(arrivals, [rng.expovariate(1 / service_s) for _ in arrivals], places)[10_000:]
        late.append(sum(wait > allowed_s for wait in waited) / len(waited))
    allowed = 1 - percentile / 100
    assert late[0] <= allowed * 1.25 + 0.002
    assert late[1] <= late[0] + 0.003


def test_without_burstiness_the_exact_limit_is_neither_safe_nor_late() -> None:
    """Erlang-C is exact for Poisson arrivals: the share that waits too long comes out as asked, not far below."""
    rng, places, service_s, now, arrivals = random.Random(3), 32, 5.0, 0.0, []
    utilisation = utilisation_limit(places, service_s, 0.5, 90.0)
    for _ in range(200_000):
        now += rng.expovariate(utilisation * places / service_s)
        arrivals.append(now)
    waited = waits(arrivals, [rng.expovariate(1 / service_s) for _ in arrivals], places)[10_000:]
    assert sum(wait > 0.5 for wait in waited) / len(waited) == pytest.approx(0.1, abs=0.02)


@given(
    places=st.integers(1, 400),
    utilisation=st.floats(0.05, 0.995),
    service_s=st.floats(0.1, 100),
    percentile=st.floats(50, 99.9),
    cv=st.floats(0, 6),
    service_cv=st.floats(1, 5),
)
@settings(max_examples=100, deadline=None)
def test_the_wait_at_a_percentile_is_exceeded_by_the_rest(
    places: int, utilisation: float, service_s: float, percentile: float, cv: float, service_cv: float
) -> None:
    found = wait_at_percentile(places, utilisation, service_s, percentile, cv, service_cv)
    late = wait_exceeds(places, utilisation, service_s, found, cv, service_cv)
    assert late <= (1 - percentile / 100) * (1 + 1e-6)
    if found > 0:
        assert late == pytest.approx(1 - percentile / 100, rel=1e-6)
    assert wait_at_percentile(places, 1.0, service_s, percentile) == inf


@given(places=st.integers(1, 200), service_s=st.floats(0.5, 60), wait_s=st.floats(0.01, 20), cv=st.floats(1, 5))
@settings(max_examples=60, deadline=None)
def test_mixed_lengths_cost_capacity(places: int, service_s: float, wait_s: float, cv: float) -> None:
    alike = utilisation_limit(places, service_s, wait_s, 95.0)
    assert utilisation_limit(places, service_s, wait_s, 95.0, 1.0, cv) <= alike * (1 + 1e-9)


@pytest.mark.parametrize("utilisation", [0.3, 0.7, 0.95])
def test_even_service_is_erlang_c(utilisation: float) -> None:
    found = state_dependent_wait(3, [1, 16], [8.0, 8.0], utilisation, 0.7)
    assert found == pytest.approx(wait_exceeds(48, utilisation, 8.0, 0.7), rel=1e-9)


@given(
    replicas=st.integers(1, 6),
    full=st.sampled_from([8, 32, 64]),
    share=st.floats(0.2, 1.0),
    service_s=st.floats(1, 40),
    wait_s=st.floats(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_faster_steps_below_a_full_batch_only_help(
    replicas: int, full: int, share: float, service_s: float, wait_s: float
) -> None:
    """So Erlang-C at the full batch, which the plan rests on, is the safe side."""
    batches, times = [1, full], [share * service_s, service_s]
    better = state_dependent_limit(replicas, batches, times, wait_s, 95.0)
    assert better >= utilisation_limit(replicas * full, service_s, wait_s, 95.0) - 1e-6
    assert better <= 1.0
