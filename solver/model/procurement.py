"""Procurement: stock, concurrent limits, minimum orders and volume tiers. Lead time and life are in the index sets.

    stock        sum_s buy[o,s] <= stock[o]                                   purchase, lease
    max_servers  up[o,s] <= max[o]                                            reserved (hourly: bound of rent)
    order        buy[o,s] >= minimum[o] order[o,s];  buy[o,s] <= bound order  order binary

Volume tiers t = 0 (list price), 1, ... (all-units discount): at most one tier z[o,s,t] an order, counts in it b[o,s,t]:

    buy[o,s] = sum_t b[o,s,t];   from[t] z[o,s,t] <= b[o,s,t] <= upto[t] z[o,s,t];   sum_t z[o,s,t] <= 1
"""

from __future__ import annotations

import pyomo.environ as pyo

from solver.model.indices import Indices, server_bound
from solver.model.linear import linear
from solver.model.tiers import tiers

TierKey = tuple[int, int, int]


def add_procurement(model: pyo.ConcreteModel, indices: Indices) -> None:
    """Constraint family 4."""
    offers = indices.resolved.offers
    stocked = {o.index: stock for o in offers if (stock := getattr(o.terms, "stock", None)) is not None}
    model.stock = pyo.Constraint(
        sorted({o for o, _ in indices.buy} & stocked.keys()),
        rule=lambda m, o: linear((1.0, m.buy[key]) for key in indices.buy if key[0] == o) <= stocked[o],
    )

    committed = {
        (o.index, stage.index): limit
        for o in offers
        if not o.hourly and (limit := getattr(o.terms, "max_servers", None)) is not None
        for stage in indices.resolved.stages
        if indices.starts(o, stage)
    }
    model.max_servers = pyo.Constraint(
        list(committed),
        rule=lambda m, o, s: (
            linear((1.0, m.buy[key]) for key in indices.starts(offers[o], indices.resolved.stages[s]))
            <= committed[o, s]
        ),
    )
    _minimum_orders(model, indices)
    _volume_tiers(model, indices)


def _minimum_orders(model: pyo.ConcreteModel, indices: Indices) -> None:
    offers = indices.resolved.offers
    minimum = {o.index: least for o in offers if (least := getattr(o.terms, "minimum_order", 0)) > 1}
    model.ORDER = pyo.Set(initialize=[key for key in indices.buy if key[0] in minimum], dimen=2)
    model.order = pyo.Var(model.ORDER, domain=pyo.Binary)
    model.order_least = pyo.Constraint(model.ORDER, rule=lambda m, o, s: m.buy[o, s] >= minimum[o] * m.order[o, s])
    model.order_most = pyo.Constraint(
        model.ORDER, rule=lambda m, o, s: m.buy[o, s] <= server_bound(indices, offers[o]) * m.order[o, s]
    )


def _volume_tiers(model: pyo.ConcreteModel, indices: Indices) -> None:
    tiers_of = {offer.index: tiers(offer) for offer in indices.resolved.offers}
    bound = {o: server_bound(indices, indices.resolved.offers[o]) for o, steps in tiers_of.items() if steps}
    orders = [key for key in indices.buy if tiers_of[key[0]]]
    keys = [(o, s, t) for o, s in orders for t in range(len(tiers_of[o]))]
    model.TIERED = pyo.Set(initialize=orders, dimen=2)
    model.TIER = pyo.Set(initialize=keys, dimen=3)
    model.tier = pyo.Var(model.TIER, domain=pyo.Binary)
    model.tier_servers = pyo.Var(model.TIER, domain=pyo.NonNegativeReals)

    def upto(o: int, t: int) -> int:
        steps = tiers_of[o]
        return steps[t + 1][0] - 1 if t + 1 < len(steps) else bound[o]

    model.tier_sum = pyo.Constraint(
        model.TIERED,
        rule=lambda m, o, s: sum(m.tier_servers[o, s, t] for t in range(len(tiers_of[o]))) == m.buy[o, s],
    )
    model.tier_one = pyo.Constraint(
        model.TIERED, rule=lambda m, o, s: sum(m.tier[o, s, t] for t in range(len(tiers_of[o]))) <= 1
    )
    model.tier_least = pyo.Constraint(
        model.TIER, rule=lambda m, o, s, t: m.tier_servers[o, s, t] >= tiers_of[o][t][0] * m.tier[o, s, t]
    )
    model.tier_most = pyo.Constraint(
        model.TIER, rule=lambda m, o, s, t: m.tier_servers[o, s, t] <= upto(o, t) * m.tier[o, s, t]
    )
