"""Slots of a stage put together by their demand, for a coarse model of representative slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.model.assembly.tables import Tables
from solver.model.matrix import FloatArray


@dataclass(frozen=True, slots=True)
class Groups:
    """`group` (T,): group of every moment. `weight` (T,): its share of the group's hours, so that they sum to 1."""

    group: NDArray[np.int64]
    weight: FloatArray


def grouped(tables: Tables, per_stage: int) -> Groups:
    """At most `per_stage` groups of regular slots in a stage, by Ward's method on the accelerators that demand takes.

    Stress slots stay alone.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    moments = tables.moments
    features = tables.by_want(moments.real_time, moments.batch) * _accelerators_per_want(tables)
    regular = tables.regular_slot[moments.slot]
    group = np.zeros(len(moments), dtype=np.int64)
    weight = np.ones(len(moments))
    count = 0
    for stage in np.unique(moments.stage):
        here = np.flatnonzero((moments.stage == stage) & regular)
        labels: NDArray[Any] = np.arange(1, len(here) + 1)
        if per_stage < len(here):
            labels = fcluster(linkage(features[here], "ward"), per_stage, "maxclust")
        for label in range(1, int(labels.max(initial=0)) + 1):
            members = here[labels == label]
            group[members] = count
            weight[members] = moments.hours[members] / moments.hours[members].sum()
            count += 1
        for alone in np.flatnonzero((moments.stage == stage) & ~regular):
            group[alone] = count
            count += 1
    return Groups(group, weight)


def _accelerators_per_want(tables: Tables) -> FloatArray:
    """Least accelerators per request/s of every want; 0 where only APIs serve it."""
    lines = tables.lines
    least = np.full(2 * len(tables.buckets.share), np.inf)
    np.minimum.at(least, lines.want, lines.load * tables.replica_accelerators[lines.pair])
    return np.where(np.isfinite(least), least, 0.0)
