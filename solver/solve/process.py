"""Solves in processes of their own: a crash, a kill or running out of memory fails that solve alone.

Children come from a fork server that has the heavy imports loaded, so one more costs about 20 ms. A child ignores
Ctrl-C; its parent asks it to stop and it returns the incumbent. What does not answer in time is killed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess

from solver.deployments.types import Candidates
from solver.solve.failure import Failure, FailureKind, failure_of
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.task import SolvedTask, SolveTask, run_task
from solver.solve.termination import Limit, Reason, Termination

PRELOAD = ["solver.solve.preload"]
GRACE_SECONDS = 120.0
"""Beyond the time limit: building, the two LPs after the MILP, explaining infeasibility."""
POLL_SECONDS = 0.1
START_TRIES = 10


@dataclass(slots=True)
class _Running:
    position: int
    task: SolveTask
    process: ForkServerProcess
    pipe: Connection
    deadline: float
    kept: bytes | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The best plan so far as its process packed it; opened only where that process ends without an answer. `usd`: its cost."""

    packed: bytes
    usd: float | None = None


def context() -> ForkServerContext:
    """The fork server with the solver loaded."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(PRELOAD)
    return server


def warm_up() -> None:
    """Start the fork server in the background, so that its imports overlap with reading the input."""
    threading.Thread(target=_ensure_server, daemon=True).start()


def _ensure_server() -> None:
    """Start the fork server where there is none, without waiting for its imports, with Ctrl-C blocked in it for good.

    The resource tracker has to run before: starting it unblocks the signal.
    """
    context()
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_tasks(
    tasks: Sequence[SolveTask],
    jobs: int,
    listener: Listener = silent,
    cancel: Cancel | None = None,
    done: Callable[[int, SolvedTask], None] | None = None,
) -> list[SolvedTask]:
    """Results in the order of the tasks, at most `jobs` at a time; `done` hears of each as it ends."""
    cancel = cancel or Cancel()
    waiting = list(enumerate(tasks))[::-1]
    running: list[_Running] = []
    results: dict[int, SolvedTask] = {}
    told = False
    try:
        while waiting or running:
            while waiting and len(running) < jobs and not cancel.asked:
                position, task = waiting.pop()
                try:
                    running.append(_start(position, task))
                except (OSError, EOFError) as error:
                    detail = f"the solver process did not start ({type(error).__name__}: {error})"
                    results[position] = _broken(task, None, Failure(FailureKind.NOT_STARTED, detail))
                    if done is not None:
                        done(position, results[position])
            if cancel.asked and not told:
                told = True
                for position, task in waiting:
                    results[position] = _without_plan(task, Reason.NO_SOLUTION_FOUND, Limit.INTERRUPT, "interrupted")
                    if done is not None:
                        done(position, results[position])
                waiting.clear()
                for child in running:
                    with contextlib.suppress(OSError):  # it may just have ended
                        child.pipe.send("cancel")
                    child.deadline = min(child.deadline, time.monotonic() + GRACE_SECONDS)
            for child in _finished(running, results, listener):
                running.remove(child)
                if done is not None:
                    done(child.position, results[child.position])
    finally:
        for child in running:
            child.process.kill()
    return [results[position] for position in range(len(tasks))]


def start(target: Callable[..., None], *arguments: object, daemon: bool = True) -> tuple[ForkServerProcess, Connection]:
    """A child that runs `target(pipe, *arguments)`, and our end of its pipe. OSError or EOFError where it cannot be started.

    A fork server that has died is started again. A killed server may still look alive for a moment, hence more than one
    more try.
    """
    for attempt in range(START_TRIES):
        ours, theirs = multiprocessing.Pipe()
        process = context().Process(target=target, args=(theirs, *arguments), daemon=daemon)
        try:
            _ensure_server()
            process.start()
            break
        except (OSError, EOFError):
            ours.close()
            if attempt + 1 == START_TRIES:
                raise
            time.sleep(POLL_SECONDS)
        finally:
            theirs.close()
    return process, ours


def _start(position: int, task: SolveTask) -> _Running:
    process, pipe = start(_child, task)
    return _Running(position, task, process, pipe, time.monotonic() + task.time_limit_seconds + GRACE_SECONDS)


def _finished(running: list[_Running], results: dict[int, SolvedTask], listener: Listener) -> list[_Running]:
    ended: list[_Running] = []
    if not running:
        return ended
    wait([child.pipe for child in running], timeout=POLL_SECONDS)
    for child in running:
        outcome = _read(child, listener)
        if outcome is None and time.monotonic() > child.deadline:
            child.process.kill()
            late = Failure(FailureKind.OVERTIME, "did not stop at its limit and was killed")
            outcome = _broken(child.task, child.kept, late)
        if outcome is not None:
            results[child.position] = outcome
            child.process.join(timeout=5)
            child.pipe.close()
            ended.append(child)
    return ended


def _read(child: _Running, listener: Listener) -> SolvedTask | None:
    """Pass progress on; the result when it is there, a failure when the process is gone."""
    try:
        while child.pipe.poll():
            message = child.pipe.recv()
            if isinstance(message, Progress):
                listener(message)
            elif isinstance(message, Kept):
                child.kept = message.packed
            elif isinstance(message, SolvedTask):
                return message
            elif isinstance(message, Failure):
                return _broken(child.task, child.kept, message)
    except (EOFError, OSError):
        child.process.join(timeout=5)
        return _broken(child.task, child.kept, failure_of(child.process.exitcode))
    return None


def _broken(task: SolveTask, kept: bytes | None, failure: Failure) -> SolvedTask:
    """The last plan that a broken process had found, else what broke it. What was out of time is no error."""
    overtime = failure.kind is FailureKind.OVERTIME
    if kept is not None:
        candidates, found, decisions = pickle.loads(kept)
        limit = Limit.TIME if overtime else Limit.OTHER
        ended = replace(found, limit=limit, detail=f"{failure.detail}; the last plan found is kept")
        return SolvedTask(task.name, task.resolved, candidates, ended, decisions, failure=failure.kind)
    if overtime:
        return replace(
            _without_plan(task, Reason.NO_SOLUTION_FOUND, Limit.TIME, failure.detail), failure=FailureKind.OVERTIME
        )
    return replace(_without_plan(task, Reason.ERROR, None, failure.detail), failure=failure.kind)


def _without_plan(task: SolveTask, reason: Reason, limit: Limit | None, detail: str) -> SolvedTask:
    nothing = Candidates((), (), frozenset())
    return SolvedTask(task.name, task.resolved, nothing, Termination(reason, limit, detail), None)


def _child(pipe: Connection, task: SolveTask) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cancel = Cancel()
    lock = threading.Lock()

    def listen() -> None:
        try:
            pipe.recv()
        except (EOFError, OSError):
            os._exit(1)  # the parent is gone: nobody waits for a result
        cancel.ask()
        with contextlib.suppress(EOFError, OSError):
            pipe.recv()
        os._exit(1)

    def report(progress: Progress) -> None:
        with lock:
            pipe.send(progress)

    def keep(found: SolvedTask) -> None:
        packed = pickle.dumps((found.candidates, found.termination, found.decisions))
        with lock, contextlib.suppress(OSError):
            pipe.send(Kept(packed))

    threading.Thread(target=listen, daemon=True).start()
    try:
        answer: object = run_task(task, report, cancel, keep)
    except MemoryError:
        answer = Failure(FailureKind.OUT_OF_MEMORY, "out of memory")
    except Exception as error:
        answer = Failure(FailureKind.FAULT, f"{type(error).__name__}: {error}")
    with lock:
        pipe.send(answer)
