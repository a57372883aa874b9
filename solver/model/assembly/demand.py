"""Demand: every request that must be served at once is served or called; endpoints keep to their rate limits."""

from __future__ import annotations

import numpy as np

from solver.model.assembly.layout import Flat, Layout
from solver.model.assembly.rows import AnyInts, Entries, Rows
from solver.model.assembly.tables import BoolArray
from solver.model.names import IntArray, Span


def add_demand(rows: Rows, layout: Layout) -> None:
    """Constraint family 1, and rate limits of endpoints."""
    moments, buckets = layout.moments, layout.tables.buckets
    exists = layout.wanted[:, 0::2]
    names, at = by_bucket("demand", layout, exists)
    rate = (moments.real_time[:, buckets.key[:, 0]] * buckets.share)[exists]
    rows.add(names, rate, rate, *served(layout, at, 0))

    limits = np.array([e.max_requests_per_second or 0.0 for e in layout.tables.resolved.endpoints])
    if not limits.any():
        return
    call = layout.call
    endpoint = layout.tables.calls.key[call.item, 3]
    limited = limits[endpoint] > 0
    present = np.zeros((len(moments), len(limits)), dtype=bool)
    present[call.moment[limited], endpoint[limited]] = True
    moment, item = np.nonzero(present)
    row = numbered(present)
    names = Span("endpoint_limit", _ids(len(limits)), item.astype(np.int32), layout.times, moment.astype(np.int32))
    rows.add(
        names,
        -np.inf,
        limits[item],
        Entries(row[call.moment[limited], endpoint[limited]], call.columns[limited], 1.0),
    )


def served(layout: Layout, row: AnyInts, kind: int) -> list[Entries]:
    """What serves a bucket: `row` (T, B) is the row of each, -1 where there is none; `kind` 0 real time, 1 batch."""
    found: list[Entries] = []
    for flat, want in ((layout.serve, layout.tables.lines.want), (layout.call, layout.tables.calls.want)):
        mine = want[flat.item]
        place = row[flat.moment, mine // 2]
        here = (mine % 2 == kind) & (place >= 0)
        found.append(Entries(place[here], flat.columns[here], 1.0))
    return found


def by_bucket(component: str, layout: Layout, exists: BoolArray) -> tuple[Span, AnyInts]:
    """Rows (w, k, s, h) where `exists` (T, B): their names and numbers."""
    moment, bucket = np.nonzero(exists)
    key = layout.tables.buckets.key
    return Span(component, key, bucket.astype(np.int32), layout.times, moment.astype(np.int32)), numbered(exists)


def numbered(exists: BoolArray) -> AnyInts:
    """Numbers 0, 1, ... where true, in order; else -1."""
    found = np.full(exists.shape, -1, dtype=np.int32)
    found[exists] = np.arange(int(exists.sum()), dtype=np.int32)
    return found


def named_like(component: str, layout: Layout, flat: Flat, items: IntArray) -> Span:
    """Rows that each belong to one column of a component, under the same index."""
    return Span(component, items, flat.item, layout.times, flat.moment)


def _ids(count: int) -> IntArray:
    return np.arange(count, dtype=np.int32)[:, None]
