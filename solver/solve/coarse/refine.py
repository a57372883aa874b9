"""From coarse to fine.

    1  the relaxation with few representative slots        -> proven bound; purchases by diving, then by branch and bound
    2  every day of every stage with those purchases       -> a plan
    3  the relaxation with all slots, where there is time   -> better bound; purchases again, and a plan where they pay
    4  patterns of the slots, the days first that lose most -> a better plan

The bound is that of a relaxation of the exact problem, the plan is feasible for it. What to do next and when to stop is decided by
work (`solver/solve/work.py`), so that with one thread a solve gives the same plan on every machine unless real time ends a part of it:
its own limit, HEADROOM_SECONDS (see `schedule.py`), or a minute for a single LP or MILP of a day. With more threads, 3 begins beside the
search for purchases in 1, and 4 does not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from solver.model.assembly.template import Template
from solver.solve.coarse.buying import COARSE_COLUMNS, Buying, Level, Purchases
from solver.solve.coarse.first import by_calls
from solver.solve.coarse.schedule import Schedule
from solver.solve.coarse.search import Refined, Search
from solver.solve.highs import Limits
from solver.solve.progress import Cancel, Listener
from solver.solve.slotwise.master import Relaxed

PURCHASES_SHARE = (0.05, 0.25)
"""Share of the work left that purchases may take, on the coarse model and on the whole."""
WHOLE_LP_SHARE = 0.2
"""Share of the work left that the whole relaxation may be expected to take."""
LP_EXPONENT = 1.5
"""How the work of an LP grows with its columns."""
REPLAN_SHARE = 0.1
"""Share of the open gap that other purchases must save in the relaxation to be planned with."""
SWITCH_SECONDS = 3e-4
"""How long a thread may hold Python: with the usual 5 ms, two threads take a quarter longer."""

Bought = tuple[Level, Relaxed]
"""A relaxation and the best purchases found on it."""


class Refinement:
    """One solve. With several threads, purchases on the whole relaxation are found beside the first days."""

    def __init__(
        self,
        template: Template,
        limits: Limits,
        phase: str,
        listener: Listener,
        cancel: Cancel,
        *,
        headroom: bool = False,
    ) -> None:
        self._search = Search(limits, phase, listener, cancel)
        self._template, self._headroom = template, headroom
        self._buying = Buying(template, self._search)
        self._purchases: Purchases | None = None
        self._schedule: Schedule | None = None

    def run(self) -> Refined:
        """Work until the gap is reached, the time is over or nothing more is gained."""
        search = self._search
        first = by_calls(self._template)
        if first is not None and self._buying.may_buy_nothing:
            search.better_plan(first.decisions, first.objective, {})
        with _prompt_threads():
            self._refine()
            if self._headroom and self._schedule is not None and not search.cancel.asked:
                self._schedule.spread()
        return search.best

    def _refine(self) -> None:
        buying, search = self._buying, self._search
        level = buying.level(COARSE_COLUMNS)
        if level is None or search.done:
            return
        growth = len(buying.matrix.cost) / len(level.coarse.matrix.cost)
        fits = level.master.work * growth**LP_EXPONENT <= WHOLE_LP_SHARE * search.work_left
        with ThreadPoolExecutor(max(1, search.limits.threads)) as workers:
            beside = workers.submit(self._bought_whole) if fits and search.limits.threads > 1 else None
            found = buying.buy(level, buying.dived(level), PURCHASES_SHARE[0], alone=beside is None)
            if found is not None:
                self._purchases = buying.purchases(level.coarse, found.values)
                self._plan(self._purchases, workers)
            better = None
            if beside is not None:
                better = self._meanwhile(beside, workers)
            elif fits and not search.done:
                better = self._worth_planning(self._bought_whole())
            if better is not None:
                self._plan(better, workers)
            self._again(workers, lambda: False)

    def _meanwhile(self, beside: Future[Bought | None], workers: ThreadPoolExecutor) -> Purchases | None:
        """Improve the plan until better purchases are known, if there are any."""
        told: list[Purchases | None] = []

        def leave() -> bool:
            if not told and beside.done():
                told.append(self._worth_planning(beside.result()))
            return told != [] and told[0] is not None

        self._again(workers, leave)
        return told[0] if told else self._worth_planning(beside.result())

    def _bought_whole(self) -> Bought | None:
        """A better bound from the whole relaxation, and the best purchases there."""
        buying = self._buying
        level = buying.level(None)
        if level is None or self._search.done:
            return None
        known = self._purchases
        start = buying.dived(level) if known is None else buying.with_purchases(level, known)
        found = buying.buy(level, start, PURCHASES_SHARE[1], alone=self._search.limits.threads == 1)
        return None if found is None else (level, found)

    def _worth_planning(self, bought: Bought | None) -> Purchases | None:
        """Purchases found on the whole relaxation, where they save enough of the gap there."""
        if bought is None or self._search.done:
            return None
        buying, (level, found) = self._buying, bought
        planned = None if self._schedule is None else buying.with_purchases(level, self._schedule.purchases)
        if planned is not None and planned.objective - found.objective <= REPLAN_SHARE * self._search.gap:
            return None
        return buying.purchases(level.coarse, found.values)

    def _plan(self, purchases: Purchases, workers: ThreadPoolExecutor) -> None:
        """A schedule for purchases; the better one is kept."""
        schedule = Schedule(self._template, self._buying.thin, purchases, self._search)
        if schedule.planned(workers):
            self._schedule = schedule

    def _again(self, workers: ThreadPoolExecutor, leave: Callable[[], bool]) -> None:
        if self._schedule is not None and not self._search.done:
            self._schedule.improve(workers, leave)


@contextmanager
def _prompt_threads() -> Iterator[None]:
    """Threads give way to one another at once: HiGHS asks Python whether to stop thousands of times a second, in every thread."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
