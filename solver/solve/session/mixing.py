"""The best days of several plans put together.

Days share nothing but what belongs to no slot: purchases, yes-or-no columns. With those of one plan, every day may be taken from
any plan whose day fits them; the cheapest is. Other prices favour other days of the plans kept.
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


def mixed(matrix: Matrix, resolved: ResolvedInstance, plans: Sequence[FloatArray]) -> FloatArray | None:
    """Values of the cheapest mixture; None where there are fewer than two plans. Rows that span days are not looked at."""
    if len(plans) < 2:
        return None
    of_column, of_row = _days(matrix.columns, resolved), _days(matrix.rows, resolved)
    count = int(max(of_column.max(initial=-1), of_row.max(initial=-1))) + 1
    standing = of_column < 0
    within, inside = np.flatnonzero(~standing), np.flatnonzero(of_row >= 0)
    cost = np.stack(
        [np.bincount(of_column[within], matrix.cost[within] * plan[within], minlength=count) for plan in plans]
    )
    in_slots = [(matrix.a @ np.where(standing, 0.0, plan))[inside] for plan in plans]
    alone = [(matrix.a @ np.where(standing, plan, 0.0))[inside] for plan in plans]
    lower, upper = matrix.row_lower[inside], matrix.row_upper[inside]
    best: FloatArray | None = None
    least = np.inf
    for own, plan in enumerate(plans):
        fits = np.ones((len(plans), count), dtype=bool)
        for other in range(len(plans)):
            if other == own:
                continue
            activity = alone[own] + in_slots[other]
            room = TOLERANCE * np.maximum(1.0, np.abs(activity))
            broken = (activity < lower - room) | (activity > upper + room)
            fits[other, np.unique(of_row[inside][broken])] = False
        chosen = np.where(fits, cost, np.inf).argmin(axis=0)
        total = float(matrix.cost[standing] @ plan[standing]) + float(cost[chosen, np.arange(count)].sum())
        if total < least:
            least = total
            best = plan.copy()
            source = chosen[of_column[within]]
            best[within] = np.stack(plans)[source, within]
    return best


def _days(names: Names, resolved: ResolvedInstance) -> NDArray[np.int64]:
    """A number for every day of every stage, and for every stress slot; -1 of what belongs to no slot."""
    labels: dict[str, int] = {}
    of_slot = np.array(
        [
            labels.setdefault(slot.day if slot.kind is SlotKind.REGULAR else f"alone {slot.index}", len(labels))
            for slot in resolved.slots
        ]
        + [-1],
        dtype=np.int64,
    )
    times = names.slots().astype(np.int64)
    return np.where((times < 0).any(axis=1), -1, times[:, 0] * len(labels) + of_slot[times[:, 1]])
