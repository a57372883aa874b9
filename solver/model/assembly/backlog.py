"""Columns of requests that wait at the end of a slot, and the most that may: see `solver.model.batch`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.instance.timeline import SlotKind
from solver.model.assembly.moments import Moments
from solver.model.assembly.tables import Tables
from solver.model.matrix import FloatArray
from solver.model.names import IntArray, Span

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """Names and upper limits of the columns; `at` (stages, slots, B) their positions; `before` (slots,) the slot before each."""

    names: Span
    limit: FloatArray
    at: NDArray[np.int64]
    before: IntArray


def backlog(tables: Tables, limits: FloatArray, moments: Moments, start: int) -> Backlog:
    """Backlog of the regular moments and of the slots before them, positions from `start`; `limits` as by `backlog_limits`."""
    resolved = tables.resolved
    before = previous_slot(tables)
    workload = tables.buckets.key[:, 0]
    shape = (len(resolved.stages), len(resolved.slots), len(workload))
    needed = np.zeros(shape[:2], dtype=bool)
    regular = tables.regular_slot[moments.slot]
    stage, slot = moments.stage[regular], moments.slot[regular]
    needed[stage, slot] = True
    needed[stage, before[slot]] = True
    waits = np.logical_or.reduce(tables.takes_batch)[workload]
    times = np.argwhere(needed).astype(np.int32)
    moment, bucket = (found.astype(np.int32) for found in np.nonzero(np.broadcast_to(waits, (len(times), len(waits)))))
    names = Span("backlog", tables.buckets.key, bucket, times, moment)
    at = np.full(shape, -1, dtype=np.int64)
    at[times[moment, 0], times[moment, 1], bucket] = np.arange(start, start + len(names))
    limit = limits[times[moment, 0], times[moment, 1], workload[bucket]] * tables.buckets.share[bucket]
    return Backlog(names, limit, at, before)


def previous_slot(tables: Tables) -> IntArray:
    """The slot before each in its cyclic day; -1 of stress slots."""
    found = np.full(len(tables.resolved.slots), -1, dtype=np.int32)
    days: dict[str, list[int]] = {}
    for slot in tables.resolved.slots:
        if slot.kind is SlotKind.REGULAR:
            days.setdefault(slot.day, []).append(slot.index)
    for day in days.values():
        found[day] = [day[-1], *day[:-1]]
    return found


def backlog_limits(tables: Tables) -> FloatArray:
    """Most requests of a workload that may wait at the end of a slot, (stages, slots, workloads): by deadline.

    The arrivals of the slot and of those before it, as many as the deadline leaves.
    """
    resolved = tables.resolved
    arrivals = tables.moments.batch.reshape(len(resolved.stages), len(resolved.slots), len(resolved.workloads))
    found = np.zeros(arrivals.shape)
    regular = np.flatnonzero(tables.regular_slot)
    if not len(regular):
        return found
    before = previous_slot(tables)
    hours = resolved.slots[regular[0]].hours
    for w, workload in enumerate(resolved.workloads):
        if workload.batch_share <= 0:
            continue
        window = min(max(int(workload.deadline_hours // hours), 1), 24 // hours + 1) - 1
        recent: NDArray[np.integer[Any]] = regular
        for _ in range(window):
            found[:, regular, w] += SECONDS_PER_HOUR * hours * arrivals[:, recent, w]
            recent = before[recent]
    return found
