"""Tasks in worker processes of this machine: a crash or a kill costs one try of one task.

Workers come from the fork server that has the solver loaded, and live for many tasks, so that what a task keeps (a built
model) is there for the next. A worker is replaced after RENEW tasks, as native code may leak.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess

from solver.solve.process import start
from solver.solve.progress import Cancel
from solver.study.task import Outcome, Task

from .worker import CANCEL, END, Reply, work

POLL_SECONDS = 0.2
TRIES = 2
RENEW = 500
CANCEL_SECONDS = 30.0
"""After a stop is asked for: a solve that has not ended by then is ended."""


@dataclass(slots=True)
class _Slot:
    process: ForkServerProcess
    pipe: Connection
    task: Task | None = None
    deadline: float = 0.0
    done: int = 0


class Processes:
    """`slots` workers, started when there is work for them. `tries`: of one task whose worker is lost."""

    def __init__(self, slots: int, tries: int = TRIES) -> None:
        self.slots = max(slots, 1)
        self._tries = tries
        self._workers: list[_Slot] = []

    def run(self, tasks: Sequence[Task], cancel: Cancel) -> Iterator[Outcome]:
        """Outcomes as they come; a worker has its next task before its outcome is handed over."""
        waiting = deque(tasks)
        tries: dict[str, int] = {}
        told = False
        try:
            while (waiting and not cancel.asked) or any(slot.task is not None for slot in self._workers):
                if cancel.asked and not told:
                    told = True
                    self._tell_stop()
                if not cancel.asked:
                    self._feed(waiting)
                for task, reply in self._replies():
                    ended = self._judged(task, reply, waiting, tries)
                    if not cancel.asked:
                        self._feed(waiting)
                    if ended is not None:
                        yield ended
        finally:
            # A consumer that stops listening, or a failure here, must not leave workers that solve for nobody.
            for slot in [slot for slot in self._workers if slot.task is not None]:
                self._drop(slot)
            if told:
                self.close()

    def close(self) -> None:
        """End all workers."""
        for slot in list(self._workers):
            with contextlib.suppress(OSError):
                slot.pipe.send(END)
        for slot in list(self._workers):
            slot.process.join(timeout=2)
            self._drop(slot)

    def worker_pids(self) -> list[int]:
        """Process ids of the workers, for tests and for watching."""
        return [slot.process.pid for slot in self._workers if slot.process.pid is not None]

    def _feed(self, waiting: deque[Task]) -> None:
        """Every free worker gets a task; there are never more workers than slots."""
        for slot in [slot for slot in self._workers if slot.task is None and slot.done >= RENEW]:
            self._drop(slot)
        while waiting:
            free = next((slot for slot in self._workers if slot.task is None), None)
            if free is None and len(self._workers) < self.slots:
                free = _started()
                self._workers.append(free)
            if free is None:
                return
            task = waiting.popleft()
            try:
                free.pipe.send(task)
            except OSError:
                self._drop(free)
                waiting.appendleft(task)
                continue
            free.task = task
            free.deadline = time.monotonic() + task.limit_seconds

    def _tell_stop(self) -> None:
        for slot in self._workers:
            with contextlib.suppress(OSError):
                slot.pipe.send(CANCEL)
            slot.deadline = min(slot.deadline, time.monotonic() + CANCEL_SECONDS)

    def _replies(self) -> Iterator[tuple[Task, Reply | str]]:
        """Tasks that ended, each with its reply, or with how its worker was lost. Their workers are free or gone."""
        busy = [slot for slot in self._workers if slot.task is not None]
        ready = wait([slot.pipe for slot in busy], timeout=POLL_SECONDS)
        for slot in busy:
            task = slot.task
            assert task is not None
            if slot.pipe in ready:
                reply = _read(slot)
                slot.task = None
                slot.done += 1
                if isinstance(reply, str):
                    self._drop(slot)
                yield task, reply
            elif time.monotonic() > slot.deadline:
                slot.task = None
                self._drop(slot)
                seconds = task.limit_seconds
                yield task, Reply(None, f"did not end within {seconds:.0f} s and was ended", seconds)

    def _judged(self, task: Task, reply: Reply | str, waiting: deque[Task], tries: dict[str, int]) -> Outcome | None:
        """The outcome; None where the task is tried again, or was stopped."""
        if isinstance(reply, Reply):
            return None if reply.stopped else Outcome(task, reply.answer, reply.failure, reply.seconds)
        tries[task.key] = tries.get(task.key, 1) + 1
        if tries[task.key] <= self._tries:
            waiting.appendleft(task)
            return None
        others = "another on a second try" if self._tries == TRIES else f"the workers of {self._tries - 1} tries before"
        return Outcome(task, None, f"{reply}, and so did {others}")

    def _drop(self, slot: _Slot) -> None:
        if slot in self._workers:
            self._workers.remove(slot)
        slot.process.kill()
        slot.process.join(timeout=5)
        slot.pipe.close()


def _started() -> _Slot:
    process, pipe = start(work)
    return _Slot(process, pipe)


def _read(slot: _Slot) -> Reply | str:
    try:
        message = slot.pipe.recv()
    except (EOFError, OSError):
        slot.process.join(timeout=5)
        code = slot.process.exitcode
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return f"the worker process ended with {how}"
    assert isinstance(message, Reply)
    return message
