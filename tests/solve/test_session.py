"""A session's answers are those of cold solves, whatever changed; nothing is inherited where it does not hold."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle.tiny import problem

from solver.deployments.enumerate import candidates as enumerate_candidates
from solver.instance.load import load_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly import assembled
from solver.model.assembly.layout import lay_out
from solver.plan.verify import verify
from solver.solve.highs import Limits, run_highs
from solver.solve.progress import Cancel, Progress
from solver.solve.run import solve
from solver.solve.session import Kept, Session
from solver.solve.session.inherit import inherited_bound, same_rows
from solver.solve.session.known_candidates import KnownCandidates
from solver.solve.session.mixing import mixed
from solver.solve.session.plans import holds
from solver.solve.session.relaxations import Relaxations, with_whole_purchases
from solver.solve.session.reprice import repriced as repriced_matrix
from solver.solve.session.reprice import same_but_prices
from solver.solve.session.together import Together
from solver.solve.termination import Reason, Termination

INSTANCES = Path(__file__).parents[2] / "instances"
GAP = 1e-4


def repriced(resolved: ResolvedInstance, draw: random.Random) -> ResolvedInstance:
    """Every offer's and endpoint's price times 0.7 to 1.4."""
    offers = []
    for offer in resolved.offers:
        names = ("usd_per_server", "usd_per_hour", "usd_per_server_month")
        changed: dict[str, Any] = {
            name: value * draw.uniform(0.7, 1.4) for name in names if (value := getattr(offer.terms, name, None))
        }
        offers.append(replace(offer, terms=offer.terms.model_copy(update=changed)))
    endpoints = [
        replace(e, usd_per_million_output_tokens=e.usd_per_million_output_tokens * draw.uniform(0.7, 1.4))
        for e in resolved.endpoints
    ]
    return replace(resolved, offers=tuple(offers), endpoints=tuple(endpoints))


def busier(resolved: ResolvedInstance, factor: float) -> ResolvedInstance:
    """All demand times a factor."""
    workloads = [
        replace(workload, level_by_month=tuple(level * factor for level in workload.level_by_month))
        for workload in resolved.workloads
    ]
    return replace(resolved, workloads=tuple(workloads))


def unlimited(resolved: ResolvedInstance) -> ResolvedInstance:
    """Without budgets, so that no row knows a price."""
    return replace(resolved, policy=resolved.policy.model_copy(update={"capex_budget_usd_per_stage": None}))


def limited(resolved: ResolvedInstance, usd: float) -> ResolvedInstance:
    """With a capex budget."""
    return replace(resolved, policy=resolved.policy.model_copy(update={"capex_budget_usd": usd}))


@pytest.mark.parametrize("name", ["smallest", "growth-in-stages"])
def test_changes_cost_what_they_cost_cold(name: str) -> None:
    """Prices up and down, demand, a budget and back: within both gaps of a cold solve, and verified."""
    first = resolve(load_instance(INSTANCES / f"{name}.yaml"))
    draw = random.Random(7)
    session = Session(first)
    changes = [first, *(repriced(first, draw) for _ in range(3)), busier(first, 0.9), limited(first, 1e9), first]
    kept = Counter[Kept]()
    limits = Limits(1e-3, 30.0)
    solved = 0
    for changed in changes:
        kept[session.update(changed)] += 1
        warm = session.solve(limits)
        cold = solve(assembled(changed, enumerate_candidates(changed)), limits)
        assert warm.termination.reason is cold.termination.reason
        if cold.termination.reason is Reason.INFEASIBLE:  # dearer servers may break a budget
            continue
        solved += 1
        assert cold.termination.reason is Reason.OPTIMAL
        assert warm.termination.objective is not None and cold.termination.objective is not None
        assert warm.termination.bound is not None and cold.termination.bound is not None
        assert warm.termination.objective == pytest.approx(cold.termination.objective, rel=2e-3)
        assert warm.termination.bound <= cold.termination.objective * (1 + 1e-9)
        assert cold.termination.bound <= warm.termination.objective * (1 + 1e-9)
        assert warm.decisions is not None
        verdict = verify(changed, session.candidates, warm.decisions, warm.termination.objective, None)
        assert verdict.passed, verdict.violations
    assert solved >= 4
    assert kept[Kept.PLAN] >= 3, kept


def test_other_buckets_are_another_problem() -> None:
    """A latency target changes rates: nothing may be kept."""
    first = resolve(load_instance(INSTANCES / "smallest.yaml"))
    session = Session(first)
    session.solve(Limits(GAP, 30.0))
    workload = first.workloads[0]
    stricter = replace(workload, latency=workload.latency.model_copy(update={"tpot_ms": 5000.0}))
    changed = replace(first, workloads=(stricter, *first.workloads[1:]))
    assert session.update(changed) is Kept.NOTHING
    warm = session.solve(Limits(GAP, 30.0))
    cold = solve(assembled(changed, enumerate_candidates(changed)), Limits(GAP, 30.0))
    assert warm.termination.objective == pytest.approx(cold.termination.objective, rel=1e-4)


def test_an_inherited_bound_is_never_above_the_optimum() -> None:
    """Prices drawn anew, costs that rise, that fall, and both: the bound holds wherever one is claimed."""
    claimed = 0
    for seed in range(60):
        tiny = problem(seed)
        if tiny.candidates.unserved:
            continue
        draw = np.random.default_rng(seed)
        old = assembled(tiny.resolved, tiny.candidates).matrix
        known = run_highs(old, Limits(1e-9)).termination.bound
        if known is None:
            continue
        for low, high in ((1.0, 1.5), (0.6, 1.0), (0.7, 1.4)):
            new = replace(old, cost=old.cost * draw.uniform(low, high, len(old.cost)))
            bound = inherited_bound(old, known, new)
            if bound is None:
                continue
            claimed += 1
            optimum = run_highs(new, Limits(1e-9)).termination.objective
            assert optimum is not None
            assert bound <= optimum + 1e-7 * max(1.0, abs(optimum)), seed
    assert claimed > 30


def test_looser_limits_inherit_nothing() -> None:
    """A bound of a tighter problem says nothing about a looser one."""
    tiny = next(t for t in map(problem, range(50)) if not t.candidates.unserved)
    old = assembled(tiny.resolved, tiny.candidates).matrix
    looser = replace(old, row_upper=np.where(np.isfinite(old.row_upper), old.row_upper + 1, np.inf))
    assert inherited_bound(old, 1.0, looser) is None
    assert inherited_bound(looser, looser.offset + 1.0, old) == pytest.approx(old.offset + 1.0)
    fewer = replace(old, cost=old.cost[:-1], col_upper=old.col_upper[:-1], columns=old.columns[:-1])
    assert inherited_bound(old, 1.0, fewer) is None


def test_a_large_problem_keeps_its_plan_and_its_coarse_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treated as large: other prices end without a search, at a bound that holds and a plan that is verified."""
    monkeypatch.setattr("solver.solve.session.session.WHOLE_UP_TO", 0)
    first = unlimited(resolve(load_instance(INSTANCES / "growth-in-stages.yaml")))
    session = Session(first)
    session.solve(Limits(0.02, 30.0))
    assert session.steps == ["search"]
    session.warm_up(Limits(0.02, 30.0))
    draw = random.Random(3)
    for _ in range(2):
        changed = repriced(first, draw)
        twin = session.fork()
        assert twin.update(changed) is Kept.PLAN
        warm = twin.solve(Limits(0.2, 30.0))
        assert twin.steps[0] in ("plan", "relaxation")
        best = solve(assembled(changed, enumerate_candidates(changed)), Limits(0.02, 30.0)).termination
        assert warm.termination.bound is not None and warm.termination.objective is not None
        assert best.objective is not None and best.bound is not None
        assert warm.termination.bound <= best.objective * (1 + 1e-9)
        assert best.bound <= warm.termination.objective * (1 + 1e-9)
        assert warm.decisions is not None
        assert verify(changed, twin.candidates, warm.decisions, warm.termination.objective, None).passed


def test_whole_purchases_bound_a_problem_better_than_its_relaxations() -> None:
    """Above every coarse LP, below the best plan; no further than it takes where a dearer plan is good enough."""
    resolved = unlimited(resolve(load_instance(INSTANCES / "growth-in-stages.yaml")))
    planning = assembled(resolved, enumerate_candidates(resolved))
    best = solve(planning, Limits(0.02, 30.0)).termination.objective
    assert best is not None
    relaxed = max(Relaxations().coarse(planning.template, Limits(0.02, 30.0), Cancel()))
    bound = with_whole_purchases(planning.template, Limits(1e-4, 30.0), best, Cancel())
    assert bound is not None and relaxed * (1 + 1e-6) < bound <= best * (1 + 1e-9)
    early = with_whole_purchases(planning.template, Limits(0.5, 30.0), best, Cancel())
    assert early is not None and best / 2 <= early < bound


@pytest.mark.parametrize(
    ("incumbent", "bound", "stops"),
    [
        (None, 95.0, False),
        (None, 98.0, True),
        (98.0, None, False),
        (97.0, 94.0, False),
        (96.5, 94.0, True),
        (99.0, 98.5, False),
    ],
)
def test_a_search_ends_where_its_part_is_enough(incumbent: float | None, bound: float | None, stops: bool) -> None:
    """A plan of 100 and a bound of 94.5 are known; with both of its own the search ends by itself."""
    told: list[Progress] = []
    known = Termination(Reason.FEASIBLE, None, "", 100.0, 94.5)
    together = Together(known, Limits(0.025, 10.0), told.append, Cancel())
    together.listen(Progress("plan", 1.0, incumbent, bound))
    assert together.enough.asked is stops
    assert told[0].incumbent == min(100.0, incumbent or 100.0)
    assert told[0].bound == max(94.5, bound or 94.5)


def test_prices_alone_leave_the_matrix() -> None:
    """The matrix with new costs is the one assembled anew; what is no price is noticed."""
    first = unlimited(resolve(load_instance(INSTANCES / "growth-in-stages.yaml")))
    changed = repriced(first, random.Random(5))
    session = Session(first)
    template = session._present().planning.template
    layout = lay_out(template, template.tables.moments)
    assert same_but_prices(first, changed)
    found = repriced_matrix(session._present().matrix, layout, assembled(changed, session.candidates).template)
    whole = assembled(changed, session.candidates).matrix
    assert found.cost.tolist() == whole.cost.tolist() and found.offset == whole.offset
    assert same_rows(found, whole)
    assert found.row_upper.tolist() == whole.row_upper.tolist()
    assert not same_but_prices(first, busier(first, 1.01))
    assert not same_but_prices(limited(first, 1e9), limited(changed, 1e9))
    offers = [replace(o, terms=o.terms.model_copy(update={"stock": 1})) for o in first.offers]
    assert not same_but_prices(first, replace(first, offers=tuple(offers)))


def test_known_candidates_are_those_asked_for_anew() -> None:
    known = KnownCandidates()
    first = resolve(load_instance(INSTANCES / "growth-in-stages.yaml"))
    other = resolve(load_instance(INSTANCES / "smallest.yaml"))
    for resolved in (first, repriced(first, random.Random(1)), busier(first, 2.0), other, first):
        assert known.of(resolved) == enumerate_candidates(resolved)


def test_a_mixture_of_plans_is_a_plan() -> None:
    """Days of two plans: never dearer than either where one may be taken whole, and every row holds."""
    first = unlimited(resolve(load_instance(INSTANCES / "growth-in-stages.yaml")))
    draw = random.Random(11)
    found = enumerate_candidates(first)
    matrices = [assembled(changed, found).matrix for changed in (first, *(repriced(first, draw) for _ in range(3)))]
    plans = [run_highs(matrix, Limits(0.05, 20.0)).values for matrix in matrices]
    assert all(plan is not None for plan in plans)
    known = [plan for plan in plans if plan is not None]
    for matrix in matrices:
        values = mixed(matrix, first, known)
        assert values is not None
        assert holds(matrix, values)
        assert matrix.objective(values) <= min(matrix.objective(plan) for plan in known) + 1e-6
    assert mixed(matrices[0], first, known[:1]) is None
