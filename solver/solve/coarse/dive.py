"""Whole purchases by diving through the coarse LP.

Counts come first: all that are nearly whole at once, else the nearest. An order is nothing or at least its minimum, and its tier
follows from its size. Yes-or-no columns come last: their fractions say how far a bound is used, not whether.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from solver.instance.resolved import ResolvedInstance
from solver.model.names import Names
from solver.model.tiers import tiers
from solver.solve.coarse.master import CoarseMaster
from solver.solve.matrix import FloatArray
from solver.solve.progress import Cancel
from solver.solve.slotwise.master import Relaxed

NEARLY = 0.1
"""Columns this near to a whole number are rounded together."""


@dataclass(frozen=True)
class Orders:
    """What a count of servers implies. Positions of columns: `buy` of counts, with `least` order size and their offer.

    `order[position of a buy]` and `tier[position]`: (position, from how many servers) of what follows from it; `discounted[position of
    a tier]`: that of the servers it is for.
    """

    buy: NDArray[np.int64]
    least: FloatArray
    offer: NDArray[np.int64]
    order: dict[int, int] = field(default_factory=dict)
    tier: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    discounted: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Names, resolved: ResolvedInstance) -> Orders:
        """Those of a model's columns."""
        buy = names.positions("buy")
        index = [key for _, key in names.take(buy)]
        at = dict(zip(index, buy.tolist(), strict=True))
        least = np.array([max(1, getattr(resolved.offers[o].terms, "minimum_order", 1)) for o, _ in index], dtype=float)
        found = cls(buy, least, np.array([o for o, _ in index], dtype=np.int64))
        for position in names.positions("order").tolist():
            found.order[at[names[position][1]]] = position
        servers = names.positions("tier_servers")
        servers_of = {key: place for place, (_, key) in zip(servers.tolist(), names.take(servers), strict=True)}
        for position in names.positions("tier").tolist():
            o, s, t = names[position][1]
            if (o, s, t) in servers_of:
                found.discounted[position] = servers_of[o, s, t]
            found.tier.setdefault(at[o, s], []).append((position, tiers(resolved.offers[o])[t][0]))
        return found

    @property
    def sums(self) -> list[NDArray[np.int64]]:
        """Places in `buy` of what is ordered of an offer up to its second stage, its third, and so on."""
        found = []
        for offer in np.unique(self.offer).tolist():
            places = np.flatnonzero(self.offer == offer)
            found += [places[:end] for end in range(2, len(places) + 1)]
        return found

    def snapped(self, values: FloatArray) -> FloatArray:
        """Counts to the nearest that may be ordered."""
        whole = np.round(values)
        too_few = (whole > 0) & (whole < self.least)
        return np.where(too_few, np.where(values * 2 >= self.least, self.least, 0.0), whole)

    def implied(self, counts: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
        """Positions of orders and tiers, and their values for counts in the order of `buy`."""
        places: list[int] = []
        values: list[float] = []
        for buy, count in zip(self.buy.tolist(), counts.tolist(), strict=True):
            if buy in self.order:
                places.append(self.order[buy])
                values.append(float(count > 0))
            reached = [place for place, start in self.tier.get(buy, []) if count >= max(1, start)]
            for place, _ in self.tier.get(buy, []):
                places.append(place)
                values.append(float(bool(reached) and place == reached[-1]))
        return np.array(places, dtype=np.int64), np.array(values)

    @cached_property
    def ranges(self) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
        """Of the positions of `implied`: place in `buy` of their count, and the least and most of it at which they are 1."""
        found: list[tuple[int, float, float]] = []
        for at, buy in enumerate(self.buy.tolist()):
            if buy in self.order:
                found.append((at, 1.0, np.inf))
            starts = [float(max(1, start)) for _, start in self.tier.get(buy, [])]
            found += [(at, low, high - 1) for low, high in pairwise([*starts, np.inf])]
        owner, least, most = zip(*found, strict=True) if found else ((), (), ())
        return np.array(owner, dtype=np.int64), np.array(least, dtype=float), np.array(most, dtype=float)

    def settled(self, lower: FloatArray, upper: FloatArray) -> tuple[NDArray[np.bool_], FloatArray]:
        """Of the positions of `implied`: whether all counts within bounds imply the same, and what they imply then."""
        owner, least, most = self.ranges
        always = (lower[owner] >= least) & (upper[owner] <= most)
        never = (upper[owner] < least) | (lower[owner] > most)
        return always | never, always.astype(float)


def dive(master: CoarseMaster, orders: Orders, relaxed: Relaxed, until: float, cancel: Cancel) -> Relaxed | None:
    """Round step by step, solving after each; None where it ends in a dead end or out of time."""
    current = _counts(master, orders, relaxed, until, cancel)
    if current is None:
        return None
    current = fix_counts(master, orders, np.round(current.values[orders.buy]))
    rest = np.setdiff1d(master.integers, np.concatenate([orders.buy, orders.implied(np.zeros(len(orders.buy)))[0]]))
    while current is not None and len(rest):
        if time.monotonic() > until or cancel.asked:
            return None
        values = np.ceil(current.values[rest] - 1e-6)
        master.bound_columns(rest, values, values)
        found = master.solve()
        if found is not None:
            return found
        master.bound_columns(rest, *master.own_bounds(rest))
        nearest = rest[np.argmax(current.values[rest])][None]
        master.bound_columns(nearest, np.ones(1), np.ones(1))
        rest = np.setdiff1d(rest, nearest)
        current = master.solve()
    return current


def fix_counts(master: CoarseMaster, orders: Orders, counts: FloatArray) -> Relaxed | None:
    """The LP with counts and what follows from them fixed."""
    master.bound_columns(orders.buy, counts, counts)
    places, values = orders.implied(counts)
    if len(places):
        master.bound_columns(places, values, values)
    return master.solve()


def _counts(master: CoarseMaster, orders: Orders, relaxed: Relaxed, until: float, cancel: Cancel) -> Relaxed | None:
    open_now = np.ones(len(orders.buy), dtype=bool)
    current = relaxed
    while open_now.any():
        if time.monotonic() > until or cancel.asked:
            return None
        values = current.values[orders.buy]
        whole = orders.snapped(values)
        distance = np.where(open_now, np.abs(values - whole), np.inf)
        nearest = np.arange(len(values)) == int(distance.argmin())
        near = distance <= max(NEARLY, float(distance.min()))
        other = np.where(whole >= values, np.floor(values - 1e-9), np.maximum(np.ceil(values + 1e-9), orders.least))
        found = None
        for chosen, target in ((near, whole), (nearest, whole), (nearest, other)):
            columns = orders.buy[chosen]
            low, high = master.own_bounds(columns)
            at = np.clip(target[chosen], low, high)
            master.bound_columns(columns, at, at)
            found = master.solve()
            if found is not None:
                open_now &= ~chosen
                break
            master.bound_columns(columns, low, high)
        if found is None:
            return None
        current = found
    return current
