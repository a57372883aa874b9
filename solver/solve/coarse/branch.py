"""Whole purchases by branch and bound on a relaxation whose LP stays warm.

A node is a box of counts: servers of every order, and those ordered of an offer up to a stage (their sums), for what is bought a
stage sooner or later differs little and only the sum tells. Where the box allows one answer, orders and tiers follow from it.

    child    count <= floor(value)    or    count >= ceil(value)        an order below its minimum: 0 or the minimum
             count <= start - 1       or    count >= start              where a tier or an order is taken in part: from `start` on
    bound    least of all open nodes and of the best found              proven: children cover their parent's whole counts

Each child starts at its parent's basis, so it takes a few steps of the dual simplex, and the result does not depend on what a
solver did before. Of two solvers each takes a child.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from solver.solve.coarse.dive import Orders
from solver.solve.coarse.master import CoarseMaster
from solver.solve.matrix import FloatArray
from solver.solve.progress import Cancel
from solver.solve.slotwise.master import Relaxed

WHOLE = 1e-6
SLIGHTLY = 1e-9
"""Yes-or-no columns may be this far from whole: they allow so many servers that a small share is much."""
FIRST_GAIN = 0.02
"""What a count's rounding is thought to cost, as a share of its price, before anything was tried."""
SPLITS_DOUBTED = 0.05
"""Splits at tiers count that much of what they are thought to gain: other offers take over where a discount is lost."""


@dataclass(frozen=True, slots=True)
class Branched:
    """The best whole purchases found, None where none was, and the proven bound.

    `ended`: all that is left costs the ceiling or more, or does not beat the best by more than the gap asked for.
    """

    best: Relaxed | None
    bound: float
    ended: bool


class _Counts:
    """What is branched on: orders first, then their sums. `members`: places in `orders.buy`; `price`: USD of one more.

    `fixed`, `discount`: USD of what is implied, and USD that it takes off a server.
    """

    def __init__(self, master: CoarseMaster, orders: Orders) -> None:
        self.orders = orders
        self.members = [*(np.array([at]) for at in range(len(orders.buy))), *orders.sums]
        cost = np.abs(master.matrix.cost[orders.buy])
        self.price = np.maximum([cost[part].mean() for part in self.members], 1.0)
        self.least = np.concatenate([orders.least, np.ones(len(self.members) - len(orders.buy))])
        self.implied = orders.implied(np.zeros(len(orders.buy)))[0]
        discounted = [orders.discounted.get(place, -1) for place in self.implied.tolist()]
        self.fixed = master.matrix.cost[self.implied]
        self.discount = np.array([-master.matrix.cost[place] if place >= 0 else 0.0 for place in discounted])

    def totals(self, of_orders: FloatArray) -> FloatArray:
        """Values of all, given those of the orders."""
        return np.array([of_orders[part].sum() for part in self.members])


@dataclass(order=True, slots=True)
class _Node:
    bound: float
    number: int
    lower: FloatArray = field(compare=False)
    upper: FloatArray = field(compare=False)
    buy: FloatArray = field(compare=False)
    implied: FloatArray = field(compare=False)
    basis: Any = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Child:
    """A box to solve; `at`, `part`, `up`: which count it rounds, by how much (0: it splits it elsewhere), and whether upwards."""

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
        unit = np.where(tried, shares, self.usual) * self._price
        return _product(unit[0] * down, unit[1] * up)

    @property
    def usual(self) -> float:
        """What rounding a count by one costs, as a share of its price."""
        tried = self._tried > 0
        shares = (self._total / np.maximum(self._tried, 1)) / self._price
        return float(shares[tried].mean()) if tried.any() else FIRST_GAIN


def _product(down: FloatArray, up: FloatArray) -> FloatArray:
    found: FloatArray = np.maximum(down, 1e-3) * np.maximum(up, 1e-3)
    return found


class Branching:
    """One search. `masters`: solvers of the same relaxation with the sums of `orders`; `basis`: where `root` was found.

    `best`: whole purchases that are known, on the same relaxation.
    """

    def __init__(
        self,
        masters: Sequence[CoarseMaster],
        orders: Orders,
        root: Relaxed,
        basis: Any,
        best: Relaxed | None,
        cancel: Cancel,
    ) -> None:
        self._masters, self._cancel, self._best = masters, cancel, best
        self._counts = _Counts(masters[0], orders)
        self._gains = _Gains(self._counts)
        self._implied = self._counts.implied
        low, high = masters[0].own_bounds(orders.buy)
        box = self._counts.totals(low), self._counts.totals(high)
        self._open = [
            _Node(root.objective, 0, *box, root.values[orders.buy], root.values[self._implied], basis),
        ]
        self._root, self._number = root.objective, 0

    @property
    def bound(self) -> float:
        """Proven for whole purchases on the relaxation."""
        best = np.inf if self._best is None else self._best.objective
        least = min([best, *(node.bound for node in self._open[:1])])
        return least if least < np.inf else self._root

    def run(self, gap: float, ceiling: float, tell: Callable[[float], bool]) -> Branched:
        """Search until the gap is proven or `tell`, given the bound before each step, says to stop.

        Nodes that cost `ceiling` or more are of no interest now. It may go on later, with another gap or ceiling too.
        """
        with ThreadPoolExecutor(len(self._masters)) as pool:
            while not (ended := self._ended(gap, ceiling)):
                if tell(self.bound) or self._cancel.asked or not self._step(pool):
                    break
        tell(self.bound)
        return Branched(self._best, self.bound, ended or self._ended(gap, ceiling))

    def _ended(self, gap: float, ceiling: float) -> bool:
        best = np.inf if self._best is None else self._best.objective - gap * abs(self._best.objective)
        return not self._open or self._open[0].bound >= min(ceiling, best)

    def _step(self, pool: ThreadPoolExecutor) -> bool:
        """Branch on the best node; False where a child was stopped."""
        node = heapq.heappop(self._open)
        children = self._children(node)
        if children is None:
            return self._keep(node)
        workers = len(self._masters)
        for start in range(0, len(children), workers):
            part = children[start : start + workers]
            solved = list(pool.map(lambda pair: self._solve(node, *pair), zip(self._masters, part, strict=False)))
            if any(relaxed is None and not master.infeasible for relaxed, _, master in solved):
                heapq.heappush(self._open, node)
                return False
            for child, (relaxed, basis, _) in zip(part, solved, strict=True):
                if relaxed is not None:
                    if child.part > 0:
                        self._gains.learn(child, max(relaxed.objective - node.bound, 0.0))
                    self._add(child, max(node.bound, relaxed.objective), relaxed, basis)
        return True

    def _add(self, child: _Child, bound: float, relaxed: Relaxed, basis: Any) -> None:
        self._number += 1
        buy, implied = relaxed.values[self._counts.orders.buy], relaxed.values[self._implied]
        heapq.heappush(self._open, _Node(bound, self._number, child.lower, child.upper, buy, implied, basis))

    def _keep(self, node: _Node) -> bool:
        """A node whose solution is whole, where it is the best; its LP is at its optimum already. False where it was stopped."""
        if self._best is not None and node.bound >= self._best.objective:
            return True
        relaxed, basis, _ = self._solve(node, self._masters[0], _Child(node.lower, node.upper, 0, 1.0, False))
        if relaxed is None:
            heapq.heappush(self._open, node)
            return False
        buy, implied = relaxed.values[self._counts.orders.buy], relaxed.values[self._implied]
        again = replace(node, buy=buy, implied=implied, basis=basis)
        if self._children(again) is None:
            self._best = relaxed
        else:  # another vertex of the same cost, not whole
            heapq.heappush(self._open, again)
        return True

    def _solve(self, node: _Node, master: CoarseMaster, child: _Child) -> tuple[Relaxed | None, Any, CoarseMaster]:
        """Its LP and where it ended."""
        orders = self._counts.orders
        count = len(orders.buy)
        lower, upper = child.lower[:count], child.upper[:count]
        master.bound_columns(orders.buy, lower, upper)
        master.bound_sums(child.lower[count:], child.upper[count:])
        if len(self._implied):
            low, high = master.own_bounds(self._implied)
            same, told = orders.settled(lower, upper)
            master.bound_columns(self._implied, np.where(same, told, low), np.where(same, told, high))
        master.start_at(node.basis)
        relaxed = master.solve()
        return relaxed, None if relaxed is None else master.basis(), master

    def _children(self, node: _Node) -> list[_Child] | None:
        """The parts of a node, empty boxes left out; None where its solution is whole."""
        counts = self._counts
        values = counts.totals(node.buy)
        below = (values > WHOLE) & (values < counts.least - WHOLE)
        floor = np.where(below, 0.0, np.floor(values + WHOLE))
        ceil = np.where(below, counts.least, np.ceil(values - WHOLE))
        width = np.maximum(ceil - floor, 1)
        down, up = (values - floor) / width, (ceil - values) / width
        scores = np.where(below | (ceil > floor), self._gains.scores(down, up), -1.0)
        starts, splits = self._splits(node)
        if max(scores.max(initial=-1.0), splits.max(initial=-1.0)) < 0:
            return None
        if splits.max(initial=-1.0) > scores.max(initial=-1.0):
            best = int(splits.argmax())
            at = int(counts.orders.ranges[0][best])
            low, high, parts = float(starts[best]) - 1, float(starts[best]), (0.0, 0.0)
        else:
            at = int(scores.argmax())
            low, high, parts = float(floor[at]), float(ceil[at]), (float(down[at]), float(up[at]))
        found = [self._child(node, at, upper=low, part=parts[0]), self._child(node, at, lower=high, part=parts[1])]
        return [child for child in found if (child.lower <= child.upper).all()]

    def _child(
        self, node: _Node, at: int, *, lower: float = -np.inf, upper: float = np.inf, part: float = 1.0
    ) -> _Child:
        low, high = node.lower.copy(), node.upper.copy()
        low[at], high[at] = max(low[at], lower), min(high[at], upper)
        return _Child(low, high, at, part, bool(lower > -np.inf))

    def _splits(self, node: _Node) -> tuple[FloatArray, FloatArray]:
        """Where to split counts whose yes or no, or whose tier, is not whole, and how much that would raise the bound; -1: nowhere.

        A discount of many servers is had for a small share of its tier, so that it may move a relaxation more than parts of counts.
        """
        counts = self._counts
        owner, least, most = counts.orders.ranges
        lower, upper, value = node.lower[owner], node.upper[owner], node.buy[owner]
        starts = np.where((lower < least) & (least <= upper), least, most + 1)
        broken = np.abs(node.implied - np.round(node.implied)) > SLIGHTLY
        usable = broken & (lower < starts) & (starts <= upper)
        one = self._gains.usual * counts.price[owner]
        more, fewer = np.where(usable, starts - value, 0.0), np.where(usable, value - starts + 1, 0.0)
        down = counts.discount * value + one * np.maximum(fewer, 0)
        up = counts.fixed * (1 - node.implied) + one * np.maximum(more, 0)
        return starts, np.where(usable, SPLITS_DOUBTED * _product(down, up), -1.0)
