"""Which columns there are, in which order, and where: what the constraint families refer to.

Component by component; inside a component by stage and slot, then by item, so that the columns of a slot lie together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.instance.schema.policy import Spare
from solver.model.assembly.backlog import Backlog, backlog
from solver.model.assembly.bounds import Needs, needs, rent_bounds
from solver.model.assembly.moments import Moments
from solver.model.assembly.rows import keyed
from solver.model.assembly.tables import KINDS, BoolArray, Tables
from solver.model.assembly.template import Template
from solver.model.assembly.used import Used, used
from solver.model.matrix import FloatArray
from solver.model.names import IntArray, Names, Span
from solver.model.tiers import tiers

Table = NDArray[np.int64]
"""Positions of columns, -1 where there is none."""


@dataclass(frozen=True, slots=True)
class Flat:
    """Columns of one component, one after the other from `start`: `moment` and `item` of each, (n,)."""

    start: int
    moment: IntArray
    item: IntArray

    @property
    def columns(self) -> IntArray:
        """Their positions."""
        return np.arange(self.start, self.start + len(self.moment), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a matrix. Items of `serve` are lines, of `call` calls, of `run` pairs, of `rent` places in `tables.hourly`.

    `wanted`, `most` (T, wants): which wants exist, and the most of each that a moment can serve.
    `run_at` (T, R), `buy_at` (O, S), `open_at` (S, R), `order_at` (O, S): positions of columns.
    """

    template: Template
    moments: Moments
    needs: Needs
    wanted: BoolArray
    most: FloatArray
    serve: Flat
    call: Flat
    run: Flat
    rent: Flat
    run_bound: FloatArray
    run_at: Table
    buys: list[tuple[int, int]]
    buy_at: Table
    open_at: Table
    order_at: Table
    tier_at: dict[tuple[int, int, int], tuple[int, int]]
    backlog: Backlog
    used: tuple[Used, ...]
    names: Names
    lower: FloatArray
    upper: FloatArray
    integer: BoolArray

    @property
    def tables(self) -> Tables:
        """Index tables."""
        return self.template.tables

    @property
    def times(self) -> IntArray:
        """(T, 2): stage and slot of every moment."""
        return times_of(self.moments)


def times_of(moments: Moments) -> IntArray:
    """(T, 2): stage and slot of every moment."""
    return np.stack([moments.stage, moments.slot], axis=1)


class _Columns:
    """Columns as they are allotted."""

    def __init__(self) -> None:
        self.names: list[Span] = []
        self.upper: list[FloatArray] = []
        self.integer: list[BoolArray] = []
        self.count = 0

    def add(self, names: Span, upper: FloatArray | float, *, integer: bool) -> int:
        """Columns from 0 to `upper`; the position of the first."""
        start, count = self.count, len(names)
        self.names.append(names)
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (count,)))
        self.integer.append(np.full(count, integer))
        self.count += count
        return start


def lay_out(template: Template, moments: Moments) -> Layout:
    """All columns of a matrix for some moments."""
    tables, bounds = template.tables, template.server_bounds
    times = times_of(moments)
    regular = tables.regular_slot[moments.slot]
    wanted = tables.wanted(moments)
    need = template.needs if moments is tables.moments else needs(tables, moments)
    columns = _Columns()
    buys, buy_at = _buys(template, columns)

    hourly = tables.hourly
    idle_counts = tables.resolved.policy.spot_share is not None  # idle servers widen the room for spot
    rented = (need.servers > 0)[:, tables.offer_pool[hourly]] | idle_counts
    rent_moment, rent_item = np.nonzero(rented)
    most_rent = rent_bounds(tables, need.servers, bounds)[rented]
    rent = _flat(columns, "rent", hourly[:, None], rent_item, times, rent_moment, most_rent, integer=True)

    run_moment, run_item = np.nonzero(need.runs)
    run_bound = need.most_runs[need.runs]
    run = _flat(columns, "run", tables.pairs, run_item, times, run_moment, run_bound, integer=True)
    run_at = np.full(need.runs.shape, -1, dtype=np.int64)
    run_at[need.runs] = run.columns

    lines, calls = tables.lines, tables.calls
    served = wanted[:, lines.want] & (regular[:, None] | lines.at_stress)
    serve_moment, serve_item = np.nonzero(served)
    serve = _flat(columns, "serve", lines.key, serve_item, times, serve_moment, np.inf)
    called = wanted[:, calls.want] & (regular[:, None] | calls.at_stress)
    call_moment, call_item = np.nonzero(called)
    call = _flat(columns, "call", calls.key, call_item, times, call_moment, np.inf)

    waiting = backlog(tables, template.backlog_limits, moments, columns.count)
    columns.add(waiting.names, waiting.limit, integer=False)
    open_at = _opened(tables, moments, need, columns)
    order_at = _orders(tables, buys, columns)
    tier_at = _tiers(tables, buys, columns)
    counted = used(tables)
    placed: list[Used] = []
    for use in counted:
        names = keyed(f"use_{use.what}", [(at,) for at in range(len(use.names))], bare=True, first=use.names)
        placed.append(use.placed(columns.add(names, 1.0, integer=True)))
    return Layout(
        template=template,
        moments=moments,
        needs=need,
        wanted=wanted,
        most=tables.by_want(moments.most_real_time, moments.most_batch),
        serve=serve,
        call=call,
        run=run,
        rent=rent,
        run_bound=run_bound,
        run_at=run_at,
        buys=buys,
        buy_at=buy_at,
        open_at=open_at,
        order_at=order_at,
        tier_at=tier_at,
        backlog=waiting,
        used=tuple(placed),
        names=Names(columns.names),
        lower=np.zeros(columns.count),
        upper=np.concatenate([np.zeros(0), *columns.upper]),
        integer=np.concatenate([np.zeros(0, dtype=bool), *columns.integer]),
    )


def _flat(
    columns: _Columns,
    component: str,
    items: IntArray,
    item: NDArray[np.int64],
    times: IntArray,
    moment: NDArray[np.int64],
    upper: FloatArray | float,
    *,
    integer: bool = False,
) -> Flat:
    at, when = item.astype(np.int32), moment.astype(np.int32)
    labels = {2: KINDS} if component in ("serve", "call") else {}
    start = columns.add(Span(component, items, at, times, when, labels), upper, integer=integer)
    return Flat(start, when, at)


def _buys(template: Template, columns: _Columns) -> tuple[list[tuple[int, int]], Table]:
    keys = list(template.buys)
    most = np.array(list(template.buys.values()), dtype=float)
    start = columns.add(keyed("buy", keys), most, integer=True)
    return keys, _positions(template.tables, keys, start)


def _positions(tables: Tables, keys: list[tuple[int, int]], start: int) -> Table:
    """Positions by (offer, stage)."""
    found = np.full((len(tables.resolved.offers), len(tables.resolved.stages)), -1, dtype=np.int64)
    for at, (o, s) in enumerate(keys):
        found[o, s] = start + at
    return found


def _opened(tables: Tables, moments: Moments, need: Needs, columns: _Columns) -> Table:
    """`open` exists only where redundancy or a minimum of replicas asks for it."""
    found = np.full((len(tables.resolved.stages), len(tables.pairs)), -1, dtype=np.int64)
    policy = tables.resolved.policy
    if policy.spare is not Spare.N_PLUS_1 and policy.minimum_replicas <= 1:
        return found
    opened = np.zeros(found.shape, dtype=bool)
    np.logical_or.at(opened, moments.stage, need.runs)
    stage, pair = np.nonzero(opened)
    stages = np.arange(len(tables.resolved.stages), dtype=np.int32)[:, None]
    names = Span("open", tables.pairs, pair.astype(np.int32), stages, stage.astype(np.int32))
    start = columns.add(names, 1.0, integer=True)
    found[opened] = np.arange(start, start + len(names))
    return found


def _orders(tables: Tables, buys: list[tuple[int, int]], columns: _Columns) -> Table:
    """Orders with a minimum."""
    keys = [key for key in buys if getattr(tables.resolved.offers[key[0]].terms, "minimum_order", 0) > 1]
    return _positions(tables, keys, columns.add(keyed("order", keys), 1.0, integer=True))


def _tiers(
    tables: Tables, buys: list[tuple[int, int]], columns: _Columns
) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Positions of `tier` and `tier_servers` of every volume tier."""
    keys = [(o, s, t) for o, s in buys for t in range(len(tiers(tables.resolved.offers[o])))]
    chosen = columns.add(keyed("tier", keys), 1.0, integer=True)
    servers = columns.add(keyed("tier_servers", keys), np.inf, integer=False)
    return {key: (chosen + at, servers + at) for at, key in enumerate(keys)}
