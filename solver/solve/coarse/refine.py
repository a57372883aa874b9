"""From coarse to fine.

    1  the relaxation with few representative slots        -> proven bound; purchases by diving, then by branch and bound
    2  every day of every stage with those purchases       -> a plan
    3  the relaxation with all slots, where there is time   -> better bound; purchases again, and a plan where they pay
    4  patterns of the slots, the days first that lose most -> a better plan

The bound is that of a relaxation of the exact problem, the plan is feasible for it. What to do next and when to stop is decided by
work (`solver/solve/work.py`), so that with one thread a solve gives the same plan on every machine unless real time ends a part of it:
its own limit, HEADROOM_SECONDS, or a minute for a single LP or MILP of a day.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from typing import Any

import numpy as np

from solver.decisions import Decisions
from solver.model.assembly.template import Template
from solver.model.names import Name
from solver.solve.coarse.buying import Buying, Purchases
from solver.solve.coarse.days import Day, Planned
from solver.solve.coarse.first import by_calls
from solver.solve.coarse.patterns import Patterns
from solver.solve.coarse.search import Refined, Search
from solver.solve.highs import Limits
from solver.solve.progress import Cancel, Listener

COARSE_COLUMNS = 40_000
"""About how many columns the coarse model has."""
SLOT_WORK = 4.0
"""Nominal seconds that one slot's MILP may take."""
PATTERNS_WORK = 1.5
"""Nominal seconds that the choice among a day's patterns may take."""
FIRST_ROUNDS = 3
"""Rounds of patterns of a day before the first choice among them; later visits have one, or a pass over its slots."""
LEAST_GAIN = 0.02
"""Share of the open gap that a pass over the days must close for another to follow."""
LEAST_LOSS = 0.01
"""Share of the open gap that a day must stand to gain to be planned again."""
PURCHASES_SHARE = (0.05, 0.25)
"""Share of the work left that purchases may take, on the coarse model and on the whole."""
WHOLE_LP_SHARE = 0.25
"""Share of the work left that the whole relaxation may be expected to take."""
LP_EXPONENT = 1.5
"""How the work of an LP grows with its columns."""
REPLAN_SHARE = 0.1
"""Share of the open gap that other purchases must save in the relaxation to be planned with."""
SWITCH_SECONDS = 3e-4
"""How long a thread may hold Python: with the usual 5 ms, two threads take a quarter longer."""
HEADROOM_SECONDS = 15.0
"""Real seconds for the routing with the most headroom; days that it does not come to keep theirs."""
SLOT_SHARE = 0.25
"""Share of the gap asked for that slots may leave open altogether."""


class Refinement:
    """One solve."""

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
        self._days: list[Day] = []
        self._purchased: Purchases | None = None

    def run(self) -> Refined:
        """Work until the gap is reached, the time is over or nothing more is gained."""
        search = self._search
        first = by_calls(self._template)
        if first is not None and self._buying.may_buy_nothing:
            search.better_plan(first.decisions, first.objective, {})
        with _prompt_threads():
            self._refine()
            if self._headroom and self._days and not search.cancel.asked:
                self._spread()
        return search.best

    def _refine(self) -> None:
        buying, search = self._buying, self._search
        level = buying.level(COARSE_COLUMNS)
        if level is None or search.done:
            return
        growth = len(buying.matrix.cost) / len(level.coarse.matrix.cost)
        whole = level.master.work * growth**LP_EXPONENT
        found = buying.buy(level, buying.dived(level), PURCHASES_SHARE[0])
        if found is not None:
            self._plan(buying.purchases(level.coarse, found.values))
        if not search.done and whole <= WHOLE_LP_SHARE * search.work_left:
            self._on_the_whole()
        if self._purchased is not None and not search.done:
            self._again(self._purchased, self._days)

    def _on_the_whole(self) -> None:
        """A better bound from the whole relaxation, and other purchases where they pay there."""
        buying, search = self._buying, self._search
        level = buying.level(None)
        if level is None or search.done:
            return
        start = None if self._purchased is None else buying.with_purchases(level, self._purchased)
        found = buying.buy(level, start, PURCHASES_SHARE[1])
        if found is None or search.done:
            return
        if start is None or start.objective - found.objective > REPLAN_SHARE * search.gap:
            self._plan(buying.purchases(level.coarse, found.values))

    def _plan(self, purchases: Purchases) -> None:
        """Every day of every stage; together they are a plan."""
        days = self._split(purchases)

        def relax(day: Day) -> bool:
            stage = int(self._template.tables.moments.stage[day.at[0]])
            pairs = purchases.pairs.get(stage, frozenset())
            return day.relax(pairs, self._search.stop) is not None or day.relax(None, self._search.stop) is not None

        def once(day: Day) -> bool:
            return self._once(day, self._search.stop)

        with self._pool() as pool:
            planned = all(pool.map(relax, days)) and all(pool.map(once, days))
        self._search.work += sum(day.work for day in days) / self._search.limits.threads
        if planned:
            self._take(purchases, days)

    def _once(self, day: Day, stop: Cancel) -> bool:
        """One pass over the slots of a day; whether it has a plan."""
        return not self._search.out_of_time and day.plan(self._slot_gap(), SLOT_WORK, stop) is not None

    def _slot_gap(self) -> float:
        """What a slot may leave open, USD."""
        bound = self._search.best.bound or 1.0
        return SLOT_SHARE * self._search.limits.relative_gap * abs(bound) / max(1, len(self._template.tables.moments))

    def _again(self, purchases: Purchases, days: list[Day]) -> None:
        """Plan days anew, those first that lose most, until the gap is reached or too little of it is gained."""
        patterns = {day: Patterns(day) for day in days if day.ties}
        visit = 0

        def loss(day: Day) -> float:
            least = patterns[day].least if day in patterns else day.least
            return np.inf if day.best is None else day.best.cost - least

        def one(day: Day, stop: Cancel) -> None:
            if stop.asked:
                return
            if day not in patterns:
                self._once(day, stop)
                return
            if visit % 2:
                self._once(day, stop)  # slots at the plan's own targets: what prices alone do not lead to
            for _ in range(0 if visit % 2 else 1 if visit else FIRST_ROUNDS):
                patterns[day].price(self._slot_gap(), SLOT_WORK, stop)
            if not stop.asked:
                patterns[day].choose(PATTERNS_WORK, stop)

        while True:
            before, gap = self._search.best.objective, self._search.gap
            worst = sorted((day for day in days if loss(day) > LEAST_LOSS * gap), key=lambda day: -loss(day))
            with closing(self._each(one, worst)) as planned:
                for _ in planned:
                    self._take(purchases, days)
                    if self._search.done:
                        break
            self._take(purchases, days)
            after = self._search.best.objective
            little = before is None or after is None or before - after <= LEAST_GAIN * self._search.gap
            if self._search.done or not worst or (little and visit):
                return
            visit += 1

    def _each(self, one: Callable[[Day, Cancel], None], days: list[Day]) -> Generator[None, None, None]:
        """Plan days, as many side by side as there are threads, and say after each; who stops listening stops those under way."""
        search = self._search
        stop = Cancel(parent=search.stop)
        before = sum(day.work for day in days)
        try:
            if search.limits.threads == 1:
                for day in days:
                    one(day, stop)
                    yield
            else:
                with self._pool() as pool:
                    started = [pool.submit(one, day, stop) for day in days]
                    try:
                        for ended in as_completed(started):
                            ended.result()
                            yield
                    finally:
                        stop.ask()
        finally:
            search.work += (sum(day.work for day in days) - before) / search.limits.threads

    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(1, self._search.limits.threads))

    def _take(self, purchases: Purchases, days: list[Day]) -> None:
        """Keep a plan that is complete and better than what there is."""
        found = [day.best for day in days if day.best is not None]
        objective = purchases.cost + sum(part.cost for part in found)
        if len(found) == len(days) and (self._search.best.objective is None or objective < self._search.best.objective):
            self._purchased, self._days = purchases, days
            self._search.better_plan(_decisions(purchases.standing, found), objective, purchases.standing)

    def _spread(self) -> None:
        """The plan's routing with the most headroom, day by day."""
        until = time.monotonic() + HEADROOM_SECONDS

        def one(day: Day) -> Planned | None:
            left = until - time.monotonic()
            return day.best if left <= 0 or self._search.cancel.asked else day.spread(left)

        with self._pool() as pool:
            found = [part for part in pool.map(one, self._days) if part is not None]
        if len(found) == len(self._days):
            self._search.best.decisions = _decisions(self._search.best.standing, found)

    def _split(self, purchases: Purchases) -> list[Day]:
        tables = self._template.tables
        moments = tables.moments
        name = np.array(
            [
                slot.day if regular else f"{slot.index}"
                for slot, regular in zip(tables.resolved.slots, tables.regular_slot, strict=True)
            ]
        )
        keys = list(zip(moments.stage.tolist(), name[moments.slot].tolist(), strict=True))
        return [
            Day(
                self._template,
                self._buying.thin,
                np.array([at for at, other in enumerate(keys) if other == key]),
                purchases.standing,
            )
            for key in dict.fromkeys(keys)
        ]


@contextmanager
def _prompt_threads() -> Iterator[None]:
    """Threads give way to one another at once: HiGHS asks Python whether to stop thousands of times a second, in every thread."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _decisions(standing: dict[Name, float], days: list[Planned]) -> Decisions:
    found = Decisions()
    flows: dict[str, dict[Any, float]] = {"serve": found.serve, "call": found.call, "backlog": found.backlog}
    for (name, index), value in standing.items():
        if name == "buy":
            found.buy[index] = round(value)
    for day in days:
        for (name, index), value in day.counts.items():
            (found.run if name == "run" else found.rent)[index] = round(value)
        for (name, index), value in day.flows.items():
            flows[name][index] = value
    return found
