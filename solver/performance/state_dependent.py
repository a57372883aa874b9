"""Waiting where steps are shorter while the batch is not full: the queue that continuous batching really is.

n replicas with B places each; with k requests in the pool each replica works on b = k / n, and a request that holds its
place alongside b - 1 others takes T(b), which rises with b (batches cost time). The pool is a birth-death chain:

    rate(k) = k / T(k / n)   for k <= c = n B,      rate(k) = c / T(B) beyond
    P(W > t) = P(k >= c) exp(-(c / T(B) - lambda) t)

T between the measured or estimated concurrencies is interpolated linearly. Arrivals are Poisson. With T(b) = T(B) for all b
this is Erlang-C; as T(b) <= T(B) it never waits more often, so Erlang-C at the full batch is the safe side.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np

_HALVINGS = 50


def wait_exceeds(
    replicas: int, batches: Sequence[int], times_s: Sequence[float], utilisation: float, wait_seconds: float
) -> float:
    """P(W > wait_seconds); `times_s` are the times a request holds a place at the `batches`, ascending, the last full.

    `utilisation` is of the rate at full batches, 0..1.
    """
    if utilisation >= 1.0:
        return 1.0
    if utilisation <= 0.0:
        return 0.0
    places = replicas * batches[-1]
    full_rate = places / times_s[-1]
    arrivals = utilisation * full_rate
    states = np.arange(1, places + 1)
    each = np.interp(states / replicas, np.asarray(batches, float), np.asarray(times_s, float))
    logs = np.concatenate([[0.0], np.cumsum(np.log(arrivals * each / states))])
    weights = np.exp(logs - logs.max())
    waiting = float(weights[-1]) / (1.0 - utilisation)
    return waiting / (float(weights[:-1].sum()) + waiting) * exp(-(full_rate - arrivals) * wait_seconds)


def utilisation_limit(
    replicas: int, batches: Sequence[int], times_s: Sequence[float], allowed_wait_seconds: float, percentile: float
) -> float:
    """Highest utilisation of the full batches' rate at which the wait keeps the allowance at the percentile."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if wait_exceeds(replicas, batches, times_s, middle, allowed_wait_seconds) <= 1.0 - percentile / 100.0:
            low = middle
        else:
            high = middle
    return low
