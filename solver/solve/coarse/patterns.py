"""A plan of a day made of patterns of its slots: Dantzig and Wolfe's master with slots as blocks.

A pattern `q` of slot `h` is whole numbers of replicas and rented servers, `v[h,q]`. The master picks one for every slot and routes:

    min  c x        rows of the day, x its routing, continuous
         count[h] = sum_q z[h,q] v[h,q]        sum_q z[h,q] = 1        z in {0, 1}

Patterns are optima of slots as MILPs in which what waits at their end is paid for, and what waited before them earns, at prices `nu`:

    min  c[h] x[h] + sum_wk ( nu[w,k,h] backlog[w,k,h] - nu[w,k,h-1] backlog[w,k,h-1] )

Around the cyclic day the prices cancel, so the sum over the slots is a bound of the day for the purchases made, whatever the prices
(Lagrange). It holds for the pairs that slots are offered, `_pairs`, no others: the best one found, `least`, says what more patterns can
still bring, and is no part of a plan's proof. Prices are the duals of batch rows: first those of the day's relaxation, then those of the
master's relaxation, drawn towards the prices of the best bound, for a master of few patterns prices wildly.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.names import Name
from solver.solve.coarse.days import COUNTS, LP_LIMITS, Day, Planned, on_pairs, pairs_of
from solver.solve.coarse.fixing import named
from solver.solve.highs import Limits, Outcome
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Progress

DRAWN = (0.8, 0.5)
"""How far prices are drawn towards the best ones, the first time and later."""
INCUMBENTS = 4
"""Plans that a slot's MILP finds on its way, the last of them, that become patterns too."""
MASTER_GAP = 3e-4
"""Relative gap at which the choice among patterns is good enough."""

Pattern = dict[Name, float]
Prices = dict[Name, float]


class Patterns:
    """The patterns of one day that has a plan; its batch work ties slots together."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._least = -np.inf
        self._prices: Prices = {}
        self._rounds = 0
        self._planned: dict[int, Pattern] = {}
        self._solved: dict[int, FloatArray] = {}
        self._known: dict[int, list[Pattern]] = {position: [] for position in day.at.tolist()}

    @property
    def least(self) -> float:
        """The best bound known of the day's cost, USD, for its purchases and on the pairs offered to its slots or its relaxation."""
        return max(self._least, self._day.least)

    def price(self, absolute_gap: float, work: float, cancel: Cancel) -> None:
        """One round: the best pattern of every slot at new prices; every slot as a MILP of so much work at most."""
        day = self._day
        self._learn()
        prices = None if cancel.asked else self._next_prices(cancel)
        if prices is None:
            return
        bound = 0.0
        for position in day.at.tolist():
            outcome = self._slot(position, prices, absolute_gap, work, cancel)
            if outcome is None:
                return
            bound += -np.inf if outcome.termination.bound is None else outcome.termination.bound
        if bound > self._least:
            self._least, self._prices = bound, prices
        self._rounds += 1

    def choose(self, work: float, cancel: Cancel) -> Planned | None:
        """The day's best plan after picking a pattern for every slot anew."""
        self._learn()
        matrix, owner, first = self._master()
        integer = matrix.integer.copy()
        integer[first:] = True
        start = np.zeros(len(matrix.cost))
        start[first:] = [float(pattern == self._planned[position]) for position, pattern in owner]
        limits = Limits(relative_gap=MASTER_GAP, time_limit_seconds=60.0, work_limit=work, as_small=True)
        outcome = self._day.run(replace(matrix, integer=integer), limits, cancel, phase="patterns", start=start)
        if outcome.values is None:
            return self._day.best
        picked = {
            position: pattern
            for (position, pattern), level in zip(owner, outcome.values[first:].tolist(), strict=True)
            if level > 0.5
        }
        return self._day.take(picked, cancel)

    def _learn(self) -> None:
        """The slots of the day's plan are patterns."""
        assert self._day.best is not None
        of_slot: dict[tuple[int, int], Pattern] = {}
        for name, value in self._day.best.counts.items():
            of_slot.setdefault(name[1][-2:], {})[name] = value
        for position in self._known:
            self._planned[position] = of_slot.get(self._day.key(position), {})
            self._add(position, self._planned[position])

    def _add(self, position: int, pattern: Pattern) -> None:
        if pattern not in self._known[position]:
            self._known[position].append(pattern)

    def _next_prices(self, cancel: Cancel) -> Prices | None:
        relaxation = self._day.relaxation
        if not self._rounds:
            return batch_prices(relaxation.matrix, relaxation.duals)
        matrix, _, _ = self._master()
        outcome = self._day.run(matrix, LP_LIMITS, cancel)
        if outcome.row_duals is None:
            return None
        drawn = DRAWN[0] if self._rounds == 1 else DRAWN[1]
        found = batch_prices(matrix, outcome.row_duals)
        return {name: drawn * self._prices.get(name, 0.0) + (1 - drawn) * price for name, price in found.items()}

    def _slot(self, position: int, prices: Prices, absolute_gap: float, work: float, cancel: Cancel) -> Outcome | None:
        """One slot as a MILP at these prices; what it finds become patterns. None where it found nothing."""
        matrix = self._slot_matrix(position)
        at = matrix.columns.positions("backlog")
        key = self._day.key(position)
        cost = matrix.cost.copy()
        for column, (name, index) in zip(at.tolist(), matrix.columns.take(at), strict=True):
            price = prices.get((name, index), 0.0)
            cost[column] += price if index[-2:] == key else -price
        found: list[FloatArray] = []

        def seen(progress: Progress) -> None:
            if progress.values is not None:
                found.append(progress.values)

        limits = Limits(relative_gap=1e-4, absolute_gap=absolute_gap, time_limit_seconds=60.0, work_limit=work)
        known = self._solved.get(position)
        outcome = self._day.run(replace(matrix, cost=cost), limits, cancel, phase="slot", listener=seen, start=known)
        if outcome.values is None:
            return None
        self._solved[position] = outcome.values
        for values in [outcome.values, *found[-INCUMBENTS:]]:
            self._add(position, named(matrix, np.round(values), COUNTS, 0.5))
        return outcome

    def _slot_matrix(self, position: int) -> Matrix:
        return self._day.part(on_pairs(self._day.template, self._pairs), np.array([position]), tight=True)

    @cached_property
    def _pairs(self) -> frozenset[tuple[int, int]]:
        """Pairs offered to slots: those that the day's relaxation or its first plan runs."""
        assert self._day.best is not None
        return self._day.used | pairs_of(self._day.best.counts)

    def _master(self) -> tuple[Matrix, list[tuple[int, Pattern]], int]:
        """Its relaxation, the slot and pattern of every `z`, and the position of the first of them."""
        pairs = frozenset(pair for known in self._known.values() for pattern in known for pair in pairs_of(pattern))
        matrix = self._day.part(on_pairs(self._day.template, pairs), self._day.at, tight=False).relaxed()
        counts = np.flatnonzero(matrix.columns.is_a(*COUNTS))
        link = {name: row for row, name in enumerate(matrix.columns.take(counts))}
        owner = [(position, pattern) for position, known in self._known.items() for pattern in known]
        slot = {position: len(link) + place for place, position in enumerate(self._known)}
        first, rows = len(matrix.cost), len(link) + len(slot)
        row, column, value = list(range(len(counts))), counts.tolist(), [1.0] * len(counts)
        for place, (position, pattern) in enumerate(owner):
            row += [*(link[name] for name in pattern), slot[position]]
            column += [first + place] * (len(pattern) + 1)
            value += [*(-count for count in pattern.values()), 1.0]
        picks = len(owner)
        empty = sp.csc_array((len(matrix.row_lower), picks))
        names = [("pick", place) for place in range(picks)]
        wider = matrix.extended(np.zeros(picks), empty, np.zeros(picks), np.ones(picks), names)
        links = sp.csr_array((value, (row, column)), shape=(rows, first + picks))
        level = np.concatenate([np.zeros(len(link)), np.ones(len(slot))])
        return wider.with_rows(links, level, level, [("link", place) for place in range(rows)]), owner, first


def batch_prices(matrix: Matrix, duals: FloatArray) -> Prices:
    """What one more request that waits at a slot's end saves there, USD, by backlog: its coefficient times the row's dual."""
    rows: NDArray[np.int64] = matrix.rows.positions("batch_balance")
    row_of = {index: row for row, (_, index) in zip(rows.tolist(), matrix.rows.take(rows), strict=True)}
    at = matrix.columns.positions("backlog")
    own = np.array([row_of.get(index, -1) for _, index in matrix.columns.take(at)], dtype=np.int64)
    kept = own >= 0
    at, own = at[kept], own[kept]
    weights = sp.csr_array(matrix.a)[own, at] if len(at) else np.zeros(0)
    return dict(zip(matrix.columns.take(at), (np.asarray(weights).ravel() * duals[own]).tolist(), strict=True))
