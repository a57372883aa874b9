"""Quantile functions of the distributions of a study file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from solver.study.schema.uncertain import (
    AnyDistribution,
    Beta,
    Discrete,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]
FAR = 1e-4
"""Probability beyond which the tail of an unbounded distribution is not looked at when a study is checked."""


def quantiles(distribution: AnyDistribution, probabilities: Sequence[float] | Floats) -> Floats:
    """Values below which the distribution lies with the given probabilities (0..1), in their order."""
    at = np.asarray(probabilities, dtype=np.float64)
    match distribution:
        case Uniform(low=low, high=high):
            return low + at * (high - low)
        case Discrete():
            return _discrete(distribution, at)
        case Beta(alpha=alpha, beta=beta, low=low, high=high):
            return low + (high - low) * _beta(at, alpha, beta)
        case Pert(low=low, mode=mode, high=high, weight=weight):
            share = (mode - low) / (high - low)
            return low + (high - low) * _beta(at, 1 + weight * share, 1 + weight * (1 - share))
        case Triangular(low=low, mode=mode, high=high):
            return _triangular(at, low, mode, high)
        case Normal(mean=mean, deviation=deviation):
            return mean + deviation * _cut_normal(at, distribution.at_least, distribution.at_most, mean, deviation)
        case Lognormal(median=median, log_deviation=deviation):
            least = (
                None
                if distribution.at_least is None or distribution.at_least <= 0
                else float(np.log(distribution.at_least))
            )
            most = None if distribution.at_most is None else float(np.log(distribution.at_most))
            center = float(np.log(median))
            return _floats(np.exp(center + deviation * _cut_normal(at, least, most, center, deviation)))


def ends(distribution: AnyDistribution) -> tuple[float, float]:
    """Least and largest value; of a tail without end, the value at a probability of FAR."""
    low, high = quantiles(distribution, [0.0, 1.0])
    far_low, far_high = quantiles(distribution, [FAR, 1 - FAR])
    return float(low if np.isfinite(low) else far_low), float(high if np.isfinite(high) else far_high)


def _discrete(distribution: Discrete, at: Floats) -> Floats:
    shares = distribution.probabilities or (1 / len(distribution.values),) * len(distribution.values)
    upper = np.cumsum(shares)
    position = np.minimum(np.searchsorted(upper, at * upper[-1], side="left"), len(shares) - 1)
    return _floats(np.asarray(distribution.values, dtype=np.float64)[position])


def _triangular(at: Floats, low: float, mode: float, high: float) -> Floats:
    split = (mode - low) / (high - low)
    rising = low + np.sqrt(np.maximum(at * (high - low) * (mode - low), 0.0))
    falling = high - np.sqrt(np.maximum((1 - at) * (high - low) * (high - mode), 0.0))
    return _floats(np.where(at < split, rising, falling))


def _beta(at: Floats, alpha: float, beta: float) -> Floats:
    from scipy.special import betaincinv

    return _floats(betaincinv(alpha, beta, at))


def _cut_normal(at: Floats, least: float | None, most: float | None, mean: float, deviation: float) -> Floats:
    """Standard normal quantiles of the part between the cuts (given on the scale of `mean` and `deviation`)."""
    from scipy.special import ndtr, ndtri

    below = 0.0 if least is None else float(ndtr((least - mean) / deviation))
    above = 1.0 if most is None else float(ndtr((most - mean) / deviation))
    with np.errstate(divide="ignore"):
        return _floats(ndtri(below + at * (above - below)))


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)
