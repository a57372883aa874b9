"""A first-come-first-served pool, simulated request by request."""

from __future__ import annotations

import heapq
from collections.abc import Sequence


def waits(arrivals_s: Sequence[float], services_s: Sequence[float], places: int) -> list[float]:
    """Seconds that each request waits for one of `places`, in the order of arrival."""
    free = [0.0] * places
    found = []
    for arrival, service in zip(arrivals_s, services_s, strict=True):
        start = max(arrival, free[0])
        heapq.heapreplace(free, start + service)
        found.append(start - arrival)
    return found
