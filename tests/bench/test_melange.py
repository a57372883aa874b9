"""Fleet sizing against the sliced assignment: the published example, and drawn problems that are never dearer."""

from __future__ import annotations

import numpy as np
import pytest

from solver.bench.melange import FleetProblem, fleet_problem, planned, sliced_optimum


def test_sliced_optimum_of_the_published_example() -> None:
    """Mélange's own answer with sizes that are not cut: 3 A10G and 1 A100, 6.70 USD an hour (see instances/melange.yaml)."""
    rate = np.array([[2.0, 20.0], [1.0, 20.0], [5.0, 40.0], [2.0, 20.0]])
    load = np.array([6.0, 3.0, 15.0, 6.0])
    problem = FleetProblem(fleet_problem(0).instance, rate, load, np.array([1.01, 3.67]))
    assert sliced_optimum(problem, slices=1) == pytest.approx(6.70)
    # An eighth of the third size is 15/8 requests/s: three of them on one A10G make 5.625 > 5, so one more GPU is needed.
    assert 4.68 <= sliced_optimum(problem, slices=8) <= 6.70
    assert sliced_optimum(problem, slices=24) == pytest.approx(4.68)


def test_plans_are_never_dearer_than_the_sliced_optimum() -> None:
    """Seeded problems of all shapes; more slices never cost more than one, and a plan no more than either."""
    for seed in range(6):
        problem = fleet_problem(seed)
        result = planned(problem, seed)
        assert not result.dearer, result
        assert result.usd_per_hour == pytest.approx(min(result.usd_per_hour, sliced_optimum(problem, slices=1)))
        least = float((problem.load[:, None] / problem.rate * problem.price).min(axis=1).sum())
        assert result.usd_per_hour >= least * (1 - 1e-9)


def test_problems_depend_on_their_seed_alone() -> None:
    """The same twice, another with another seed."""
    first, again, other = fleet_problem(3), fleet_problem(3), fleet_problem(4)
    assert first.instance == again.instance != other.instance
    assert (first.rate == again.rate).all()
