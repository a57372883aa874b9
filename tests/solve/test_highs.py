"""How a run of HiGHS ends: one case for each entry of the taxonomy."""

from __future__ import annotations

import numpy as np
import pytest

from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.matrix import Matrix
from solver.solve.progress import Cancel, Progress
from solver.solve.termination import Limit, Reason, Termination
from tests.solve.matrices import covering, market_split, matrix


def ended(given: Matrix, seconds: float = 30.0, gap: float = 1e-9, cancel: Cancel | None = None) -> Outcome:
    return run_highs(given, Limits(relative_gap=gap, time_limit_seconds=seconds), cancel=cancel)


def test_optimal_lp_with_duals() -> None:
    # min 2 x + 3 y + 10, x + y >= 4, x <= 3: x = 3, y = 1, 19. One more unit needed costs 3; one more x allowed saves 1.
    given = matrix([2, 3], [[1, 1], [1, 0]], [4, -np.inf], [np.inf, 3], offset=10)
    outcome = ended(given)
    assert outcome.termination.reason is Reason.OPTIMAL
    assert outcome.termination.objective == pytest.approx(19)
    assert outcome.termination.bound == pytest.approx(19)
    assert outcome.values == pytest.approx([3, 1])
    assert outcome.row_duals == pytest.approx([3, -1])


def test_optimal_milp() -> None:
    # min 2 x + 3 y, 4 x + 5 y >= 11, whole: (0, 3) 9, (1, 2) 8, (2, 1) 7, (3, 0) 6.
    outcome = ended(matrix([2, 3], [[4, 5]], [11], [np.inf], integer=True))
    assert (outcome.termination.reason, outcome.termination.limit) == (Reason.OPTIMAL, None)
    assert outcome.termination.objective == pytest.approx(6)
    assert outcome.termination.bound == pytest.approx(6)
    assert outcome.row_duals is None


@pytest.mark.parametrize("integer", [False, True])
def test_infeasible(integer: bool) -> None:
    outcome = ended(matrix([1], [[1], [1]], [4, -np.inf], [np.inf, 3], integer=integer))
    assert outcome.termination.reason is Reason.INFEASIBLE
    assert outcome.values is None
    assert outcome.termination.objective is None


def test_infeasible_only_as_whole_numbers() -> None:
    assert ended(matrix([1], [[2]], [3], [3], integer=True)).termination.reason is Reason.INFEASIBLE


def test_time_limit_without_a_plan() -> None:
    outcome = ended(market_split(), seconds=0.5)
    assert (outcome.termination.reason, outcome.termination.limit) == (Reason.NO_SOLUTION_FOUND, Limit.TIME)
    assert outcome.values is None
    assert outcome.termination.relative_gap is None
    assert outcome.termination.wall_seconds < 10


def test_time_limit_with_a_plan() -> None:
    given = covering()
    outcome = ended(given, seconds=1.0)
    assert (outcome.termination.reason, outcome.termination.limit) == (Reason.FEASIBLE, Limit.TIME)
    assert outcome.values is not None
    assert (given.a @ np.round(outcome.values) >= 1).all()
    assert outcome.termination.objective is not None
    assert outcome.termination.bound is not None
    assert outcome.termination.bound < outcome.termination.objective
    assert outcome.termination.relative_gap is not None
    assert outcome.termination.relative_gap > 0


def test_a_gap_within_the_one_asked_for_is_optimal() -> None:
    outcome = ended(covering(), gap=0.9)
    assert (outcome.termination.reason, outcome.termination.limit) == (Reason.OPTIMAL, None)
    assert outcome.termination.relative_gap is not None
    assert outcome.termination.relative_gap <= 0.9


def test_asked_to_stop_before_there_is_a_plan() -> None:
    cancel = Cancel()
    cancel.ask()
    outcome = ended(market_split(), cancel=cancel)
    assert (outcome.termination.reason, outcome.termination.limit) == (Reason.NO_SOLUTION_FOUND, Limit.INTERRUPT)


def test_asked_to_stop_it_keeps_its_plan() -> None:
    cancel = Cancel()
    told: list[Progress] = []

    def listener(progress: Progress) -> None:
        told.append(progress)
        if progress.incumbent is not None:
            cancel.ask()

    outcome = run_highs(covering(), Limits(), phase="cover", listener=listener, cancel=cancel)
    assert (outcome.termination.reason, outcome.termination.limit) == (Reason.FEASIBLE, Limit.INTERRUPT)
    assert outcome.values is not None
    assert {progress.phase for progress in told} == {"cover"}


def test_a_listener_that_fails_ends_the_run_and_not_the_process() -> None:
    def listener(_: Progress) -> None:
        raise RuntimeError("nobody listens")

    outcome = run_highs(covering(), Limits(), listener=listener)
    assert outcome.termination.reason in (Reason.FEASIBLE, Reason.NO_SOLUTION_FOUND)
    assert outcome.termination.limit is Limit.INTERRUPT


def test_empty_model() -> None:
    outcome = ended(matrix([], [], [], [], offset=7.0))
    assert outcome.termination.reason is Reason.OPTIMAL
    assert outcome.termination.objective == 7.0
    assert outcome.values is not None
    assert len(outcome.values) == 0


def test_no_rows() -> None:
    outcome = ended(matrix([1.0], [], [], [], integer=True, offset=7.0))
    assert (outcome.termination.reason, outcome.termination.objective) == (Reason.OPTIMAL, 7.0)


def test_a_start_is_used() -> None:
    given = covering()
    start = np.zeros(300)
    start[0] = 1.0
    outcome = run_highs(given, Limits(time_limit_seconds=5.0, relative_gap=0.999), start=start)
    assert outcome.termination.objective is not None
    assert outcome.termination.objective <= 1000.0


def test_runs_asked_for_other_threads_in_one_process_all_end() -> None:
    """HiGHS' scheduler takes one number a process and answers another with an error."""
    for threads in (1, 2, 1):
        for problem in (covering(), covering().relaxed()):
            ended = run_highs(problem, Limits(0.5, 5.0, threads=threads)).termination
            assert ended.reason in (Reason.OPTIMAL, Reason.FEASIBLE), (threads, ended)


def test_one_thread_and_one_seed_give_the_same_run() -> None:
    first, second = (ended(covering(40)) for _ in range(2))
    assert first.termination.reason is Reason.OPTIMAL
    assert first.termination.objective == second.termination.objective
    assert first.termination.bound == second.termination.bound
    assert first.values is not None
    assert second.values is not None
    assert (first.values == second.values).all()


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [
        (200.0, 150.0, 0.25),
        (-100.0, -110.0, 0.1),
        (100.0, 100.5, 0.0),  # rounding only
        (0.0, 0.0, 0.0),
        (0.0, -5.0, None),
        (None, 5.0, None),
        (5.0, None, None),
    ],
)
def test_relative_gap(objective: float | None, bound: float | None, gap: float | None) -> None:
    assert Termination(Reason.FEASIBLE, objective=objective, bound=bound).relative_gap == pytest.approx(gap)
