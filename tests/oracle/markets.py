"""Random markets of servers as small MILPs: orders of a minimum, volume tiers, several stages, demand that may be called instead."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from solver.model.names import Name, as_names
from solver.solve.coarse.dive import Orders
from solver.solve.matrix import Matrix

STOCK = 9


@dataclass(frozen=True)
class Offered:
    """One offer: USD a server by stage, its requests/s, the least order, (from how many servers, USD of each) of its tiers."""

    usd: tuple[float, ...]
    rate: float
    least: int = 1
    tiers: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Market:
    """min purchases + calls, every stage's demand served: sum rate[o] buy[o, s <= t] + call[t] >= demand[t]."""

    matrix: Matrix
    orders: Orders


class _Rows:
    def __init__(self) -> None:
        self.entries: list[tuple[int, int, float]] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, lower: float, upper: float, *entries: tuple[int, float]) -> None:
        self.entries += [(len(self.lower), column, value) for column, value in entries]
        self.lower.append(lower)
        self.upper.append(upper)


def market(
    offers: list[Offered], demand: list[float], usd_per_call: float, most_calls: float = np.inf, stock: int = STOCK
) -> Market:
    """The MILP, and what counts of it imply. Servers of a tier get back what it takes off the price."""
    names: list[Name] = []
    cost: list[float] = []
    upper: list[float] = []
    rows = _Rows()

    def column(name: str, index: Any, usd: float, most: float) -> int:
        names.append((name, index))
        cost.append(usd)
        upper.append(most)
        return len(names) - 1

    stages = range(len(demand))
    buy = {(o, s): column("buy", (o, s), offer.usd[s], stock) for o, offer in enumerate(offers) for s in stages}
    found = Orders(
        np.array(list(buy.values())),
        np.array([float(offers[o].least) for o, _ in buy]),
        np.array([o for o, _ in buy]),
    )
    for s in stages:
        call = column("call", s, usd_per_call, most_calls)
        served = [(buy[o, t], offer.rate) for o, offer in enumerate(offers) for t in range(s + 1)]
        rows.add(demand[s], np.inf, (call, 1.0), *served)
    for (o, s), at in buy.items():
        offer = offers[o]
        if offer.least > 1:
            order = found.order[at] = column("order", (o, s), 0.0, 1.0)
            rows.add(-np.inf, 0.0, (order, float(offer.least)), (at, -1.0))
            rows.add(-np.inf, 0.0, (at, 1.0), (order, -float(stock)))
        steps = []
        for tier, (start, usd) in enumerate(offer.tiers):
            end = offer.tiers[tier + 1][0] - 1 if tier + 1 < len(offer.tiers) else stock
            chosen = column("tier", (o, s, tier), 0.0, 1.0)
            servers = column("tier_servers", (o, s, tier), (usd - 1) * offer.usd[s], np.inf)
            found.tier.setdefault(at, []).append((chosen, start))
            found.discounted[chosen] = servers
            rows.add(-np.inf, 0.0, (chosen, float(start)), (servers, -1.0))
            rows.add(-np.inf, 0.0, (servers, 1.0), (chosen, -float(end)))
            steps.append((chosen, servers))
        if steps:
            rows.add(0.0, 0.0, (at, -1.0), *((servers, 1.0) for _, servers in steps))
            rows.add(-np.inf, 1.0, *((chosen, 1.0) for chosen, _ in steps))
    row, place, value = zip(*rows.entries, strict=True)
    matrix = Matrix(
        cost=np.array(cost),
        offset=100.0,
        a=sp.csc_array((value, (row, place)), shape=(len(rows.lower), len(names))),
        row_lower=np.array(rows.lower),
        row_upper=np.array(rows.upper),
        col_lower=np.zeros(len(names)),
        col_upper=np.array(upper, dtype=float),
        integer=np.array([name in ("buy", "order", "tier") for name, _ in names]),
        columns=as_names(names),
        rows=as_names([("r", at) for at in range(len(rows.lower))]),
    )
    return Market(matrix, found)


def random_market(seed: int) -> Market:
    """Two or three offers over one to three stages; servers are a little cheaper than calls where they are full."""
    rng = random.Random(seed)
    stages = rng.randint(1, 3)
    offers = []
    for _ in range(rng.randint(2, 3)):
        rate = rng.uniform(0.8, 3.0)
        tiers: tuple[tuple[int, float], ...] = ()
        if rng.random() < 0.5:
            tiers = ((1, 1.0), (rng.randint(2, 3), rng.uniform(0.7, 0.95)), (rng.randint(4, 5), rng.uniform(0.4, 0.7)))
        usd = tuple(10 * rate * rng.uniform(0.7, 1.1) for _ in range(stages))
        offers.append(Offered(usd, rate, rng.choice((1, 1, 2, 3)), tiers))
    demand = sorted(rng.uniform(0.5, 9.0) for _ in range(stages))
    return market(offers, demand, rng.uniform(8.0, 30.0), rng.choice((2.0, np.inf)))
