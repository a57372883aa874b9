"""Branch and bound over whole purchases against HiGHS' MILP on the same matrix, and against arithmetic on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from solver.solve.coarse.branch import Branched, Branching
from solver.solve.coarse.dive import Orders, fix_counts
from solver.solve.coarse.master import CoarseMaster
from solver.solve.highs import Limits, run_highs
from solver.solve.matrix import FloatArray
from solver.solve.progress import Cancel
from solver.solve.slotwise.master import Relaxed

from .markets import Market, Offered, market, random_market

SEEDS = 20
RELATIVE = 1e-6


class Search:
    """A search of a market, every bound that it told; `stop_at`: its one-thread LPs are cut short at that solve, once."""

    def __init__(
        self,
        own: Market,
        masters: int = 1,
        best: FloatArray | None = None,
        stop_at: int | None = None,
        kind: type[Stopping] | None = None,
    ) -> None:
        sums = [own.orders.buy[places] for places in own.orders.sums]
        made = [(kind or Stopping)(own, sums, stop_at) for _ in range(masters)]
        root = made[0].solve()
        assert root is not None
        basis = made[0].basis()
        known = None if best is None else fix_counts(made[0], own.orders, best)
        made[0].armed = True
        self.own, self.root, self.bounds = own, root.objective, [root.objective]
        self.branching = Branching(made, own.orders, root, basis, known, Cancel())

    def run(
        self, gap: float = 0.0, ceiling: float = np.inf, stop: Callable[[float], bool] = lambda bound: False
    ) -> Branched:
        """Go on with it."""

        def tell(bound: float) -> bool:
            self.bounds.append(bound)
            return stop(bound)

        return self.branching.run(gap, ceiling, tell)


class Stopping(CoarseMaster):
    """One whose solve number `stop_at`, counted from when it is armed, ends without an answer."""

    def __init__(self, own: Market, sums: list[NDArray[np.int64]], stop_at: int | None) -> None:
        super().__init__(own.matrix, 60.0, Cancel(), sums)
        self._left, self.armed, self._stopped = stop_at, False, False

    def solve(self) -> Relaxed | None:
        """As ever, save once."""
        if self.armed and self._left is not None:
            self._left -= 1
        self._stopped = self._left == 0
        if self._stopped:
            self._left = None
            return None
        return super().solve()

    @property
    def infeasible(self) -> bool:
        """A stop proves nothing."""
        return not self._stopped and super().infeasible


class Between(Stopping):
    """One whose solve number `stop_at` ends half a server off, as another vertex of the same cost might."""

    def solve(self) -> Relaxed | None:
        """As ever, save once."""
        found = super().solve()
        if not self._stopped:
            return found
        self._stopped = False
        found = super().solve()
        return (
            None
            if found is None
            else replace(found, values=np.where(self.matrix.integer, found.values + 0.5, found.values))
        )


def optimum(own: Market) -> float | None:
    """By HiGHS."""
    return run_highs(own.matrix, Limits(relative_gap=1e-9)).termination.objective


def faults(own: Market, search: Search, found: Branched, best: float | None) -> list[str]:
    """What is wrong with an ended search, in words."""
    if best is None:
        return [] if found.best is None and found.ended else [f"purchases for an infeasible market: {found}"]
    if found.best is None:
        return ["no purchases"]
    slack = RELATIVE * abs(best)
    wrong = [] if abs(found.best.objective - best) <= slack else [f"{found.best.objective} instead of {best}"]
    wrong += [f"bound {bound} above {best}" for bound in search.bounds if bound > best + slack]
    fell = np.diff(search.bounds) < -slack
    wrong += ["a bound fell"] if fell.any() else []
    counts = found.best.values[own.orders.buy]
    whole = np.round(counts)
    odd = (np.abs(counts - whole) > 1e-5) | ((whole > 0) & (whole < own.orders.least))
    places, told = own.orders.implied(whole)
    same = not len(places) or np.allclose(found.best.values[places], told, atol=1e-5)
    return wrong if not odd.any() and same else [*wrong, f"counts {counts}"]


@pytest.mark.parametrize("masters", [1, 2])
def test_same_optimum_as_highs(masters: int) -> None:
    """Bounds rise to it from below; one solver or two end at the same cost."""
    wrong = []
    for seed in range(SEEDS):
        own = random_market(seed)
        search = Search(own, masters)
        found = search.run()
        wrong += [f"seed {seed}: {line}" for line in faults(own, search, found, optimum(own))]
        assert found.ended
        assert found.best is None or found.bound == pytest.approx(found.best.objective, rel=RELATIVE)
    assert not wrong, "\n".join(wrong)


def test_markets_need_the_search() -> None:
    """Guards the test above: most relaxations are well below the optimum, and minimums, tiers and several stages occur."""
    markets = [random_market(seed) for seed in range(SEEDS)]
    roots = [Search(own).root for own in markets]
    best = [optimum(own) for own in markets]
    assert sum(b is not None and root < b * (1 - 1e-3) for root, b in zip(roots, best, strict=True)) > SEEDS / 2
    assert sum(bool(own.orders.order) for own in markets) > SEEDS / 4
    assert sum(bool(own.orders.tier) for own in markets) > SEEDS / 4
    assert sum(bool(own.orders.sums) for own in markets) > SEEDS / 4


@pytest.mark.parametrize("seed", range(6))
def test_stopped_before_every_step(seed: int) -> None:
    """A search told to stop before each of its steps and begun anew ends at the same optimum, its bound valid all along."""
    own = random_market(seed)
    search = Search(own)
    for _ in range(10_000):
        steps = iter([False])
        found = search.run(stop=lambda bound, steps=steps: next(steps, True))  # type: ignore[misc]
        if found.ended:
            break
        assert found.best is None or found.bound <= found.best.objective
    assert not faults(own, search, found, optimum(own))


@pytest.mark.parametrize("masters", [1, 2])
def test_an_lp_cut_short_loses_no_node(masters: int) -> None:
    """Whichever LP ends without an answer: the bound stays valid, and going on ends at the optimum."""
    own = random_market(3)
    best = optimum(own)
    assert best is not None
    for at in range(1, 40):
        search = Search(own, masters, stop_at=at)
        first = search.run()
        assert first.bound <= best * (1 + RELATIVE)
        found = search.run()
        assert found.ended
        assert not faults(own, search, found, best)
    cut = Search(own, masters, stop_at=1).run()
    assert not cut.ended


def test_a_solution_between_whole_numbers_is_never_taken() -> None:
    """Whichever LP, that of the node about to be taken among them, shows another vertex."""
    own = random_market(3)
    best = optimum(own)
    for at in range(1, 30):
        search = Search(own, stop_at=at, kind=Between)
        assert not faults(own, search, search.run(), best)


def test_gap_first_wide_then_none() -> None:
    """A search that ended within a wide gap of what was known goes on to the optimum when asked for none."""
    wide = 0
    for seed in range(SEEDS // 2):
        own = random_market(seed)
        best, cheapest = optimum(own), Search(own).run().best
        if best is None or cheapest is None:
            continue
        dearer = np.round(cheapest.values[own.orders.buy])
        dearer[0] = max(dearer[0] + 1, own.orders.least[0])
        search = Search(own, best=dearer)
        first = search.run(gap=0.3)
        assert first.ended and first.best is not None
        assert first.bound >= first.best.objective * 0.7 - 1e-6
        wide += first.best.objective > best * (1 + 1e-4)
        assert not faults(own, search, search.run(), best)
    assert wide > 5


def test_ceiling() -> None:
    """Nothing below it: the bound reaches it and stays valid. Lifted later, the search goes on to the optimum."""
    for seed in range(12):
        own = random_market(seed)
        best = optimum(own)
        if best is None:
            continue
        search = Search(own)
        ceiling = 0.5 * (search.root + best)
        found = search.run(ceiling=ceiling)
        assert found.ended
        assert ceiling * (1 - RELATIVE) <= found.bound <= best * (1 + RELATIVE)
        assert not faults(own, search, search.run(), best)


def test_known_purchases_are_kept_where_none_are_better() -> None:
    """Given the optimum, the search proves it; given something dearer, it finds the optimum."""
    own = random_market(5)
    best = optimum(own)
    first = Search(own).run().best
    assert best is not None and first is not None
    counts = np.round(first.values[own.orders.buy])
    for known in (counts, np.maximum(counts, own.orders.least)):
        search = Search(own, best=known)
        assert not faults(own, search, search.run(), best)


def test_minimum_order_by_hand() -> None:
    """Demand 1 from servers at 10 USD, three at least, or calls at 12 USD; 100 USD are due anyway.

    Relaxed: one server by a third of an order, 110. No order: one call, 112. An order: three servers, 130. So the bound goes
    from 110 to 112 in one step, and the second takes the plan of calls alone.
    """
    search = Search(market([Offered((10.0,), 1.0, least=3)], [1.0], 12.0))
    found = search.run()
    assert search.bounds == pytest.approx([110.0, 110.0, 112.0, 112.0])
    assert found.best is not None
    assert found.best.objective == pytest.approx(112.0)


def test_sum_of_orders_by_hand() -> None:
    """Demand 1.5 in the second of two stages, servers at 10 USD in either, calls at 30 USD; 100 USD are due anyway.

    Relaxed: 1.5 servers in any mix of the stages, 115. At most one in both: one and .5 calls, 100 + 10 + 15 = 125. Two: 120.
    """
    own = market([Offered((10.0, 10.0), 1.0)], [0.0, 1.5], 30.0)
    assert [places.tolist() for places in own.orders.sums] == [[0, 1]]
    search = Search(own)
    assert search.root == pytest.approx(115.0)
    found = search.run()
    assert found.bound == pytest.approx(120.0)
    assert found.best is not None
    assert found.best.values[own.orders.buy].sum() == pytest.approx(2.0)


def test_costs_below_zero_end_within_the_gap() -> None:
    """With an offset of -1000 USD a gap is a share of the cost's size, whatever its sign."""
    own = random_market(5)
    shifted = Market(replace(own.matrix, offset=-1000.0), own.orders)
    best = optimum(shifted)
    assert best is not None and best < 0
    cheapest = Search(shifted).run().best
    assert cheapest is not None
    dearer = np.round(cheapest.values[own.orders.buy])
    dearer[0] = max(dearer[0] + 1, own.orders.least[0])
    search = Search(shifted, best=dearer)
    assert best < search.run(gap=0.5).bound + 0.5 * abs(best)
    assert len(search.bounds) == 2, "no step was needed"
    assert not faults(shifted, search, search.run(), best)


def test_a_discount_is_split_before_counts() -> None:
    """A: 10 USD, 5 from 8 servers on; B: 7 USD. 4.5 servers are needed, 1,000 may be bought, a call costs 100.

    The relaxation has A at 5.0225 with 4.5 / 1,000 of the tier. Seven at most: 4.5 x 7 = 31.5. Eight at least: 8 x 5 = 40.
    With counts first, five A at 5.025 or four and half a B, 4 x 5.02 + 3.5 = 23.6, would be all after one step. The optimum is 5 B.
    """
    tiers = ((1, 1.0), (8, 0.5))
    own = market([Offered((10.0,), 1.0, tiers=tiers), Offered((7.0,), 1.0)], [4.5], 100.0, stock=1000)
    search = Search(own)
    assert search.root == pytest.approx(100 + 22.5, abs=0.2)
    assert search.run(stop=lambda bound: len(search.bounds) > 2).bound >= 100 + 31.5 - 1e-6
    found = search.run()
    assert found.best is not None and found.best.objective == pytest.approx(100 + 35)


@pytest.mark.parametrize(
    ("lower", "upper", "same", "told"),
    [
        (0, 0, [True, True, True], [0, 0, 0]),
        (0, 2, [False, False, True], [0, 0, 0]),
        (1, 2, [True, True, True], [1, 1, 0]),
        (1, 3, [True, False, False], [1, 0, 0]),
        (3, 9, [True, True, True], [1, 0, 1]),
    ],
)
def test_what_a_box_of_counts_settles(lower: int, upper: int, same: list[bool], told: list[int]) -> None:
    """An order with tiers of 1 to 2 and of 3 servers or more, by the counts that a box allows."""
    orders = Orders(np.array([0]), np.ones(1), np.zeros(1, dtype=np.int64), {0: 1}, {0: [(2, 1), (3, 3)]})
    settled, values = orders.settled(np.array([float(lower)]), np.array([float(upper)]))
    assert settled.tolist() == same
    assert values[settled].tolist() == [float(value) for value, known in zip(told, same, strict=True) if known]
