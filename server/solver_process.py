"""What runs in a solver process of the service: one problem, and for the plan's own process the whole answer.

The plan's process makes the message that the caller gets, with the baselines' results that are passed on to it: verifying
and writing a large plan takes neither the server's memory nor its time. Every better plan is packed in the same way, so that
an answer is at hand whenever the process has to be ended.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from server.contract.plan import plan_message
from solver.deployments.types import Candidates
from solver.plan.plan import Plan
from solver.solve.failure import Failure, FailureKind
from solver.solve.process import Kept
from solver.solve.progress import Cancel
from solver.solve.task import SolvedTask, SolveTask, run_task
from solver.solve.termination import Limit, Reason, Termination
from solver.study.planning import Overrides, assemble

BASELINES_WAIT_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Processor seconds (None: no limit) and niceness of a solver process; its memory is watched from outside."""

    cpu_seconds: int | None
    niceness: int


@dataclass(frozen=True, slots=True)
class StopAsked:
    """To a process: stop and keep what there is. `limit` is why."""

    limit: Limit


@dataclass(frozen=True, slots=True)
class BaselineEnded:
    """To the plan's process: a baseline's result, packed; `number` counts from 1 as the tasks do."""

    number: int
    packed: bytes


@dataclass(frozen=True, slots=True)
class FinishNow:
    """To the plan's process: answer without the baselines that are still open."""


@dataclass(frozen=True, slots=True)
class Solved:
    """From a baseline's process: its result, packed."""

    packed: bytes


@dataclass(frozen=True, slots=True)
class PlanSolved:
    """From the plan's process: its own solve has ended; it waits for the baselines."""


@dataclass(frozen=True, slots=True)
class Answered:
    """From the plan's process: the Plan message, and whether a request to stop cut any of its solves short."""

    plan: bytes
    interrupted: bool


class _Link:
    """A process's end of its pipe."""

    def __init__(self, pipe: Connection) -> None:
        self.cancel = Cancel()
        self.stopped_by: Limit | None = None
        self.baselines: dict[int, SolvedTask] = {}
        self._finish = False
        self._pipe = pipe
        self._sending = threading.Lock()
        self._changed = threading.Condition()
        threading.Thread(target=self._listen, name="link", daemon=True).start()

    def send(self, message: object) -> None:
        with self._sending:
            self._pipe.send(message)

    def wait_for_baselines(self, count: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._finish or len(self.baselines) >= count, BASELINES_WAIT_SECONDS)

    def _listen(self) -> None:
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                os._exit(1)  # the server is gone: nobody waits for a result
            with self._changed:
                match message:
                    case StopAsked(limit):
                        self.stopped_by = self.stopped_by or limit
                        self.cancel.ask()
                    case BaselineEnded(number, packed):
                        self.baselines[number] = pickle.loads(packed)
                    case FinishNow():
                        self._finish = True
                self._changed.notify_all()


def run_plan(pipe: Connection, task: SolveTask, baselines: tuple[str, ...], limits: ProcessLimits) -> None:
    """Target of the plan's process: sends Progress, Kept (a Plan message), then Answered or Failure."""

    def work(link: _Link) -> Answered:
        def message(solved: SolvedTask) -> tuple[bytes, Plan]:
            count = range(1, len(baselines) + 1)
            known = [link.baselines.get(n) or cut_off(task, baselines[n - 1]) for n in count]
            plan = assemble(task.resolved, [_told_apart(solved, link.stopped_by), *known], Overrides())
            return plan_message(plan).SerializeToString(), plan

        def keep(solved: SolvedTask) -> None:
            packed, plan = message(solved)
            if plan.verification is not None and plan.verification.passed:
                link.send(Kept(packed, plan.termination.objective))

        solved = run_task(task, link.send, link.cancel, keep)
        if len(link.baselines) < len(baselines):
            link.send(PlanSolved())
            if solved.decisions is not None:
                keep(solved)
            link.wait_for_baselines(len(baselines))
        packed, plan = message(solved)
        endings = (plan.termination, *(baseline.termination for baseline in plan.baselines))
        return Answered(packed, any(ending.limit is Limit.INTERRUPT for ending in endings))

    _run(pipe, limits, work)


def run_baseline(pipe: Connection, task: SolveTask, limits: ProcessLimits) -> None:
    """Target of a baseline's process: sends Progress, then Solved or Failure."""

    def work(link: _Link) -> Solved:
        solved = run_task(task, link.send, link.cancel)
        return Solved(pickle.dumps(_told_apart(solved, link.stopped_by)))

    _run(pipe, limits, work)


def cut_off(task: SolveTask, name: str, limit: Limit = Limit.INTERRUPT) -> SolvedTask:
    """A problem that had to end before there was anything to keep."""
    ended = Termination(Reason.NO_SOLUTION_FOUND, limit, "ended before it had a plan to keep")
    return SolvedTask(name, task.resolved, Candidates((), (), frozenset()), ended, None)


def failed(task: SolveTask, name: str, failure: Failure) -> SolvedTask:
    """A problem whose process broke."""
    ended = Termination(Reason.ERROR, None, failure.detail)
    return SolvedTask(name, task.resolved, Candidates((), (), frozenset()), ended, None, failure=failure.kind)


def _run(pipe: Connection, limits: ProcessLimits, work: Callable[[_Link], object]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if limits.cpu_seconds is not None:
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = limits.cpu_seconds if hard == resource.RLIM_INFINITY else min(limits.cpu_seconds, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    if limits.niceness:
        os.nice(limits.niceness)
    link = _Link(pipe)
    try:
        answer = work(link)
    except MemoryError:
        answer = Failure(FailureKind.OUT_OF_MEMORY, "out of memory")
    except Exception as error:
        answer = Failure(FailureKind.FAULT, f"{type(error).__name__}: {error}")
    with contextlib.suppress(OSError):
        link.send(answer)


def _told_apart(solved: SolvedTask, stopped_by: Limit | None) -> SolvedTask:
    """The solver knows only that it was asked to stop; here it is known why."""
    if solved.termination.limit is not Limit.INTERRUPT or stopped_by is None:
        return solved
    return replace(solved, termination=replace(solved.termination, limit=stopped_by))
