"""Procurement: stock, concurrent limits, minimum orders and volume tiers; see `solver.model.procurement`."""

from __future__ import annotations

import numpy as np

from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import Entries, Rows, Terms, keyed
from solver.model.tiers import tiers


def add_procurement(rows: Rows, layout: Layout) -> None:
    """Constraint family 4."""
    tables, resolved = layout.tables, layout.tables.resolved
    stocked = {o.index: stock for o in resolved.offers if (stock := getattr(o.terms, "stock", None)) is not None}
    limited = sorted({o for o, _ in layout.buys} & stocked.keys())
    number = {o: at for at, o in enumerate(limited)}
    terms = Terms()
    for o, s in layout.buys:
        if o in number:
            terms.add(number[o], layout.buy_at[o, s], 1.0)
    upper = np.array([stocked[o] for o in limited], dtype=float)
    rows.add(keyed("stock", [(o,) for o in limited], bare=True), -np.inf, upper, terms.entries)

    keys: list[tuple[int, int]] = []
    most: list[float] = []
    terms = Terms()
    for offer in resolved.offers:
        limit = getattr(offer.terms, "max_servers", None)
        if offer.hourly or limit is None:
            continue
        for stage in resolved.stages:
            starts = tables.starts(offer, stage)
            for o, s in starts:
                terms.add(len(keys), layout.buy_at[o, s], 1.0)
            if starts:
                keys.append((offer.index, stage.index))
                most.append(float(limit))
    rows.add(keyed("max_servers", keys), -np.inf, np.array(most), terms.entries)
    _minimum_orders(rows, layout)
    _volume_tiers(rows, layout)


def _minimum_orders(rows: Rows, layout: Layout) -> None:
    offers = layout.tables.resolved.offers
    keys = [key for key in layout.buys if layout.order_at[key] >= 0]
    at = np.arange(len(keys))
    bought = np.array([layout.buy_at[key] for key in keys], dtype=np.int64)
    ordered = np.array([layout.order_at[key] for key in keys], dtype=np.int64)
    least = np.array([getattr(offers[o].terms, "minimum_order", 0) for o, _ in keys], dtype=float)
    most = np.array([layout.template.server_bounds.of(offers[o]) for o, _ in keys], dtype=float)
    rows.add(keyed("order_least", keys), -np.inf, 0.0, Entries(at, ordered, least), Entries(at, bought, -1.0))
    rows.add(keyed("order_most", keys), -np.inf, 0.0, Entries(at, bought, 1.0), Entries(at, ordered, -most))


def _volume_tiers(rows: Rows, layout: Layout) -> None:
    offers = layout.tables.resolved.offers
    steps = {o: tiers(offers[o]) for o in dict.fromkeys(o for o, _ in layout.buys)}
    orders = [key for key in layout.buys if steps[key[0]]]
    number = {key: at for at, key in enumerate(orders)}
    total, one, least, most = Terms(), Terms(), Terms(), Terms()
    for at, ((o, s, t), (chosen, servers)) in enumerate(layout.tier_at.items()):
        total.add(number[o, s], servers, 1.0)
        one.add(number[o, s], chosen, 1.0)
        upto = steps[o][t + 1][0] - 1 if t + 1 < len(steps[o]) else layout.template.server_bounds.of(offers[o])
        least.add(at, chosen, float(steps[o][t][0]))
        least.add(at, servers, -1.0)
        most.add(at, servers, 1.0)
        most.add(at, chosen, -float(upto))
    for (o, s), at in number.items():
        total.add(at, layout.buy_at[o, s], -1.0)
    keys = list(layout.tier_at)
    rows.add(keyed("tier_sum", orders), 0.0, 0.0, total.entries)
    rows.add(keyed("tier_one", orders), -np.inf, 1.0, one.entries)
    rows.add(keyed("tier_least", keys), -np.inf, 0.0, least.entries)
    rows.add(keyed("tier_most", keys), -np.inf, 0.0, most.entries)
