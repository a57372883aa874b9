"""The best days of several plans put together.

Days share nothing but what belongs to no slot: purchases, yes-or-no columns. With those of one plan, or with others, every day may be
taken from any plan whose day fits them; the cheapest is. Other prices favour other days of the plans kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.instance.resolved import ResolvedInstance
from solver.instance.timeline import SlotKind
from solver.model.matrix import FloatArray, Matrix
from solver.model.names import Names

TOLERANCE = 1e-6


class DaysKept:
    """Days of plans. `of_column`, `of_row`: a number for every day of every stage, -1 of what belongs to no slot."""

    def __init__(self, matrix: Matrix, resolved: ResolvedInstance, plans: Sequence[FloatArray]) -> None:
        self.matrix, self.plans = matrix, np.stack(plans)
        self.of_column, self.of_row = numbers_of_days(matrix.columns, resolved), numbers_of_days(matrix.rows, resolved)
        self.count = int(max(self.of_column.max(initial=-1), self.of_row.max(initial=-1))) + 1
        self.standing = self.of_column < 0
        self._within, self._inside = np.flatnonzero(~self.standing), np.flatnonzero(self.of_row >= 0)
        self._cost: FloatArray = np.stack(
            [
                np.bincount(self.of_column[self._within], (matrix.cost * plan)[self._within], minlength=self.count)
                for plan in plans
            ]
        ).astype(np.float64)
        self._activity = [(matrix.a @ np.where(self.standing, 0.0, plan))[self._inside] for plan in plans]

    def costs(self, standing: FloatArray) -> FloatArray:
        """What every plan's days cost with purchases given as values of all columns, (plans, days), USD; infinite: no fit.

        Rows that span days are not looked at.
        """
        matrix, inside = self.matrix, self._inside
        alone = (matrix.a @ np.where(self.standing, standing, 0.0))[inside]
        lower, upper = matrix.row_lower[inside], matrix.row_upper[inside]
        found = self._cost.copy()
        for at, in_slots in enumerate(self._activity):
            activity = alone + in_slots
            room = TOLERANCE * np.maximum(1.0, np.abs(activity))
            broken = (activity < lower - room) | (activity > upper + room)
            found[at, np.unique(self.of_row[inside][broken])] = np.inf
        return found

    def put_together(self, standing: FloatArray, chosen: NDArray[np.int64]) -> FloatArray:
        """Values of all columns: purchases, and every day from the plan chosen for it."""
        values = np.where(self.standing, standing, 0.0)
        values[self._within] = self.plans[chosen[self.of_column[self._within]], self._within]
        return values


def mixed(matrix: Matrix, resolved: ResolvedInstance, plans: Sequence[FloatArray]) -> FloatArray | None:
    """Values of the cheapest mixture; None where there are fewer than two plans. Rows that span days are not looked at."""
    if len(plans) < 2:
        return None
    days = DaysKept(matrix, resolved, plans)
    best: FloatArray | None = None
    least = np.inf
    for plan in plans:
        cost = days.costs(plan)
        total = float(matrix.cost[days.standing] @ plan[days.standing]) + float(cost.min(axis=0).sum())
        if total < least:
            least = total
            best = days.put_together(plan, cost.argmin(axis=0))
    return best


def numbers_of_days(names: Names, resolved: ResolvedInstance) -> NDArray[np.int64]:
    """A number for every day of every stage, and for every stress slot; -1 of what belongs to no slot."""
    times = names.slots().astype(np.int64)
    return np.where((times < 0).any(axis=1), -1, day_of(times[:, 0], times[:, 1], resolved))


def day_of(stage: NDArray[np.int64], slot: NDArray[np.int64], resolved: ResolvedInstance) -> NDArray[np.int64]:
    """The same number by stage and slot."""
    labels: dict[str, int] = {}
    of_slot = np.array(
        [
            labels.setdefault(slot.day if slot.kind is SlotKind.REGULAR else f"alone {slot.index}", len(labels))
            for slot in resolved.slots
        ]
        + [-1],
        dtype=np.int64,
    )
    found: NDArray[np.int64] = stage * len(labels) + of_slot[slot]
    return found
