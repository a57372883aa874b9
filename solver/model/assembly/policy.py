"""Policy: budgets, redundancy, spot share, most models and vendors, carbon; see `solver.model.policy`."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from solver.instance.schema.policy import Spare
from solver.instance.schema.sites import Purchase, Spot
from solver.model.assembly.capacity import rented_entries, standing_entries
from solver.model.assembly.cost import by_column
from solver.model.assembly.demand import named_like
from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import Entries, Rows, Terms, keyed, single
from solver.model.names import Span
from solver.model.tiers import tiers


def add_policy(rows: Rows, layout: Layout) -> None:
    """Rows of constraint family 7 that belong to no slot."""
    _capex(rows, layout)
    for use in layout.used:
        terms = Terms()
        for at in range(len(use.names)):
            terms.add(0, use.start + at, 1.0)
        rows.add(single(f"use_{use.what}_most"), -np.inf, float(use.most), terms.entries)
    _carbon(rows, layout)


def add_slot_policy(rows: Rows, layout: Layout) -> None:
    """Rows of constraint family 7 of every slot."""
    _replicas(rows, layout)
    _spot_share(rows, layout)


def _capex(rows: Rows, layout: Layout) -> None:
    resolved, policy = layout.tables.resolved, layout.tables.resolved.policy
    payments: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for o, s in layout.buys:
        offer, start = resolved.offers[o], resolved.stages[s]
        if not isinstance(offer.terms, Purchase):
            continue
        month = resolved.order_month(offer, start)
        paid_in = next(stage.index for stage in resolved.stages if stage.first_month <= month < stage.end_month)
        price = layout.tables.activities.purchase_price(offer, start)
        payments[paid_in].append((int(layout.buy_at[o, s]), price))
        payments[paid_in].extend(
            (layout.tier_at[o, s, t][1], -price * discount) for t, (_, discount) in enumerate(tiers(offer)) if discount
        )
    if policy.capex_budget_usd is not None and payments:
        terms = Terms()
        for paid in payments.values():
            for column, usd in paid:
                terms.add(0, column, usd)
        rows.add(keyed("capex_total", [(0,)], bare=True), -np.inf, policy.capex_budget_usd, terms.entries)
    per_stage = policy.capex_budget_usd_per_stage
    budgets = per_stage if isinstance(per_stage, tuple) else (per_stage,) * len(resolved.stages)
    limited = [stage for stage in payments if budgets[stage] is not None]
    terms = Terms()
    for at, stage in enumerate(limited):
        for column, usd in payments[stage]:
            terms.add(at, column, usd)
    upper = np.array([budgets[stage] for stage in limited], dtype=float)
    rows.add(keyed("capex_stage", [(stage,) for stage in limited], bare=True), -np.inf, upper, terms.entries)


def _replicas(rows: Rows, layout: Layout) -> None:
    """`open` exists only where redundancy or a minimum of replicas asks for it."""
    tables, run, serve = layout.tables, layout.run, layout.serve
    policy = tables.resolved.policy
    spare, least = policy.spare is Spare.N_PLUS_1, policy.minimum_replicas
    if not spare and least <= 1:
        return
    at = np.arange(len(run.item))
    opened = layout.open_at[layout.moments.stage[run.moment], run.item]

    def names(component: str) -> Span:
        return named_like(component, layout, run, tables.pairs)

    rows.add(names("open_most"), -np.inf, 0.0, Entries(at, run.columns, 1.0), Entries(at, opened, -layout.run_bound))
    if least > 1:
        rows.add(names("open_least"), -np.inf, 0.0, Entries(at, opened, float(least)), Entries(at, run.columns, -1.0))
    if spare:
        immediate = tables.lines.want[serve.item] % 2 == 0
        item, moment = serve.item[immediate], serve.moment[immediate]
        carried = layout.run_at[moment, tables.lines.pair[item]] - run.start
        rows.add(
            names("spare"),
            -np.inf,
            0.0,
            Entries(carried, serve.columns[immediate], tables.lines.load[item]),
            Entries(at, run.columns, -1.0),
            Entries(at, opened, 1.0),
        )


def _spot_share(rows: Rows, layout: Layout) -> None:
    tables, moments = layout.tables, layout.moments
    share = tables.resolved.policy.spot_share
    spot = np.array([isinstance(offer.terms, Spot) for offer in tables.resolved.offers], dtype=bool)
    if share is None or not spot.any():
        return
    every = np.arange(len(moments), dtype=np.int32)
    names = Span("spot_share", np.zeros((1, 0), dtype=np.int32), np.zeros_like(every), layout.times, every)
    each = tables.server_accelerators.astype(float)
    row = np.broadcast_to(every[:, None], (len(moments), len(each)))
    fixed = layout.template.existing[moments.stage] @ each
    rows.add(
        names,
        -np.inf,
        share * fixed,
        standing_entries(layout, row, -share * each),
        rented_entries(layout, row, each, np.where(spot, 1.0 - share, -share)),
    )


def _carbon(rows: Rows, layout: Layout) -> None:
    cap = layout.tables.resolved.policy.carbon_cap_tonnes
    if cap is None:
        return
    emissions = layout.template.emissions
    tonnes = by_column(layout, emissions, discounted=False)
    columns = np.flatnonzero(tonnes)
    rows.add(
        single("carbon_cap"), -np.inf, cap - emissions.fixed, Entries(np.zeros_like(columns), columns, tonnes[columns])
    )
