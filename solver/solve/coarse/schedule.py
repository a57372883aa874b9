"""All days of all stages with purchases made: together they are a plan, which is improved day by day."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import closing
from typing import Any

import numpy as np

from solver.decisions import Decisions
from solver.model.assembly.template import Template
from solver.model.names import Name
from solver.solve.coarse.buying import Purchases
from solver.solve.coarse.days import Day, Planned
from solver.solve.coarse.patterns import Patterns
from solver.solve.coarse.search import Search
from solver.solve.progress import Cancel

SLOT_WORK = 4.0
"""Nominal seconds that one slot's MILP may take."""
PATTERNS_WORK = 1.0
"""Nominal seconds that the choice among a day's patterns may take."""
FIRST_ROUNDS = 3
"""Rounds of patterns of a day before the first choice among them; later visits have one, or a pass over its slots."""
HARD_SLOT_WORK = 0.03
"""Nominal seconds of a slot in the first pass beyond which another pass gains more than patterns do: L (0.036), not M (0.023)."""
LEAST_GAIN = 0.02
"""Share of the open gap that a pass over the days must close for another to follow."""
LEAST_LOSS = 0.01
"""Share of the open gap that a day must stand to gain to be planned again."""
HEADROOM_SECONDS = 15.0
"""Real seconds for the routing with the most headroom; days that it does not come to keep theirs."""
SLOT_SHARE = 0.5
"""Share of the gap asked for that slots may leave open altogether."""
FIRST_SLACK = 4.0
"""How many times as much they may leave open in a day's first pass: a start for patterns need not be good."""


class Schedule:
    """The days of one set of purchases. `thin`: the template with the lines that a relaxation needs."""

    def __init__(self, template: Template, thin: Template, purchases: Purchases, search: Search) -> None:
        self.purchases, self._template, self._search = purchases, template, search
        self._days = _days_of(template, thin, purchases)
        self._patterns: dict[Day, Patterns] = {}
        self._visits: dict[Day, int] = {}
        self._passes_first = False

    def planned(self, workers: ThreadPoolExecutor) -> bool:
        """Plan every day; whether that is the best plan so far."""

        def relax(day: Day) -> bool:
            stage = int(self._template.tables.moments.stage[day.at[0]])
            pairs = self.purchases.pairs.get(stage, frozenset())
            return day.relax(pairs, self._search.stop) is not None or day.relax(None, self._search.stop) is not None

        planned = all(workers.map(relax, self._days)) and all(workers.map(self._pass, self._days))
        work = sum(day.work for day in self._days)
        self._passes_first = work > HARD_SLOT_WORK * len(self._template.tables.moments)
        self._search.work += work / self._search.limits.threads
        return planned and self._take()

    def improve(self, workers: ThreadPoolExecutor, leave: Callable[[], bool]) -> None:
        """Plan days anew, those first that lose most, until the gap is reached, too little of it is gained or `leave` says so."""
        while True:
            before, gap, again = self._search.best.objective, self._search.gap, bool(self._visits)
            worst = [day for day in self._days if self._loss(day) > LEAST_LOSS * gap]
            worst.sort(key=lambda day: (self._visits.get(day, 0), -self._loss(day)))
            with closing(self._each(worst, workers)) as ended:
                for _ in ended:
                    self._take()
                    if self._search.done or leave():
                        break
            self._take()
            after = self._search.best.objective
            little = before is None or after is None or before - after <= LEAST_GAIN * self._search.gap
            if self._search.done or leave() or not worst or (little and again):
                return

    def spread(self) -> None:
        """The plan's routing with the most headroom, day by day."""
        until = time.monotonic() + HEADROOM_SECONDS

        def one(day: Day) -> Planned | None:
            left = until - time.monotonic()
            return day.best if left <= 0 or self._search.cancel.asked else day.spread(left)

        with ThreadPoolExecutor(max(1, self._search.limits.threads)) as workers:
            found = [part for part in workers.map(one, self._days) if part is not None]
        if len(found) == len(self._days):
            self._search.best.decisions = _decisions(self._search.best.standing, found)

    def _loss(self, day: Day) -> float:
        least = self._patterns[day].least if day in self._patterns else day.least
        return np.inf if day.best is None else day.best.cost - least

    def _pass(self, day: Day, stop: Cancel | None = None) -> bool:
        """One pass over the slots of a day; whether it has a plan."""
        slack = self._slot_gap() * (FIRST_SLACK if day.best is None else 1.0)
        return not self._search.out_of_time and day.plan(slack, SLOT_WORK, stop or self._search.stop) is not None

    def _visit(self, day: Day, stop: Cancel) -> None:
        """Patterns at new prices and a choice among them; every other time slots at the plan's own targets instead of prices.

        Where slots are hard, their targets come first: fewer patterns can be had for the work, and each fits fewer others.
        """
        if stop.asked:
            return
        if not day.ties:
            self._pass(day, stop)
            return
        patterns = self._patterns.setdefault(day, Patterns(day))
        visit = self._visits.get(day, 0)
        if visit % 2 == int(not self._passes_first):
            self._pass(day, stop)
        else:
            for _ in range(1 if visit > 1 else FIRST_ROUNDS):
                patterns.price(self._slot_gap(), SLOT_WORK, stop)
        if not stop.asked:
            patterns.choose(PATTERNS_WORK, stop)
        self._visits[day] = visit + 1

    def _slot_gap(self) -> float:
        """What a slot may leave open, USD."""
        bound = self._search.best.bound or 1.0
        return SLOT_SHARE * self._search.limits.relative_gap * abs(bound) / max(1, len(self._template.tables.moments))

    def _each(self, days: list[Day], workers: ThreadPoolExecutor) -> Generator[None, None, None]:
        """Visit days, as many side by side as there are workers, and say after each; who stops listening stops those under way."""
        search = self._search
        stop = Cancel(parent=search.stop)
        before = sum(day.work for day in days)
        try:
            if search.limits.threads == 1:
                for day in days:
                    self._visit(day, stop)
                    yield
            else:
                started = [workers.submit(self._visit, day, stop) for day in days]
                try:
                    for ended in as_completed(started):
                        ended.result()
                        yield
                finally:
                    stop.ask()
                    wait(started)
        finally:
            search.work += (sum(day.work for day in days) - before) / search.limits.threads

    def _take(self) -> bool:
        """Keep a plan that is complete and better than what there is; whether it is."""
        found = [day.best for day in self._days if day.best is not None]
        objective = self.purchases.cost + sum(part.cost for part in found)
        best = self._search.best.objective
        if len(found) < len(self._days) or (best is not None and objective >= best):
            return False
        self._search.better_plan(_decisions(self.purchases.standing, found), objective, self.purchases.standing)
        return True


def _days_of(template: Template, thin: Template, purchases: Purchases) -> list[Day]:
    """Every day type of every stage, and stress slots alone."""
    tables = template.tables
    moments = tables.moments
    name = np.array(
        [
            slot.day if regular else f"{slot.index}"
            for slot, regular in zip(tables.resolved.slots, tables.regular_slot, strict=True)
        ]
    )
    keys = list(zip(moments.stage.tolist(), name[moments.slot].tolist(), strict=True))
    return [
        Day(template, thin, np.array([at for at, other in enumerate(keys) if other == key]), purchases.standing)
        for key in dict.fromkeys(keys)
    ]


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
