"""Capacity: replicas carry the load, and accelerators of the servers in place carry the replicas."""

from __future__ import annotations

import numpy as np

from solver.model.assembly.demand import named_like, numbered
from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import AnyInts, Entries, Rows
from solver.model.matrix import FloatArray
from solver.model.names import Span


def add_capacity(rows: Rows, layout: Layout) -> None:
    """Constraint family 3."""
    tables, serve, run = layout.tables, layout.serve, layout.run
    pair = tables.lines.pair[serve.item]
    carried = layout.run_at[serve.moment, pair] - run.start
    rows.add(
        named_like("replicas", layout, run, tables.pairs),
        -np.inf,
        0.0,
        Entries(carried, serve.columns, tables.lines.load[serve.item]),
        Entries(np.arange(len(run.item)), run.columns, -1.0),
    )

    pools = len(tables.resolved.pools)
    present = np.zeros((len(layout.moments), pools), dtype=bool)
    present[run.moment, tables.pairs[run.item, 1]] = True
    moment, pool = np.nonzero(present)
    row = numbered(present)
    each = tables.server_accelerators.astype(float)
    names = Span(
        "accelerators",
        np.arange(pools, dtype=np.int32)[:, None],
        pool.astype(np.int32),
        layout.times,
        moment.astype(np.int32),
    )
    used = row[run.moment, tables.pairs[run.item, 1]]
    rows.add(
        names,
        -np.inf,
        each[pool] * layout.template.existing[layout.moments.stage[moment], pool],
        Entries(used, run.columns, tables.replica_accelerators[run.item].astype(float)),
        standing_entries(layout, row, -each),
        rented_entries(layout, row, -each, layout.template.availability),
    )


def standing_entries(layout: Layout, row: AnyInts, by_pool: FloatArray) -> Entries:
    """Bought servers in rows of pools and moments: `row` (T, P), -1 where there is none; `by_pool` the value of one server."""
    tables = layout.tables
    found_row, found_column, found_value = [], [], []
    for s in np.unique(layout.moments.stage):
        here = np.flatnonzero(layout.moments.stage == s)
        offers, starts = layout.template.serving[s].T
        pool = tables.offer_pool[offers]
        places = row[here][:, pool]
        exists = places >= 0
        columns = np.broadcast_to(layout.buy_at[offers, starts], places.shape)
        found_row.append(places[exists])
        found_column.append(columns[exists])
        found_value.append(np.broadcast_to(by_pool[pool], places.shape)[exists])
    nothing = np.zeros(0, dtype=np.int64)
    return Entries(
        np.concatenate([nothing, *found_row]),
        np.concatenate([nothing, *found_column]),
        np.concatenate([np.zeros(0), *found_value]),
    )


def rented_entries(layout: Layout, row: AnyInts, by_pool: FloatArray, by_offer: FloatArray) -> Entries:
    """Rented servers in rows of pools and moments; a server's value is that of its pool times that of its offer."""
    tables, rent = layout.tables, layout.rent
    offer = tables.hourly[rent.item]
    pool = tables.offer_pool[offer]
    place = row[rent.moment, pool]
    here = place >= 0
    return Entries(place[here], rent.columns[here], (by_pool[pool] * by_offer[offer])[here])
