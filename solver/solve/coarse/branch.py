"""Whole purchases by branch and bound on a relaxation whose LP stays warm.

A node is a box of counts: servers of every order, and those ordered of an offer up to a stage (their sums), for what is bought a
stage sooner or later differs little and only the sum tells. Where the box allows one answer, orders and tiers follow from it.

    child    count <= floor(value)    or    count >= ceil(value)        an order below its minimum: 0 or the minimum
    bound    least of all open nodes and of what was cut off            proven: children cover their parent's whole counts

Each child starts at its parent's basis, so it takes a few steps of the dual simplex, and the result does not depend on what a
solver did before. Of two solvers each takes a child.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.solve.coarse.dive import Orders
from solver.solve.coarse.master import CoarseMaster
from solver.solve.matrix import FloatArray
from solver.solve.progress import Cancel
from solver.solve.slotwise.master import Relaxed

WHOLE = 1e-6
FIRST_GAIN = 0.02
"""What a count's rounding is thought to cost, as a share of its price, before anything was tried."""


@dataclass(frozen=True, slots=True)
class Branched:
    """The best whole purchases found, None where none was, and the proven bound. `ended`: within the gap asked for."""

    best: Relaxed | None
    bound: float
    ended: bool


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is branched on: orders first, then sums of them. `members`: positions in `orders.buy`; `price` USD of one more."""

    orders: Orders
    members: list[NDArray[np.int64]]
    price: FloatArray
    least: FloatArray

    @classmethod
    def of(cls, master: CoarseMaster, orders: Orders) -> _Counts:
        offers = [index[0] for _, index in master.matrix.columns.take(orders.buy)]
        single = [np.array([at]) for at in range(len(offers))]
        sums: list[NDArray[np.int64]] = []
        for _, found in groupby(range(len(offers)), key=lambda at: offers[at]):
            stages = np.array(list(found))
            sums += [stages[:end] for end in range(2, len(stages) + 1)]
        members = single + sums
        price = np.array([np.abs(master.matrix.cost[orders.buy[part]]).mean() for part in members])
        least = np.concatenate([orders.least, np.ones(len(sums))])
        return cls(orders, members, np.maximum(price, 1.0), least)

    @property
    def sums(self) -> list[NDArray[np.int64]]:
        """Columns of every sum."""
        return [self.orders.buy[part] for part in self.members[len(self.orders.buy) :]]

    def values(self, relaxed: Relaxed) -> FloatArray:
        of_orders = relaxed.values[self.orders.buy]
        return np.array([of_orders[part].sum() for part in self.members])


@dataclass(order=True, slots=True)
class _Node:
    bound: float
    number: int
    lower: FloatArray = field(compare=False)
    upper: FloatArray = field(compare=False)
    relaxed: Relaxed = field(compare=False)
    basis: Any = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Child:
    """A box to solve; `at`, `part`, `up`: which count it rounds, by how much, and whether upwards."""

    lower: FloatArray
    upper: FloatArray
    at: int
    part: float
    up: bool


class _Gains:
    """What rounding a count by one has cost so far, USD: pseudo-costs."""

    def __init__(self, counts: _Counts) -> None:
        self._price = counts.price
        self._total = np.zeros((2, len(counts.price)))
        self._tried = np.zeros((2, len(counts.price)))

    def learn(self, child: _Child, gain: float) -> None:
        self._total[int(child.up), child.at] += gain / max(child.part, 1e-3)
        self._tried[int(child.up), child.at] += 1

    def scores(self, down: FloatArray, up: FloatArray) -> FloatArray:
        """How much both children would raise the bound, for parts rounded down and up."""
        tried = self._tried > 0
        shares = (self._total / np.maximum(self._tried, 1)) / self._price
        usual = float(shares[tried].mean()) if tried.any() else FIRST_GAIN
        unit = np.where(tried, shares, usual) * self._price
        found: FloatArray = np.maximum(unit[0] * down, 1e-3) * np.maximum(unit[1] * up, 1e-3)
        return found


class Branching:
    """One search. `masters`: solvers of the same relaxation, the first of them solved."""

    def __init__(
        self, masters: Sequence[CoarseMaster], orders: Orders, root: Relaxed, best: Relaxed | None, cancel: Cancel
    ) -> None:
        self._masters, self._cancel, self._best = masters, cancel, best
        self._counts = _Counts.of(masters[0], orders)
        self._gains = _Gains(self._counts)
        low, high = masters[0].own_bounds(orders.buy)
        sums = self._counts.members[len(orders.buy) :]
        lower = np.concatenate([low, np.zeros(len(sums))])
        upper = np.concatenate([high, [float(high[part].sum()) for part in sums]])
        for master in masters:
            master.add_sums(self._counts.sums)
        basis = masters[0].basis()
        self._open = [_Node(root.objective, 0, lower, upper, root, basis)]
        self._number = 0
        self._cut_off = np.inf

    @property
    def bound(self) -> float:
        """Proven for the relaxation's whole purchases."""
        best = np.inf if self._best is None else self._best.objective
        return min([best, self._cut_off, *(node.bound for node in self._open[:1])])

    def run(self, gap: float, ceiling: float, until: float, tell: Callable[[float], bool]) -> Branched:
        """Search until the gap is proven, time is over or `tell`, given each better bound, says that it is enough.

        Nodes that cost `ceiling` or more are of no interest.
        """
        ended = False
        with ThreadPoolExecutor(len(self._masters)) as pool:
            while self._open:
                cutoff = min(ceiling, np.inf if self._best is None else self._best.objective * (1 - gap))
                if self._open[0].bound >= cutoff:
                    self._cut_off = min(self._cut_off, self._open[0].bound)
                    self._open.clear()
                    break
                if tell(self.bound) or self._cancel.asked or time.monotonic() >= until:
                    break
                if not self._step(pool):
                    break
            else:
                ended = True
        ended = ended or not self._open
        tell(self.bound)
        return Branched(self._best, self.bound, ended)

    def _step(self, pool: ThreadPoolExecutor) -> bool:
        """Branch on the best node; False where a child was stopped."""
        node = heapq.heappop(self._open)
        children = self._children(node)
        workers = len(self._masters)
        for start in range(0, len(children), workers):
            part = children[start : start + workers]
            solved = list(pool.map(lambda pair: self._solve(node, *pair), zip(self._masters, part, strict=False)))
            for child, (relaxed, basis, stopped) in zip(part, solved, strict=True):
                if stopped:
                    heapq.heappush(self._open, node)
                    return False
                if relaxed is None:
                    continue
                self._gains.learn(child, max(relaxed.objective - node.bound, 0.0))
                self._number += 1
                bound = max(node.bound, relaxed.objective)
                heapq.heappush(self._open, _Node(bound, self._number, child.lower, child.upper, relaxed, basis))
        return True

    def _solve(self, node: _Node, master: CoarseMaster, child: _Child) -> tuple[Relaxed | None, Any, bool]:
        """Its LP, where it ended, and whether it was stopped."""
        count = len(self._counts.orders.buy)
        buy = self._counts.orders.buy
        master.bound_columns(buy, child.lower[:count], child.upper[:count])
        master.bound_sums(child.lower[count:], child.upper[count:])
        places, at_least = self._counts.orders.implied(child.lower[:count])
        _, at_most = self._counts.orders.implied(child.upper[:count])
        if len(places):
            low, high = master.own_bounds(places)
            same = self._counts.orders.settled(child.lower[:count], child.upper[:count])
            master.bound_columns(places, np.where(same, at_least, low), np.where(same, at_most, high))
        master.start_at(node.basis)
        relaxed = master.solve()
        return relaxed, master.basis() if relaxed is not None else None, relaxed is None and not master.infeasible

    def _children(self, node: _Node) -> list[_Child]:
        """The parts of a node; none where its solution is whole, which is then kept where it is the best."""
        counts = self._counts
        values = counts.values(node.relaxed)
        below = (values > WHOLE) & (values < counts.least - WHOLE)
        floor = np.where(below, 0.0, np.floor(values + WHOLE))
        ceil = np.where(below, counts.least, np.ceil(values - WHOLE))
        broken = below | (ceil > floor)
        if broken.any():
            down, up = (values - floor) / np.maximum(ceil - floor, 1), (ceil - values) / np.maximum(ceil - floor, 1)
            at = int(np.where(broken, self._gains.scores(down, up), -1.0).argmax())
            return [
                self._child(node, at, upper=float(floor[at]), part=float(down[at])),
                self._child(node, at, lower=float(ceil[at]), part=float(up[at])),
            ]
        yes_or_no = self._unsettled(node)
        if yes_or_no is None:
            if self._best is None or node.relaxed.objective < self._best.objective:
                self._best = node.relaxed
            return []
        level = float(np.round(values[yes_or_no]))
        parts = [self._child(node, yes_or_no, lower=level, upper=level)]
        if level > node.lower[yes_or_no]:
            parts.append(self._child(node, yes_or_no, upper=level - 1))
        if level < node.upper[yes_or_no]:
            parts.append(self._child(node, yes_or_no, lower=level + 1))
        return parts

    def _child(
        self, node: _Node, at: int, *, lower: float = -np.inf, upper: float = np.inf, part: float = 1.0
    ) -> _Child:
        low, high = node.lower.copy(), node.upper.copy()
        low[at], high[at] = max(low[at], lower), min(high[at], upper)
        return _Child(low, high, at, part, bool(lower > -np.inf))

    def _unsettled(self, node: _Node) -> int | None:
        """An order whose own columns, its yes or no and its tier, are not whole though its count is."""
        orders = self._counts.orders
        places, _ = orders.implied(np.zeros(len(orders.buy)))
        if not len(places):
            return None
        values = node.relaxed.values[places]
        broken = np.abs(values - np.round(values)) > WHOLE
        owners = orders.owners()[broken]
        loose = [int(at) for at in owners if node.lower[at] < node.upper[at]]
        return loose[0] if loose else None
