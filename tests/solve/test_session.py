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
from solver.plan.verify import verify
from solver.solve.highs import Limits, run_highs
from solver.solve.run import solve
from solver.solve.session import Kept, Session
from solver.solve.session.inherit import inherited_bound
from solver.solve.termination import Reason

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
