"""Solves in processes of their own: a crash or a kill fails that solve alone; stopping keeps plans; limits hold."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from dataclasses import replace
from multiprocessing import forkserver
from typing import Any

import pytest

from solver.finance.activities import Activities
from solver.finance.ledger import ledger
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.plan.verify import verify
from solver.solve.failure import FailureKind
from solver.solve.process import run_tasks
from solver.solve.progress import Cancel, Progress
from solver.solve.task import SolvedTask, SolveTask
from solver.solve.termination import Limit, Reason
from tests.cli.small import hard, own_only


class Bomb:
    """Ends the process that unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (7,)


def easy(name: str = "easy") -> SolveTask:
    return SolveTask(name, resolve(parse_instance(own_only())), 1e-6, 30.0)


def long(seconds: float = 60.0) -> SolveTask:
    return SolveTask("long", resolve(parse_instance(hard())), 0.0, seconds)


def broken(inside: Any) -> SolveTask:
    return replace(easy("broken"), resolved=inside)


def kill_children() -> None:
    for child in multiprocessing.active_children():
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)


def test_a_killed_solver_fails_alone() -> None:
    def kill_at_once(progress: Progress) -> None:
        if progress.phase == "long":
            kill_children()

    heard: list[int] = []
    results = run_tasks([long(), easy()], 1, kill_at_once, done=lambda position, _: heard.append(position))
    assert [result.termination.reason for result in results] == [Reason.ERROR, Reason.OPTIMAL]
    assert results[0].termination.detail == "the solver process ended with signal 9"
    assert [result.failure for result in results] == [FailureKind.CRASH, None]
    assert heard == [0, 1]


def test_a_killed_solver_leaves_the_last_plan_it_had_found() -> None:
    first_plan_at: list[float] = []

    def kill_later(progress: Progress) -> None:
        if progress.incumbent is not None:
            first_plan_at.append(time.monotonic())
            if time.monotonic() - first_plan_at[0] > 2:
                kill_children()

    (result,) = run_tasks([long()], 1, kill_later)
    assert (result.termination.reason, result.termination.limit) == (Reason.FEASIBLE, Limit.OTHER)
    assert result.failure is FailureKind.CRASH
    assert result.termination.detail == "the solver process ended with signal 9; the last plan found is kept"
    assert result.decisions is not None
    book = ledger(result.resolved, result.candidates, result.decisions, Activities(result.resolved))
    verdict = verify(
        result.resolved,
        result.candidates,
        result.decisions,
        objective=result.termination.objective or 0.0,
        by_stream={str(stream): value for stream, value in book.by_stream().items()},
    )
    assert verdict.passed


def test_a_crash_while_starting_fails_alone() -> None:
    first, bad, last = run_tasks([easy("first"), broken(Bomb()), easy("last")], 3)
    assert bad.termination.reason is Reason.ERROR
    assert bad.termination.detail == "the solver process ended with exit code 7"
    assert first.termination.reason is last.termination.reason is Reason.OPTIMAL
    assert (first.name, last.name) == ("first", "last")


def test_a_fork_server_that_died_is_started_again() -> None:
    run_tasks([easy()], 1)
    server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    os.kill(server, signal.SIGKILL)
    (result,) = run_tasks([easy()], 1)
    assert result.termination.reason is Reason.OPTIMAL


def test_an_error_in_a_solve_is_told_in_words() -> None:
    bad, good = run_tasks([broken(None), easy()], 2)
    assert bad.termination.reason is Reason.ERROR
    assert "AttributeError" in bad.termination.detail
    assert good.termination.reason is Reason.OPTIMAL


def test_asked_to_stop_a_running_solve_keeps_its_plan_and_a_waiting_one_does_not_start() -> None:
    cancel = Cancel()

    def stop(progress: Progress) -> None:
        if progress.incumbent is not None:
            cancel.ask()

    running, waiting = run_tasks([long(), easy()], 1, stop, cancel)
    assert (running.termination.reason, running.termination.limit) == (Reason.FEASIBLE, Limit.INTERRUPT)
    assert running.decisions is not None
    assert (waiting.termination.reason, waiting.termination.limit) == (Reason.NO_SOLUTION_FOUND, Limit.INTERRUPT)


def test_time_limit() -> None:
    began = time.monotonic()
    (result,) = run_tasks([long(seconds=4.0)], 1)
    assert (result.termination.reason, result.termination.limit) == (Reason.FEASIBLE, Limit.TIME)
    assert result.termination.wall_seconds < 12
    assert time.monotonic() - began < 30  # with imports and building the model


def test_what_does_not_stop_at_its_limit_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.solve.process.GRACE_SECONDS", 1.0)

    frozen: list[float] = []

    def freeze(progress: Progress) -> None:
        frozen.append(time.monotonic())
        for child in multiprocessing.active_children():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGSTOP)

    (result,) = run_tasks([long(seconds=1.0)], 1, freeze)
    assert result.termination.limit is Limit.TIME
    # What it told before it froze stays.
    assert result.termination.reason in (Reason.NO_SOLUTION_FOUND, Reason.FEASIBLE)
    assert "killed" in result.termination.detail
    assert time.monotonic() - frozen[0] < 10
    assert multiprocessing.active_children() == []


def test_the_same_solve_twice_makes_the_same_decisions() -> None:
    values = hard()
    values["horizon"].update(months=6, slot_hours=24)
    task = SolveTask("again", resolve(parse_instance(values)), 0.02, 60.0)
    results: list[SolvedTask] = run_tasks([task, task], 2)
    first, second = results
    assert first.termination.reason is Reason.OPTIMAL
    assert first.decisions == second.decisions
    assert replace(first.termination, wall_seconds=0) == replace(second.termination, wall_seconds=0)
