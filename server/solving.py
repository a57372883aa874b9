"""An instance solved in processes of its own: the plan, its baselines, and what is told on the way."""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from inferplan.v1 import plan_pb2, termination_pb2
from server import metrics
from server.contract.enums import number, word
from server.contract.plan import plan_message
from server.settings import Settings
from server.solver_process import (
    Answered,
    BaselineEnded,
    FinishNow,
    PlanSolved,
    ProcessLimits,
    Solved,
    StopAsked,
    cut_off,
    failed,
    run_baseline,
    run_plan,
)
from server.stop import AbandonedError, Stop
from solver.instance.resolved import ResolvedInstance
from solver.solve.failure import Failure, FailureKind, failure_of
from solver.solve.process import GRACE_SECONDS, POLL_SECONDS, Kept, start
from solver.solve.progress import Listener, Progress
from solver.solve.task import SolveTask
from solver.solve.termination import Limit
from solver.study.planning import Overrides, assemble, tasks_of

GIGABYTE = 10**9
PLAN = 0
"""Number of the plan's own task; the baselines follow."""
LOOK_SECONDS = 0.1
"""Between two looks at the memory of a process."""
FINISH_SECONDS = 5.0
"""After a request to stop that names no time, baselines that have not ended are left out."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


Keep = Callable[[bytes, float], None]
"""Takes a better plan, packed, and its cost in USD."""


def unkept(_packed: bytes, _usd: float) -> None:
    """Nobody keeps plans on the way."""


class SolveFailedError(Exception):
    """The plan's process broke before it had a plan to keep."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer. `failure`: its process broke, and the plan is the last one that it had found; `interrupted`: a request to
    stop cut a solve short.

    `peak_memory_bytes` is the most that one process was seen to use.
    """

    plan: plan_pb2.Plan
    failure: Failure | None
    interrupted: bool
    peak_memory_bytes: int


@dataclass(slots=True)
class _Process:
    number: int
    process: ForkServerProcess
    pipe: Connection
    latest: float
    looked_at: float = 0.0
    only_waits: bool = False


def solve_instance(
    resolved: ResolvedInstance,
    settings: Settings,
    stop: Stop,
    listener: Listener,
    seconds: float = math.inf,
    keep: Keep = unkept,
) -> Outcome:
    """The plan, within `seconds` of solving. What the stop cuts short keeps its best plan where there is one.

    `keep` is given better plans on the way, each packed as a Plan message with its cost in USD.

    Raises AbandonedError when told to end at once, SolveFailedError where the plan's own process broke without a plan.
    """
    began = time.monotonic()
    solve = _Solve(_tasks(resolved, settings, seconds), settings, stop, listener, keep)
    try:
        outcome = solve.run()
    except SolveFailedError:
        metrics.solved("failed", time.monotonic() - began, None)
        raise
    ended = outcome.plan.termination
    gap = ended.relative_gap if ended.HasField("relative_gap") else None
    metrics.solved(word(termination_pb2.TerminationReason.DESCRIPTOR, ended.reason), time.monotonic() - began, gap)
    return outcome


def plan_phase(resolved: ResolvedInstance) -> str:
    """Phase under which the plan's own solve tells of itself; the others are baselines."""
    return tasks_of(resolved, Overrides(baselines=False))[0].name


class _Solve:
    """One instance: its processes, and the best answer at hand."""

    def __init__(self, tasks: list[SolveTask], settings: Settings, stop: Stop, listener: Listener, keep: Keep) -> None:
        self._tasks, self._settings, self._stop, self._listener, self._keep = tasks, settings, stop, listener, keep
        self._began = time.monotonic()
        self._running: dict[int, _Process] = {}
        self._waiting = list(range(len(tasks)))
        self._answer: Answered | None = None
        self._kept: bytes | None = None
        self._empty: plan_pb2.Plan | None = None
        self._found = False
        self._bound: float | None = None
        self._failure: Failure | None = None
        self._told = False
        self._finish_at: float | None = None
        self._peak = 0

    def run(self) -> Outcome:
        """Until there is an answer."""
        try:
            while self._answer is None and self._failure is None:
                if self._stop.abandoned:
                    raise AbandonedError
                if self._stop.overdue(packing=self._found and self._kept is None) or self._has_nothing_to_keep():
                    break
                self._start_waiting()
                if self._stop.asked:
                    self._ask()
                self._hear()
                self._look()
        finally:
            for child in self._running.values():
                child.process.kill()
                child.pipe.close()
        return self._outcome()

    def _has_nothing_to_keep(self) -> bool:
        """Asked to stop before there is a plan: waiting brings none, unless time is left that was reserved for it."""
        return self._stop.asked and not self._stop.out_of_time and not self._found

    def _outcome(self) -> Outcome:
        if self._answer is not None:
            return Outcome(plan_pb2.Plan.FromString(self._answer.plan), None, self._answer.interrupted, self._peak)
        if self._kept is not None:
            plan = self._patched(plan_pb2.Plan.FromString(self._kept))
            return Outcome(plan, self._failure, self._failure is None and not self._stop.out_of_time, self._peak)
        if self._failure is not None and self._failure.kind is not FailureKind.OVERTIME:
            raise SolveFailedError(self._failure)
        limit = Limit.TIME if self._stop.out_of_time or self._failure is not None else Limit.INTERRUPT
        plan = self._empty if self._empty is not None else self._without_plan(limit)
        return Outcome(plan, self._failure, limit is Limit.INTERRUPT, self._peak)

    def _without_plan(self, limit: Limit) -> plan_pb2.Plan:
        solved = [cut_off(task, task.name, limit) for task in self._tasks]
        return plan_message(assemble(self._tasks[PLAN].resolved, solved, Overrides()))

    def _patched(self, plan: plan_pb2.Plan) -> plan_pb2.Plan:
        """A plan that was packed on the way, with how its solve ended and the bound proven until then."""
        ended = plan.termination
        ended.wall_seconds = time.monotonic() - self._began
        if self._failure is not None:
            limit = Limit.TIME if self._failure.kind is FailureKind.OVERTIME else Limit.OTHER
            ended.detail = f"{self._failure.detail}; the last plan found is kept"
        else:
            limit = Limit.TIME if self._stop.out_of_time else Limit.INTERRUPT
            ended.detail = "ended when its time was over; the last plan found"
        if ended.reason == termination_pb2.TERMINATION_REASON_FEASIBLE:
            ended.limit = number(termination_pb2.TerminationLimit.DESCRIPTOR, limit)  # type: ignore[assignment]
            if self._bound is not None and self._bound > (
                ended.bound_usd if ended.HasField("bound_usd") else -math.inf
            ):
                ended.bound_usd = min(self._bound, ended.objective_usd)
                if ended.objective_usd:
                    gap = (ended.objective_usd - ended.bound_usd) / abs(ended.objective_usd)
                    ended.relative_gap = max(0.0, gap)
        return plan

    def _start_waiting(self) -> None:
        while self._waiting and self._at_work() < self._settings.processes_per_solve:
            position = self._waiting.pop(0)
            task = self._tasks[position]
            limits = ProcessLimits(self._cpu_seconds(task), self._settings.niceness)
            try:
                if position == PLAN:
                    names = tuple(baseline.name for baseline in self._tasks[1:])
                    process, pipe = start(run_plan, task, names, limits)
                else:
                    process, pipe = start(run_baseline, task, limits)
            except (OSError, EOFError) as error:
                detail = f"the solver process did not start ({type(error).__name__}: {error})"
                self._broken(position, Failure(FailureKind.NOT_STARTED, detail))
                continue
            latest = time.monotonic() + task.time_limit_seconds + GRACE_SECONDS
            self._running[position] = _Process(position, process, pipe, latest)

    def _at_work(self) -> int:
        return sum(not child.only_waits for child in self._running.values())

    def _cpu_seconds(self, task: SolveTask) -> int:
        """More than its time limit lets it use, so that only a process that has gone astray meets it."""
        return math.ceil((task.time_limit_seconds + 2 * GRACE_SECONDS) * (task.threads + 1))

    def _ask(self) -> None:
        """Ask every process to stop, then the plan's to answer without the baselines that are still open."""
        now = time.monotonic()
        if not self._told:
            self._told = True
            left = self._stop.seconds_left
            self._finish_at = now + (FINISH_SECONDS if left is None else max(left, 0.0) / 2)
            self._waiting.clear()
            limit = Limit.TIME if self._stop.out_of_time else Limit.INTERRUPT
            for child in self._running.values():
                self._send(child, StopAsked(limit))
            if limit is Limit.TIME and self._kept is None:
                self._empty = self._without_plan(limit)  # now, while the solver tries its best; later there is no time
        elif self._finish_at is not None and (now >= self._finish_at or set(self._running) == {PLAN}):
            self._finish_at = None
            if PLAN in self._running:
                self._send(self._running[PLAN], FinishNow())

    def _send(self, child: _Process, message: object) -> None:
        with contextlib.suppress(OSError):  # it may just have ended
            child.pipe.send(message)

    def _hear(self) -> None:
        left = self._stop.seconds_left
        patience = POLL_SECONDS if left is None else max(0.0, min(POLL_SECONDS, left))
        wait([child.pipe for child in self._running.values()], timeout=patience)
        for child in tuple(self._running.values()):
            for message in _messages(child):
                self._take(child, message)
            if child.number in self._running and time.monotonic() > child.latest:
                self._broken(child.number, Failure(FailureKind.OVERTIME, "did not stop at its limit and was killed"))

    def _take(self, child: _Process, message: object) -> None:
        match message:
            case Progress():
                if child.number == PLAN:
                    self._found = self._found or message.incumbent is not None
                    self._bound = message.bound if message.bound is not None else self._bound
                self._listener(message)
            case PlanSolved():
                child.only_waits = True
                child.latest = math.inf  # the baselines have limits of their own
            case Kept(packed, usd):
                self._kept = packed
                if usd is not None:
                    self._keep(packed, usd)
            case Answered():
                self._answer = message
            case Solved(packed):
                self._ended(child)
                self._pass_on(child.number, packed)
            case Failure():
                self._broken(child.number, message)

    def _pass_on(self, position: int, packed: bytes) -> None:
        if PLAN in self._running:
            self._send(self._running[PLAN], BaselineEnded(position, packed))

    def _broken(self, position: int, failure: Failure) -> None:
        if position in self._running:
            self._ended(self._running[position])
        if position == PLAN:
            self._failure = failure
        else:
            task = self._tasks[position]
            self._pass_on(position, pickle.dumps(failed(task, task.name, failure)))

    def _ended(self, child: _Process) -> None:
        child.process.kill()
        child.pipe.close()
        del self._running[child.number]

    def _look(self) -> None:
        """Memory as the machine counts it; address space says little."""
        most = self._settings.memory_gb_per_process * GIGABYTE
        now = time.monotonic()
        for child in tuple(self._running.values()):
            if now - child.looked_at >= LOOK_SECONDS:
                child.looked_at = now
                used = resident_bytes(child.process.pid)
                self._peak = max(self._peak, used)
                if used > most:
                    detail = f"needed more than the {self._settings.memory_gb_per_process:g} GB of memory it may have"
                    self._broken(child.number, Failure(FailureKind.OUT_OF_MEMORY, detail))


def _messages(child: _Process) -> Iterator[object]:
    """What a process has sent; a failure where it ended without an answer."""
    try:
        while not child.pipe.closed and child.pipe.poll():
            yield child.pipe.recv()
    except (EOFError, OSError):
        child.process.join(timeout=5)
        yield failure_of(child.process.exitcode)


def resident_bytes(pid: int | None) -> int:
    """0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def _tasks(resolved: ResolvedInstance, settings: Settings, seconds: float) -> list[SolveTask]:
    tasks = tasks_of(resolved, Overrides())
    beside = settings.processes_per_solve - 1
    # One process is the plan's, for all of the time; the others are the baselines', one after the other.
    rounds = math.ceil((len(tasks) - 1) / beside) if beside else len(tasks)
    shares = [1 if beside else rounds] + [max(rounds, 1)] * (len(tasks) - 1)
    return [
        replace(
            task,
            time_limit_seconds=min(
                task.time_limit_seconds, max(min(settings.longest_solve_seconds, seconds / share), 0.1)
            ),
            threads=min(task.threads, settings.threads_per_process),
        )
        for task, share in zip(tasks, shares, strict=True)
    ]
