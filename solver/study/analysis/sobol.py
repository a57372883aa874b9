"""Sobol indices of a Saltelli sample (SALib): how much of the variance each factor explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from solver.study.sampling.design import salib_problem
from solver.study.sampling.distributions import Floats


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """`first`: of the variance by the factor alone; `total`: with all its interactions. Half-widths of their confidence."""

    factor: str
    first: float
    first_half_width: float
    total: float
    total_half_width: float


def sobol_indices(
    factors: Sequence[str], outcomes: Floats, *, confidence: float, resamples: int, seed: int
) -> list[SobolIndex]:
    """Indices of outcomes in the order of the design (samples x (factors + 2)); none where the outcome does not vary."""
    if np.ptp(outcomes) == 0:
        return []
    analyse = import_module("SALib.analyze.sobol").analyze
    found = analyse(
        salib_problem(len(factors)),
        outcomes,
        calc_second_order=False,
        conf_level=confidence,
        num_resamples=resamples,
        seed=seed,
    )
    columns = [np.asarray(found[key], dtype=np.float64).tolist() for key in ("S1", "S1_conf", "ST", "ST_conf")]
    return [SobolIndex(factor, *line) for factor, *line in zip(factors, *columns, strict=True)]
