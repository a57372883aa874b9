"""Short peaks inside the hour: the mean load at which their excess can still be queued within the latency target.

Peaks bring R times the hour's mean for T seconds. Let a gate before the pool let through at most a share E of the pool's
rate, E = E(x) the load at which the wait for a place keeps x at the percentile. Before the gate a peak's excess waits

    T (R u / E(x) - 1)      at most, u the mean load

so with an allowance of W for both, u <= E(x) (1 + (W - x) / T) / R for every peak. A gate only delays arrivals, and first
come first served no departure is earlier for it: without the gate no request waits longer. Peaks may lie in one another,
each with an even rate inside: the backlog of piecewise even arrivals is greatest at the end of one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_TRIED = 16


@dataclass(frozen=True, slots=True)
class Peak:
    """`ratio` times the mean of the hour for `seconds`."""

    seconds: float
    ratio: float


def mean_utilisation(limit: Callable[[float], float], allowed_wait_s: float, peaks: Sequence[Peak]) -> float:
    """Highest mean utilisation, 0..1, at which peaks and random arrivals together keep the allowance.

    `limit` gives the utilisation at which random arrivals alone keep a wait in seconds; it does not fall with the wait.
    Never above `limit(allowed_wait_s)`, nor below that over the largest ratio.
    """
    whole = limit(allowed_wait_s)
    if not peaks:
        return whole
    shares = [step / _TRIED for step in range(_TRIED + 1)] if allowed_wait_s > 0 else [1.0]
    best = 0.0
    for share in shares:
        queued_s = (1.0 - share) * allowed_wait_s
        room = min((1.0 + queued_s / peak.seconds) / peak.ratio for peak in peaks)
        if room > best:
            best = max(best, limit(share * allowed_wait_s) * room)
    return min(whole, best)
