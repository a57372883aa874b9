"""Plans of a day by patterns of its slots, on random tiny problems with batch work: against the day's exact MILP."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from solver.decisions import Decisions
from solver.finance.activities import Activities
from solver.finance.ledger import ledger
from solver.model.assembly import assembled
from solver.model.assembly.template import Template
from solver.model.names import Name
from solver.plan.verify import verify
from solver.solve.coarse.days import COUNTS, STANDING, Day, Pairs, on_pairs, pairs_of
from solver.solve.coarse.fixing import fixed, named
from solver.solve.coarse.patterns import Patterns
from solver.solve.coarse.thinning import needed_in_relaxation, with_lines
from solver.solve.highs import Limits, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel

from .tiny import Tiny, problem

WAITING = (54, 72, 76, 212, 346, 387)
"""Seeds of days that cost more where all batch work is done at once."""
SEEDS = (0, 43, 86, 129, 172, 258, 344, *WAITING)
ROUNDS = 2
WORK = 4.0
MASTER_GAP = 4e-4
RELATIVE = 1e-6
CANCEL = Cancel()


@dataclass(frozen=True)
class Bought:
    """A problem, its optimal purchases and what they and the whole plan cost, USD."""

    tiny: Tiny
    standing: dict[Name, float]
    purchases: float
    optimum: float


def days_of(template: Template, standing: dict[Name, float]) -> list[Day]:
    """Slots of one stage and day type; every stress slot alone."""
    tables = template.tables
    thin = with_lines(template, needed_in_relaxation(tables))
    at: dict[tuple[int, str], list[int]] = {}
    for position, (stage, number) in enumerate(zip(tables.moments.stage, tables.moments.slot, strict=True)):
        name = tables.resolved.slots[number].day if tables.regular_slot[number] else f"slot {number}"
        at.setdefault((int(stage), name), []).append(position)
    return [Day(template, thin, np.array(positions), standing) for positions in at.values()]


@cache
def bought(seed: int) -> Bought:
    """A problem with its optimal purchases."""
    tiny = problem(seed)
    planning = assembled(tiny.resolved, tiny.candidates)
    exact = run_highs(planning.matrix, Limits(relative_gap=1e-9))
    assert exact.values is not None and exact.termination.objective is not None
    whole = np.where(planning.matrix.integer, np.round(exact.values), exact.values)
    standing = named(planning.matrix, whole, STANDING)
    purchases = float(planning.matrix.cost @ np.where(planning.matrix.columns.is_a(*STANDING), whole, 0.0))
    return Bought(tiny, standing, purchases + planning.matrix.offset, exact.termination.objective)


def planned(own: Bought) -> list[Day]:
    """Its days, every one with a plan in which all batch work is done at once where that is possible."""
    days = days_of(assembled(own.tiny.resolved, own.tiny.candidates).template, own.standing)
    for day in days:
        assert day.relax(None, CANCEL) is not None
        at_once = run_highs(fixed(day.part(day.template, day.at, tight=False), {}, ("backlog",)), Limits())
        if at_once.values is None:
            assert day.plan(1e-6, WORK, CANCEL) is not None
            continue
        matrix = day.part(day.template, day.at, tight=False)
        counts: dict[int, dict[Name, float]] = {position: {} for position in day.at.tolist()}
        for name, value in named(matrix, np.round(at_once.values), COUNTS, 0.5).items():
            position = next(position for position in counts if day.key(position) == name[1][-2:])
            counts[position][name] = value
        assert day.take(counts, CANCEL) is not None
    return days


def tied(seeds: Iterable[int]) -> Iterator[Day]:
    """Days whose slots batch work ties together."""
    for seed in seeds:
        yield from (day for day in planned(bought(seed)) if day.ties)


def least_cost(day: Day, pairs: Pairs | None = None) -> float:
    """Of the day's MILP, on some pairs or on all, USD."""
    template = day.template if pairs is None else on_pairs(day.template, pairs)
    ended = run_highs(day.part(template, day.at, tight=False), Limits(relative_gap=1e-9)).termination
    assert ended.objective is not None
    return ended.objective


def slack(usd: float) -> float:
    return RELATIVE * max(1.0, abs(usd))


def cost(day: Day) -> float:
    """Of the day's plan, USD."""
    assert day.best is not None
    return day.best.cost


def offered(day: Day) -> Pairs:
    """Pairs that patterns of the day are made of."""
    assert day.best is not None
    return day.used | pairs_of(day.best.counts)


def test_bound_and_plan_enclose_the_optimum() -> None:
    """Round by round the bound rises and stays below the day's optimum on the same pairs; the plan's cost falls and stays above."""
    raised = 0
    for day in tied(SEEDS):
        optimum, on_same = least_cost(day), least_cost(day, offered(day))
        patterns = Patterns(day)
        least, dearest, relaxed = patterns.least, cost(day), patterns.least
        for _ in range(ROUNDS):
            patterns.price(1e-9, WORK, CANCEL)
            patterns.choose(WORK, CANCEL)
            assert least <= patterns.least <= on_same + slack(on_same)
            assert optimum - slack(optimum) <= cost(day) <= dearest
            least, dearest = patterns.least, cost(day)
        raised += least > relaxed + slack(relaxed)
    assert raised > 5, "the bound is seldom better than the relaxation's"


def test_batch_work_is_shifted_by_patterns_alone() -> None:
    """From plans that do all at once to the day's optimum, within the gap of the choice, all but one that needs other patterns."""
    dear, reached = 0, 0
    for day in tied(WAITING):
        before, optimum = cost(day), least_cost(day, offered(day))
        if before <= optimum * (1 + 1e-3):
            continue
        patterns = Patterns(day)
        for _ in range(ROUNDS):
            patterns.price(1e-9, WORK, CANCEL)
            patterns.choose(WORK, CANCEL)
        assert cost(day) < before
        dear += 1
        reached += cost(day) <= optimum * (1 + MASTER_GAP)
    assert dear > 6
    assert reached >= dear - 1


def test_bound_holds_at_any_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices cancel around the day: drawn at random, of both signs, they still give a bound."""
    draw = random.Random(7)

    def any_price(matrix: Matrix, duals: FloatArray) -> dict[Name, float]:
        return {name: draw.uniform(-scale, scale) for name in matrix.columns.take(matrix.columns.positions("backlog"))}

    monkeypatch.setattr("solver.solve.coarse.patterns.batch_prices", any_price)
    for day in tied(WAITING):
        optimum = least_cost(day, offered(day))
        relaxed = day.least
        arrivals = float(day.relaxation.matrix.col_upper[day.relaxation.matrix.columns.positions("backlog")].sum())
        scale = optimum / max(arrivals, 1.0)
        day.least = -np.inf
        for _ in range(ROUNDS):
            patterns = Patterns(day)
            patterns.price(1e-9, WORK, CANCEL)
            assert -np.inf < patterns.least <= optimum + slack(optimum)
        day.least = relaxed


def test_plans_by_patterns_verify() -> None:
    """All days together, those with batch work by patterns: the verifier accepts plan and cost."""
    for seed in WAITING:
        own = bought(seed)
        days = planned(own)
        for day in days:
            if day.ties:
                patterns = Patterns(day)
                patterns.price(1e-9, WORK, CANCEL)
                patterns.choose(WORK, CANCEL)
        found = decisions(own, days)
        usd = own.purchases + sum(cost(day) for day in days)
        resolved, candidates = own.tiny.resolved, own.tiny.candidates
        streams = ledger(resolved, candidates, found, Activities(resolved)).by_stream()
        told = {str(stream): value for stream, value in streams.items()}
        verdict = verify(resolved, candidates, found, objective=usd, by_stream=told)
        assert verdict.passed, f"seed {seed}: {verdict}"
        assert usd >= own.optimum - slack(own.optimum)


def decisions(own: Bought, days: list[Day]) -> Decisions:
    """Purchases and the plans of all days."""
    found = Decisions()
    parts: dict[str, dict[Any, float]] = {"serve": found.serve, "call": found.call, "backlog": found.backlog}
    found.buy.update({index: round(value) for (name, index), value in own.standing.items() if name == "buy"})
    for day in days:
        assert day.best is not None
        for (name, index), value in day.best.counts.items():
            (found.run if name == "run" else found.rent)[index] = round(value)
        for (name, index), value in day.best.flows.items():
            parts[name][index] = value
    return found
