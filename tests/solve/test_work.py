"""Work is counted the same for the same run, whatever else the machine does, and a limit of it stops a run at the same step."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from solver.solve.coarse.master import CoarseMaster
from solver.solve.highs import Limits, Outcome, new_solver, run_highs
from solver.solve.matrix import Matrix
from solver.solve.progress import Cancel, silent
from solver.solve.termination import Limit, Reason
from solver.solve.work import WorkClock
from tests.solve.matrices import covering, market_split, matrix

LINE = " {}       0       0         0   0.00%   4302876.188816  4317438.499189     {}        0      0      0   {:>7}\n"


def worked(given: Matrix, limit: float | None, gap: float = 1e-9) -> Outcome:
    return run_highs(given, Limits(relative_gap=gap, time_limit_seconds=60.0, work_limit=limit))


@contextmanager
def busy() -> Iterator[None]:
    """Others at work on the same cores, and on the interpreter that answers HiGHS."""
    over = threading.Event()

    def spin() -> None:
        while not over.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=spin) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def same(first: Outcome, second: Outcome) -> None:
    """All but the time is equal, to the last bit."""
    assert replace(first.termination, wall_seconds=0.0) == replace(second.termination, wall_seconds=0.0)
    assert first.work == second.work
    assert (first.values is None) == (second.values is None)
    if first.values is not None and second.values is not None:
        assert (first.values == second.values).all()


def test_a_limit_of_work_stops_at_the_same_step_under_any_load() -> None:
    alone = worked(covering(80), 0.04)
    assert (alone.termination.reason, alone.termination.limit) == (Reason.FEASIBLE, Limit.TIME)
    assert alone.work >= 0.04
    with busy():
        same(alone, worked(covering(80), 0.04))


def test_work_grows_with_its_limit() -> None:
    ended = [worked(covering(80), limit) for limit in (0.02, 0.04, 0.06)]
    works = [outcome.work for outcome in ended]
    assert works == sorted(set(works))
    bounds = [outcome.termination.bound or 0.0 for outcome in ended]
    assert bounds == sorted(bounds)


def test_a_run_that_ends_counts_the_same_with_and_without_a_limit() -> None:
    free = worked(covering(30), None)
    assert free.termination.reason is Reason.OPTIMAL
    assert free.work > 0
    same(free, worked(covering(30), 1e3))


def test_without_sub_milps_the_optimum_is_the_same_and_the_limit_is_met_closely() -> None:
    lean = Limits(relative_gap=1e-9, sub_milps=False)
    known = worked(covering(30), None).termination
    assert run_highs(covering(30), lean).termination.objective == pytest.approx(known.objective)
    stopped = run_highs(covering(80), replace(lean, work_limit=0.05))
    assert stopped.termination.limit is Limit.TIME
    assert 0.05 <= stopped.work <= 0.06


def test_nominal_seconds_are_about_seconds() -> None:
    """A search that would not end for hours: stopped soon after its limit, by both clocks."""
    began = time.thread_time()
    outcome = worked(market_split(), 0.2)
    seconds = time.thread_time() - began
    assert (outcome.termination.reason, outcome.termination.limit) == (Reason.NO_SOLUTION_FOUND, Limit.TIME)
    assert 0.2 <= outcome.work <= 0.4
    assert 0.04 <= seconds <= 1.2


def test_an_lp_stops_by_its_iterations() -> None:
    given = covering(120).relaxed()
    whole = worked(given, None)
    assert whole.termination.reason is Reason.OPTIMAL
    part, again = (worked(given, whole.work / 2) for _ in range(2))
    assert (part.termination.reason, part.termination.limit) == (Reason.NO_SOLUTION_FOUND, Limit.TIME)
    assert part.work <= whole.work / 2 * 1.01
    same(part, again)
    same(whole, worked(given, whole.work * 1.01))


def test_a_bound_that_suffices_ends_a_run() -> None:
    least = run_highs(covering(120).relaxed(), Limits()).termination.objective
    assert least is not None
    first, second = (run_highs(covering(120), Limits(relative_gap=1e-9, bound_limit=least * 0.999)) for _ in range(2))
    assert first.termination.limit is Limit.INTERRUPT
    assert first.termination.bound is not None
    assert first.termination.bound >= least * 0.999
    same(first, second)


def test_the_log_tells_the_iterations() -> None:
    """As many as HiGHS counts at the end, but for those after the last line."""
    given = covering(32)
    clock = WorkClock.of(given)
    solver = new_solver(given, Limits(relative_gap=1e-9), Cancel(), clock=clock)
    solver.run()
    counted = clock.spent
    iterations = solver.getInfo().simplex_iteration_count
    assert iterations > 100
    assert clock.ended(iterations) == pytest.approx(counted, rel=0.05)
    unread = WorkClock.of(given)
    unread.step(0)
    assert counted > 3 * unread.spent


@pytest.mark.parametrize(("written", "iterations"), [("345", 345), ("999999", 999_999), ("12345k", 12_345_000)])
@pytest.mark.parametrize("gap", ["0.34%", "Large", "100.00"])
def test_lines_of_the_table_are_read(written: str, iterations: int, gap: str) -> None:
    clock, other = (WorkClock(nonzeros=100, milp=True) for _ in range(2))
    clock.read(LINE.format("R", gap, written))
    assert clock.ended(0) == other.ended(iterations)


@pytest.mark.parametrize(
    "line", ["26.5% inactive integer columns, restarting\n", "  Gap    0.335% (tolerance: 0.01%)\n", "\n"]
)
def test_other_lines_are_not(line: str) -> None:
    clock, other = (WorkClock(nonzeros=100, milp=True) for _ in range(2))
    clock.read(line)
    assert clock.ended(0) == other.ended(0)


def test_the_clock_never_runs_backwards() -> None:
    clock = WorkClock(nonzeros=1000, milp=True)
    seen = [clock.spent]
    for nodes, written in ((0, 100), (0, 2000), (0, 1900), (3, 2500), (3, 2400), (9, 9000)):
        clock.read(LINE.format(" ", "1.00%", written))
        seen.append(clock.spent)
        clock.step(nodes)
        seen.append(clock.spent)
    clock.ended(9000)
    seen.append(clock.spent)
    assert seen == sorted(seen)
    clock.read(LINE.format(" ", "1.00%", 10))
    assert clock.spent > seen[-1]


def test_a_master_sums_what_it_solved() -> None:
    given = covering(40)
    master = CoarseMaster(given, 60.0, Cancel())
    assert master.work == 0
    master.solve()
    first = master.work
    assert first == pytest.approx(worked(given.relaxed(), None).work)
    column = np.array([1])
    master.bound_columns(column, np.ones(1), np.ones(1))
    master.solve()
    assert first < master.work
    before = master.work
    outcome = master.solve_milp(None, Limits(relative_gap=0.5), silent, Cancel())
    assert master.work == pytest.approx(before + outcome.work)


def test_the_least_problem_takes_some_work_and_none_is_refused() -> None:
    assert 0 < worked(matrix([2, 3], [[4, 5]], [11], [np.inf], integer=True), None).work < 0.01
    nothing = worked(covering(60), 0.0)
    assert nothing.termination.limit is Limit.TIME
