"""Random tiny problems under two or three scenarios: joined MILP and decomposition against trying every order."""

from __future__ import annotations

import numpy as np
import pytest

from solver.solve.highs import Limits
from solver.study.decide.aims import Aim, ExpectedAndTail, LargestRegret
from solver.study.decide.extensive import solve_extensive
from solver.study.decide.lshaped import Search
from solver.study.decide.oracle import Oracle
from solver.study.decide.pool import Here
from solver.study.decide.problem import assembled, purchase_columns
from solver.study.decide.session import Session
from tests.oracle.bounds import TooLargeError
from tests.oracle.tiny import problem

from .enumeration import scaled, stochastic_optimum

SEEDS = 36
CHUNK = 6
RELATIVE = 1e-6
FUTURES = ((0.6, 1.0), (1.0, 0.8), (1.5, 1.3))
AIMS: dict[str, Aim] = {
    "expected": ExpectedAndTail((0.3, 0.5, 0.2)),
    "tail": ExpectedAndTail((0.3, 0.5, 0.2), 0.7, 0.6),
    "regret": LargestRegret((0.0, 0.0, 0.0)),
}


def faults(seed: int, name: str) -> tuple[list[str], int]:
    """What is wrong with one problem under one aim, in words, and whether it could be enumerated."""
    tiny, aim = problem(seed), AIMS[name]
    if tiny.candidates.unserved:
        return [], 0
    scenarios = [scaled(tiny.resolved, demand, price) for demand, price in FUTURES]
    problems = [assembled(each, tiny.candidates) for each in scenarios]
    if not purchase_columns(problems[0]):
        return [], 0
    try:
        best = stochastic_optimum(scenarios, tiny.candidates, aim)
    except TooLargeError:
        return [], 0
    session = Session(Here([Oracle(each) for each in problems]))
    joined = solve_extensive(problems, session.shared, aim, Limits(1e-9, 20.0))
    found = Search(session, aim, Limits(1e-6, 2.0)).run()
    if best is None:
        wrong = [f"seed {seed}, {name}: a plan for an infeasible problem"] if joined.objective is not None else []
        return wrong + ([f"seed {seed}, {name}: decomposition made a plan"] if found.objective is not None else []), 1
    slack = RELATIVE * max(1.0, abs(best))
    wrong = []
    if joined.objective is None or abs(joined.objective - best) > slack:
        wrong.append(f"seed {seed}, {name}: joined {joined.objective}, enumerated {best}; {sorted(tiny.families)}")
    if found.infeasible:
        wrong.append(f"seed {seed}, {name}: feasible, but the decomposition calls it infeasible")
    if found.bound is not None and found.bound > best + slack:
        wrong.append(f"seed {seed}, {name}: bound {found.bound} above {best}; {sorted(tiny.families)}")
    if found.objective is not None and found.objective < best - slack:
        wrong.append(f"seed {seed}, {name}: plan {found.objective} below {best}; {sorted(tiny.families)}")
    return wrong, 1


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_order_tried(first: int) -> None:
    """A chunk of seeds, the aims in turn; all faults of the chunk are reported together."""
    names = list(AIMS)
    found = [faults(seed, names[seed % len(names)]) for seed in range(first, first + CHUNK)]
    wrong = [line for lines, _ in found for line in lines]
    assert not wrong, "\n".join(wrong)
    assert sum(enumerated for _, enumerated in found) > 0, "nothing was enumerated"


def test_costs_at_given_purchases_are_those_of_the_plan() -> None:
    """The joined MILP's costs by scenario are those of each scenario solved alone with its purchases fixed."""
    tiny = problem(1)
    problems = [assembled(scaled(tiny.resolved, demand, price), tiny.candidates) for demand, price in FUTURES]
    session = Session(Here([Oracle(each) for each in problems]))
    joined = solve_extensive(problems, session.shared, AIMS["expected"], Limits(1e-9, 20.0))
    assert joined.x is not None and joined.costs is not None
    fixed = session.evaluate(joined.x, Limits(1e-9, 20.0))
    assert np.allclose(fixed.objective, joined.costs.objective, rtol=1e-6)
