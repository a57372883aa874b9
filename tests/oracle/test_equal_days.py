"""Equal days merged on random tiny problems: every day cut in two equal ones comes back as one, with the same optimum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.finance.activities import Activities
from solver.finance.ledger import ledger
from solver.instance.resolved import ResolvedInstance
from solver.instance.timeline import SlotKind
from solver.model.assembly import assembled
from solver.plan.verify import verify
from solver.solve.equal_days import merged, slots_tied
from solver.solve.highs import Limits
from solver.solve.run import solve
from solver.solve.termination import Reason

from .tiny import problem

SEEDS = 48
CHUNK = 12


def halved(resolved: ResolvedInstance) -> ResolvedInstance:
    """Every day as two days of half the hours a month, with the same demand."""
    regular = [slot for slot in resolved.slots if slot.kind is SlotKind.REGULAR]
    stress = [slot for slot in resolved.slots if slot.kind is not SlotKind.REGULAR]
    halves = [
        replace(slot, day=f"{slot.day}-{half}", hours_per_month=slot.hours_per_month / 2)
        for half in ("a", "b")
        for slot in regular
    ]
    slots = tuple(replace(slot, index=index) for index, slot in enumerate([*halves, *stress]))
    workloads = tuple(replace(one, shape_by_slot=one.shape_by_slot * 2) for one in resolved.workloads)
    return replace(resolved, slots=slots, workloads=workloads)


@pytest.mark.parametrize("start", range(0, SEEDS, CHUNK))
def test_halved_days_have_the_same_optimum_and_its_plan_holds_for_both(start: int) -> None:
    """Against the optimum of the instance with twice the days, solved whole."""
    checked = 0
    for seed in range(start, start + CHUNK):
        tiny = problem(seed)
        twice = halved(tiny.resolved)
        fewer = merged(twice)
        if slots_tied(twice):
            assert fewer is None
            continue
        assert fewer is not None
        assert len(fewer.resolved.slots) <= len(tiny.resolved.slots)
        limits = Limits(1e-9, 20.0)
        whole = solve(assembled(twice, tiny.candidates), limits)
        found = solve(assembled(fewer.resolved, tiny.candidates), limits)
        assert found.termination.reason is whole.termination.reason, seed
        if whole.termination.reason is not Reason.OPTIMAL:
            continue
        assert found.termination.objective == pytest.approx(whole.termination.objective, rel=1e-6, abs=1e-6), seed
        assert found.decisions is not None
        decisions = fewer.expanded(found.decisions)
        book = ledger(twice, tiny.candidates, decisions, Activities(twice))
        streams = {str(stream): value for stream, value in book.by_stream().items()}
        objective = found.termination.objective
        verdict = verify(twice, tiny.candidates, decisions, objective=objective, by_stream=streams)
        assert verdict.passed, (seed, verdict)
        checked += 1
    assert checked >= CHUNK // 4


def test_days_that_differ_in_one_hour_stay_apart() -> None:
    """One workload's rate in one slot is enough."""
    for seed in range(40):
        twice = halved(problem(seed).resolved)
        if slots_tied(twice):
            continue
        first = twice.workloads[0]
        shape = (first.shape_by_slot[0] * 1.001, *first.shape_by_slot[1:])
        changed = replace(twice, workloads=(replace(first, shape_by_slot=shape), *twice.workloads[1:]))
        fewer, same = merged(changed), merged(twice)
        assert same is not None
        count = len(changed.slots) if fewer is None else len(fewer.resolved.slots)
        assert count > len(same.resolved.slots)
        return
    raise AssertionError("no instance without ties")
