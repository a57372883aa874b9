"""The slots of stages that a matrix is assembled for, with their demand and weight.

All of them make the whole model. Fewer make the part of it that belongs to them; changed figures make a model of
representative slots.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.instance.resolved import ResolvedInstance
from solver.instance.timeline import SlotKind
from solver.model.matrix import FloatArray
from solver.model.names import IntArray


@dataclass(frozen=True, slots=True)
class Moments:
    """T slots, ordered by stage and slot, no pair twice.

    `stage`, `slot` (T,): which ones; of a representative, the slot whose name, day and kind it bears.
    `hours` (T,): hours a month that it stands for. `real_time`, `batch` (T, W): requests/s by workload.
    `most_real_time`, `most_batch` (T, W): the most that bounds must leave room for. Of a slot itself the first is its demand, the
    second the batch work of its whole day; of a representative, the largest of those it stands for.
    """

    stage: IntArray
    slot: IntArray
    hours: FloatArray
    real_time: FloatArray
    batch: FloatArray
    most_real_time: FloatArray
    most_batch: FloatArray

    def __len__(self) -> int:
        return len(self.stage)

    def take(self, at: NDArray[Any]) -> Moments:
        """Some of them, by position or mask."""
        return replace(
            self,
            stage=self.stage[at],
            slot=self.slot[at],
            hours=self.hours[at],
            real_time=self.real_time[at],
            batch=self.batch[at],
            most_real_time=self.most_real_time[at],
            most_batch=self.most_batch[at],
        )

    def of(self, stages: list[int] | None = None, slots: list[int] | None = None) -> Moments:
        """Those of some stages and slots."""
        chosen = np.ones(len(self), dtype=bool)
        if stages is not None:
            chosen &= np.isin(self.stage, stages)
        if slots is not None:
            chosen &= np.isin(self.slot, slots)
        return self.take(chosen)


def all_moments(resolved: ResolvedInstance) -> Moments:
    """Every slot of every stage, as the instance has them."""
    real_time, batch = _demand(resolved)
    stages, slots, workloads = real_time.shape
    days = np.array([slot.day if slot.kind is SlotKind.REGULAR else "" for slot in resolved.slots])
    work = batch.copy()
    for day in set(days.tolist()) - {""}:
        here = days == day
        work[:, here] = np.maximum(work[:, here], batch[:, here].sum(axis=1, keepdims=True))
    count = stages * slots
    return Moments(
        stage=np.repeat(np.arange(stages, dtype=np.int32), slots),
        slot=np.tile(np.arange(slots, dtype=np.int32), stages),
        hours=np.tile(np.array([slot.hours_per_month for slot in resolved.slots], dtype=float), stages),
        real_time=real_time.reshape(count, workloads),
        batch=batch.reshape(count, workloads),
        most_real_time=real_time.reshape(count, workloads),
        most_batch=work.reshape(count, workloads),
    )


def _demand(resolved: ResolvedInstance) -> tuple[FloatArray, FloatArray]:
    """Requests/s at once and waiting, (stages, slots, workloads); see `ResolvedInstance.real_time_rps`, `batch_rps`."""
    kinds = [slot.kind for slot in resolved.slots]
    regular = np.array([kind is SlotKind.REGULAR for kind in kinds])
    peak = np.array([kind is SlotKind.PEAK for kind in kinds])
    shape = (len(resolved.stages), len(kinds), len(resolved.workloads))
    real_time, batch = np.zeros(shape), np.zeros(shape)
    for w, workload in enumerate(resolved.workloads):
        by_slot = np.array(workload.shape_by_slot, dtype=float)
        highest = float(by_slot.max())
        for s, stage in enumerate(resolved.stages):
            months = workload.level_by_month[stage.first_month : stage.end_month]
            mean, most = sum(months) / len(months), max(months)
            level = np.full(len(kinds), most)
            level[regular] = mean * by_slot[: int(regular.sum())]
            batch[s, :, w] = np.where(peak, 0.0, workload.batch_share * level)
            level[peak] = most * highest
            real_time[s, :, w] = (1 - workload.batch_share) * level
    return real_time, batch
