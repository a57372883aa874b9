"""Batch: what may wait is served by its deadline; each representative day is a cycle of its own.

Rows of a moment refer to the backlog of its slot and of the slot before it.
"""

from __future__ import annotations

import numpy as np

from solver.instance.timeline import SlotKind
from solver.model.assembly.backlog import SECONDS_PER_HOUR
from solver.model.assembly.demand import by_bucket, served
from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import Entries, Rows


def add_batch(rows: Rows, layout: Layout) -> None:
    """Constraint family 2."""
    tables, moments = layout.tables, layout.moments
    slots = tables.resolved.slots
    rate = moments.batch[:, tables.buckets.key[:, 0]] * tables.buckets.share
    exists = layout.wanted[:, 1::2]
    regular = tables.regular_slot[moments.slot][:, None]

    balanced = exists & regular
    names, at = by_bucket("batch_balance", layout, balanced)
    moment, bucket = np.nonzero(balanced)
    stage, slot = moments.stage[moment], moments.slot[moment]
    waiting = layout.backlog
    # Scaled to requests/s: rows in requests would span six orders of magnitude.
    scale = 1.0 / (SECONDS_PER_HOUR * np.array([slot.hours for slot in slots], dtype=float)[slot])
    row = np.arange(len(moment))
    rows.add(
        names,
        rate[balanced],
        rate[balanced],
        Entries(row, waiting.at[stage, slot, bucket], scale),
        Entries(row, waiting.at[stage, waiting.before[slot], bucket], -scale),
        *served(layout, at, 1),
    )

    average = np.array([slot.kind is SlotKind.AVERAGE for slot in slots], dtype=bool)[moments.slot][:, None]
    names, at = by_bucket("batch_average", layout, exists & average)
    rows.add(names, rate[exists & average], rate[exists & average], *served(layout, at, 1))
