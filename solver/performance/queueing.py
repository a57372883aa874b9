"""Waiting for a free place: the load at which a pool still keeps the wait within its allowance.

A pool of n replicas with B places each is c = n B servers of mean service time T with offered load a = rho c:

    P(W > t) = C(c, a) exp(-(c - a) t / (T v)),      v = (Ca^2 + 1) / 2

C        Erlang's probability of waiting
Ca       coefficient of variation of the time between arrivals; 1 is Poisson
v        Allen-Cunneen's factor with exponential service: the mean wait is C T v / (c - a)

Burstier arrivals than Poisson also wait more often. Hayward's approximation: peakedness v, so C(c / v, a / v); between
whole numbers log C is interpolated linearly, which errs high because log C is convex in c at fixed rho (a test checks
it on a grid); at no place at all C is 1.
T is the service time at a full batch; at lower load steps are shorter, so the bound is on the safe side (by how much:
`state_dependent.py`). A mix of services of other lengths has a coefficient of variation Cs other than 1: it stretches the wait
of who waits, v = (Ca^2 + Cs^2) / 2 in the exponent, and leaves the probability of waiting as it is.

The limit never falls as a pool grows: at fixed rho, C falls with c and the exponent c (1 - rho) t / (T v) rises, so
P(W > t) falls and the largest rho that keeps it can only rise. Hence rho(1) n B is a safe linear form of rho(n) n B.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, floor, inf, isfinite, isinf, log, sqrt

_HUGE = 1e40
"""1 / B beyond which blocking is taken to be none."""
_STEPS = 200
_LEAST = 2.0**-60
_WIDTH = 2.0**-42
"""Width of the bracket at which the search for a limit ends; its lower, safe end is the answer."""
_SLOPE_OF_LOG_C = 1.2533141373155003
"""-d log C / d beta at beta = 0 in heavy traffic, beta = (1 - rho) sqrt(c): sqrt(pi / 2) (Halfin and Whitt 1981)."""


def erlang_b(places: int, load: float) -> float:
    """Probability that all `places` are taken at `load` erlangs (lost calls).

    1 / B = sum over k of c (c-1) ... (c-k+1) / a^k. The terms peak within a few sqrt(c) of the start unless B is
    negligible, so a pool of a million places takes about ten thousand terms.
    """
    if load <= 0:
        return 1.0 if places == 0 else 0.0
    total = term = 1.0
    for free in range(places, 0, -1):
        term *= free / load
        total += term
        if total > _HUGE:
            return 0.0
        if term < total * 1e-17:
            break
    return 1.0 / total


def erlang_c(places: int, load: float) -> float:
    """Probability of waiting with `places` servers at `load` < `places` erlangs; 1 at or above."""
    if load >= places:
        return 1.0
    blocked = erlang_b(places, load)
    return places * blocked / (places - load * (1.0 - blocked))


def _waiting_probability(places: float, utilisation: float) -> float:
    whole = floor(places)
    low = erlang_c(whole, utilisation * whole) if whole else 1.0
    share = places - whole
    if share == 0.0:
        return low
    high = erlang_c(whole + 1, utilisation * (whole + 1))
    return float(low ** (1.0 - share) * high**share)


def wait_exceeds(
    places: int,
    utilisation: float,
    service_seconds: float,
    wait_seconds: float,
    arrival_cv: float = 1.0,
    service_cv: float = 1.0,
) -> float:
    """P(W > wait_seconds) in a pool of `places` at `utilisation` of its capacity, 0..1."""
    if utilisation >= 1.0:
        return 1.0
    if utilisation <= 0.0:
        return 0.0
    waiting = _waiting_probability(places / max(1.0, (arrival_cv**2 + 1.0) / 2.0), utilisation)
    factor = (arrival_cv**2 + service_cv**2) / 2.0
    return waiting * exp(-places * (1.0 - utilisation) * wait_seconds / (service_seconds * factor))


def wait_at_percentile(
    places: int,
    utilisation: float,
    service_seconds: float,
    percentile: float,
    arrival_cv: float = 1.0,
    service_cv: float = 1.0,
) -> float:
    """Wait that `percentile` % of the requests do not exceed, s; infinite at full utilisation or above."""
    if utilisation >= 1.0:
        return inf
    exceeding = 1.0 - percentile / 100.0
    waiting = wait_exceeds(places, utilisation, service_seconds, 0.0, arrival_cv, service_cv)
    if waiting <= exceeding:
        return 0.0
    factor = (arrival_cv**2 + service_cv**2) / 2.0
    return log(waiting / exceeding) * service_seconds * factor / (places * (1.0 - utilisation))


@lru_cache(maxsize=65536)
def utilisation_limit(
    places: int,
    service_seconds: float,
    allowed_wait_seconds: float,
    percentile: float,
    arrival_cv: float = 1.0,
    service_cv: float = 1.0,
) -> float:
    """Highest utilisation in (0, 1] at which the wait for a place stays within the allowance at the percentile.

    `places` is replicas x concurrency, `service_seconds` the mean time a request holds a place, `percentile` in %
    (50..100). An infinite allowance gives 1; a pool that
    cannot keep it at any load gives 2^-60, which carries nothing. Raises ValueError on a negative allowance or no
    places.
    """
    if places < 1:
        raise ValueError(f"a pool needs at least one place, not {places}")
    if allowed_wait_seconds < 0:
        raise ValueError(f"no wait is below zero: {allowed_wait_seconds} s")
    if not service_seconds > 0:
        raise ValueError(f"service time must be positive, not {service_seconds} s")
    if isinf(allowed_wait_seconds):
        return 1.0
    return _largest(places, service_seconds, allowed_wait_seconds, 1.0 - percentile / 100.0, arrival_cv, service_cv)


def _largest(
    places: int, service_s: float, wait_s: float, exceeding: float, arrival_cv: float, service_cv: float
) -> float:
    """Largest utilisation at which P(W > wait_s) <= exceeding, at most `_WIDTH` too low.

    Regula falsi (Anderson and Bjorck 1973) on log P, which is nearly linear in the utilisation. At 1 it is log 1; the
    slope there, sqrt(pi c' / 2) + c t / (T v) with c' = c / max(1, v), gives the first guess.
    """
    factor = (arrival_cv**2 + service_cv**2) / 2.0
    slope = _SLOPE_OF_LOG_C * sqrt(places / max(1.0, (arrival_cv**2 + 1.0) / 2.0)) + places * wait_s / (
        service_s * factor
    )
    low, at_low = 0.0, -inf
    high, at_high = 1.0, -log(exceeding)
    middle = 1.0 - at_high / slope
    side = 0
    for step in range(_STEPS):
        # Where the curve is far from a line, halving now and then keeps the number of steps small.
        if not low < middle < high or step % 8 == 7:
            middle = (low + high) / 2.0
        found = wait_exceeds(places, middle, service_s, wait_s, arrival_cv, service_cv)
        if found <= exceeding:
            at_middle = log(found / exceeding) if found > 0.0 else -inf
            if side < 0:
                at_high *= _kept(at_middle, at_low)
            low, at_low, side = middle, at_middle, -1
        else:
            at_middle = log(found / exceeding)
            if side > 0:
                at_low *= _kept(at_middle, at_high)
            high, at_high, side = middle, at_middle, 1
        if high - low <= _WIDTH:
            break
        if at_low == -inf:
            middle = (low + high) / 2.0
        else:
            middle = high - at_high * (high - low) / (at_high - at_low)
            middle = min(max(middle, low + _WIDTH / 2.0), high - _WIDTH / 2.0)
    return max(low, _LEAST)


def _kept(new: float, old: float) -> float:
    """Share of its value that the end of a bracket keeps when the other one moves twice (Anderson and Bjorck)."""
    share = 1.0 - new / old if isfinite(old) and old else 0.5
    return share if share > 0.0 else 0.5


def replica_limits(
    replicas: int,
    concurrency: int,
    service_seconds: float,
    allowed_wait_seconds: float | None,
    percentile: float,
    arrival_cv: float = 1.0,
) -> tuple[float, ...]:
    """Utilisation limits of pools of 1..`replicas` replicas; None allows any wait. Non-decreasing."""
    allowed = inf if allowed_wait_seconds is None else allowed_wait_seconds
    return tuple(
        utilisation_limit(n * concurrency, service_seconds, allowed, percentile, arrival_cv)
        for n in range(1, replicas + 1)
    )
