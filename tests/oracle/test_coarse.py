"""Coarse to fine on random tiny problems: its bounds never pass the optimum, its plan never undercuts it and verifies."""

from __future__ import annotations

import pytest

from solver.finance.activities import Activities
from solver.finance.ledger import ledger
from solver.model.assembly import assembled
from solver.model.assembly.assemble import Assembled, assemble
from solver.model.formulation import LITERAL
from solver.plan.verify import verify
from solver.solve.coarse.aggregate import aggregate
from solver.solve.coarse.groups import grouped
from solver.solve.coarse.refine import Refinement
from solver.solve.coarse.scope import refinable
from solver.solve.coarse.thinning import needed_in_relaxation, with_lines
from solver.solve.highs import Limits, run_highs
from solver.solve.progress import Cancel, silent
from solver.solve.termination import Reason

from .tiny import Tiny, problem

SEEDS = 160
CHUNK = 20
RELATIVE = 1e-6


def coarse_bounds(planning: Assembled) -> list[float]:
    """Optima of the relaxation with 1, 2 and 3 groups a stage, with all lines and with those it needs."""
    found = []
    template = planning.template
    for lines in (template, with_lines(template, needed_in_relaxation(template.tables))):
        whole = assemble(lines, formulation=LITERAL)
        for groups in (1, 2, 3):
            coarse = aggregate(whole, lines.tables.moments, grouped(lines.tables, groups)).matrix
            ended = run_highs(coarse, Limits(relative_gap=1e-9)).termination
            if ended.reason is Reason.OPTIMAL and ended.objective is not None:
                found.append(ended.objective)
    return found


def plan_faults(tiny: Tiny, planning: Assembled, optimum: float, slack: float) -> list[str]:
    """What is wrong with a refined plan: cheaper than the optimum, or refused by the verifier."""
    found = Refinement(planning.template, Limits(1e-6, 5.0), "test", silent, Cancel(), headroom=True).run()
    if found.infeasible:
        return ["feasible, but called infeasible"]
    wrong = []
    if found.bound is not None and found.bound > optimum + slack:
        wrong.append(f"bound {found.bound} above the optimum {optimum}")
    if found.decisions is None or found.objective is None:
        return wrong
    if found.objective < optimum - slack:
        wrong.append(f"plan {found.objective} below the optimum {optimum}")
    book = ledger(tiny.resolved, tiny.candidates, found.decisions, Activities(tiny.resolved))
    streams = {str(stream): value for stream, value in book.by_stream().items()}
    verdict = verify(tiny.resolved, tiny.candidates, found.decisions, objective=found.objective, by_stream=streams)
    return wrong if verdict.passed else [*wrong, f"refused: {verdict}"]


def faults(seed: int) -> list[str]:
    """What is wrong with one problem, in words."""
    tiny = problem(seed)
    if tiny.candidates.unserved:
        return []
    planning = assembled(tiny.resolved, tiny.candidates)
    exact = run_highs(planning.matrix, Limits(relative_gap=1e-9)).termination
    if exact.objective is None:
        return []
    slack = RELATIVE * max(1.0, abs(exact.objective))
    wrong = [
        f"coarse bound {bound} above the optimum {exact.objective}"
        for bound in coarse_bounds(planning)
        if bound > exact.objective + slack
    ]
    if refinable(planning.template, 0):
        wrong += plan_faults(tiny, planning, exact.objective, slack)
    return [f"seed {seed} {sorted(tiny.families)}: {line}" for line in wrong]


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_bounds_and_plan_enclose_the_optimum(first: int) -> None:
    """A chunk of seeds; all faults of the chunk are reported together."""
    found = [line for seed in range(first, first + CHUNK) for line in faults(seed)]
    assert not found, "\n".join(found)


def test_most_seeds_are_refined() -> None:
    """Guards the test above against testing nothing."""
    tinies = [problem(seed) for seed in range(60)]
    reach = [
        refinable(assembled(tiny.resolved, tiny.candidates).template, 0)
        for tiny in tinies
        if not tiny.candidates.unserved
    ]
    assert sum(reach) > 40
