"""Models and vendors in use: what runs or is called in a slot counts."""

from __future__ import annotations

import numpy as np

from solver.model.assembly.demand import named_like
from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import Entries, Rows
from solver.model.assembly.tables import KINDS
from solver.model.assembly.used import Used
from solver.model.names import Span


def add_in_use(rows: Rows, layout: Layout) -> None:
    """run <= U use;  sum serve over what counts as one <= D use."""
    for use in layout.used:
        _served(rows, layout, use)
        run = layout.run
        at = np.arange(len(run.item))
        rows.add(
            named_like(f"use_{use.what}_run", layout, run, layout.tables.pairs),
            -np.inf,
            0.0,
            Entries(at, run.columns, 1.0),
            Entries(at, use.start + use.of_pair[run.item], -layout.run_bound),
        )


def _served(rows: Rows, layout: Layout, use: Used) -> None:
    """One row for every name and want of a moment."""
    tables, serve, call = layout.tables, layout.serve, layout.call
    wants, names = 2 * len(tables.buckets.share), len(use.names)
    codes = [
        (flat.moment.astype(np.int64) * names + of[flat.item]) * wants + want[flat.item]
        for flat, of, want in ((serve, use.of_line, tables.lines.want), (call, use.of_call, tables.calls.want))
    ]
    every, row = np.unique(np.concatenate(codes), return_inverse=True)
    moment, item = every // (names * wants), every % (names * wants)
    name, want = item // wants, item % wants
    # Items are (name, workload, bucket, class), laid out as `item` counts them.
    key = tables.buckets.key
    items = np.stack(
        [
            np.repeat(np.arange(names), wants),
            np.tile(np.repeat(key[:, 0], 2), names),
            np.tile(np.repeat(key[:, 1], 2), names),
            np.tile([0, 1], names * len(key)),
        ],
        axis=1,
    ).astype(np.int32)
    labels = {0: use.names, 3: KINDS}
    component = f"use_{use.what}_served"
    span = Span(component, items, item.astype(np.int32), layout.times, moment.astype(np.int32), labels)
    at = np.arange(len(every))
    rows.add(
        span,
        -np.inf,
        0.0,
        Entries(row.reshape(-1), np.concatenate([serve.columns, call.columns]), 1.0),
        Entries(at, use.start + name, -layout.most[moment, want]),
    )
