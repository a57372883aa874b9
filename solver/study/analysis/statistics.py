"""What a sample says of a distribution, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.study.sampling.distributions import Floats

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its confidence interval. An end is None where the sample is too small to have one."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Distribution of one outcome over `count` samples. `quantiles` by level."""

    count: int
    mean: Estimate
    deviation: float
    least: float
    most: float
    quantiles: dict[float, Estimate]


def spread(values: Sequence[float] | Floats, confidence: float) -> Spread:
    """Mean, standard deviation and quantiles of at least one value.

    The intervals are those of independent samples (Student's t; order statistics for quantiles); a Latin hypercube or Sobol
    sample is at least as sure of a mean.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    return Spread(
        len(ordered),
        _mean(ordered, confidence),
        float(ordered.std(ddof=1)) if len(ordered) > 1 else 0.0,
        float(ordered[0]),
        float(ordered[-1]),
        {level: quantile(ordered, level, confidence) for level in LEVELS},
    )


def quantile(ordered: Floats, level: float, confidence: float) -> Estimate:
    """Quantile of rising values; its interval lies between two of them (binomial, distribution-free)."""
    from scipy.stats import binom

    count = len(ordered)
    tail = (1 - confidence) / 2
    below = int(binom.ppf(tail, count, level)) - 1
    above = int(binom.ppf(1 - tail, count, level)) + 1
    # Ranks count from 1; one outside the sample means that the sample cannot say.
    low = float(ordered[below - 1]) if below >= 1 else None
    high = float(ordered[above - 1]) if above <= count else None
    return Estimate(float(np.quantile(ordered, level)), low, high)


def share(hits: int, count: int, confidence: float) -> Estimate:
    """A probability from hits among samples, with Wilson's interval.

    >>> found = share(5, 10, 0.95)
    >>> round(found.value, 3), round(found.low or 0, 3), round(found.high or 0, 3)
    (0.5, 0.237, 0.763)
    """
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    p = hits / count
    center = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * ((p * (1 - p) / count + z * z / (4 * count * count)) ** 0.5) / (1 + z * z / count)
    return Estimate(p, max(0.0, center - half), min(1.0, center + half))


def rank_correlation(first: Floats, second: Floats) -> float | None:
    """Spearman's; None where either does not vary."""
    from scipy.stats import rankdata

    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(rankdata(first), rankdata(second))[0, 1])


def _mean(ordered: Floats, confidence: float) -> Estimate:
    from scipy.stats import t

    count, value = len(ordered), float(ordered.mean())
    if count < 2:
        return Estimate(value, None, None)
    half = float(t.ppf((1 + confidence) / 2, count - 1)) * float(ordered.std(ddof=1)) / count**0.5
    return Estimate(value, value - half, value + half)
