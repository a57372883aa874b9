"""Quality on average: the request-weighted mean of every stage reaches the floor."""

from __future__ import annotations

import numpy as np

from solver.instance.schema.workload import QualityMode
from solver.model.assembly.demand import numbered
from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import Entries, Rows
from solver.model.names import Span


def add_quality(rows: Rows, layout: Layout) -> None:
    """Constraint family 5."""
    tables, hours = layout.tables, layout.moments.hours
    workloads = tables.resolved.workloads
    floors = np.full(len(workloads), np.nan)
    for w in workloads:
        if w.quality is not None and w.quality.mode is QualityMode.AVERAGE:
            floors[w.index] = w.quality.at_least
    if np.isnan(floors).all():
        return
    stages = len(tables.resolved.stages)
    present = np.zeros((len(workloads), stages), dtype=bool)
    parts = []
    for flat, key, quality in (
        (layout.serve, tables.lines.key, tables.lines.quality),
        (layout.call, tables.calls.key, tables.calls.quality),
    ):
        workload = key[flat.item, 0]
        here = ~np.isnan(floors[workload]) & (hours[flat.moment] > 0)
        item, moment, workload = flat.item[here], flat.moment[here], workload[here]
        value = hours[moment] * (np.nan_to_num(quality[item]) - floors[workload])
        stage = layout.moments.stage[moment]
        present[workload, stage] = True
        parts.append((workload, stage, flat.columns[here], value))
    row = numbered(present)
    workload, stage = (found.astype(np.int32) for found in np.nonzero(present))
    items, times = (np.arange(count, dtype=np.int32)[:, None] for count in present.shape)
    names = Span("quality", items, workload, times, stage)
    rows.add(names, 0.0, np.inf, *(Entries(row[w, s], columns, value) for w, s, columns, value in parts))
