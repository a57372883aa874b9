"""A study that is one piece of work, decided in a process of its own: its models are never built in the server."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from server.settings import Settings
from server.solving import GIGABYTE, LOOK_SECONDS, resident_bytes
from solver.solve.failure import Failure, FailureKind, failure_of
from solver.solve.process import start
from solver.solve.progress import Cancel
from solver.study.engines.processes import CANCEL_SECONDS, Processes
from solver.study.engines.worker import CANCEL
from solver.study.loaded import LoadedStudy
from solver.study.runner import Runner
from solver.study.task import Answer


class StudyProcesses(Processes):
    """Processes of one study in a server, under its limits."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.slots, settings.attempts)
        self._settings = settings
        self._deciding: int | None = None

    def worker_pids(self) -> list[int]:
        """Process ids, that of the decision too."""
        return super().worker_pids() + ([] if self._deciding is None else [self._deciding])

    def decide(self, study: LoadedStudy, cancel: Cancel) -> Answer:
        """The study's one answer; where its process broke, an answer that says how and is not kept."""
        process, pipe = start(_decide, study, self.slots, daemon=False)
        self._deciding = process.pid
        latest: float | None = None
        try:
            while not pipe.poll(LOOK_SECONDS):
                if cancel.asked and latest is None:
                    latest = time.monotonic() + CANCEL_SECONDS
                    with suppress(OSError):  # it may just have ended
                        pipe.send(CANCEL)
                if latest is not None and time.monotonic() > latest:
                    return _broken(Failure(FailureKind.OVERTIME, "did not stop when asked to, and was ended"))
                if resident_bytes(process.pid) > self._settings.memory_gb_per_process * GIGABYTE:
                    most = f"{self._settings.memory_gb_per_process:g} GB"
                    return _broken(
                        Failure(FailureKind.OUT_OF_MEMORY, f"needed more than the {most} of memory it may have")
                    )
            try:
                answer = pipe.recv()
            except (EOFError, OSError):
                process.join(timeout=5)
                answer = failure_of(process.exitcode)
        finally:
            self._deciding = None
            process.kill()
            process.join(timeout=5)
            pipe.close()
        return _broken(answer) if isinstance(answer, Failure) else answer


class ServerRunner(Runner):
    """A runner whose engine is a StudyProcesses."""

    def whole(self, study: LoadedStudy, _work: Callable[[], Mapping[str, Any]]) -> Answer:
        """In a process of its own."""
        assert isinstance(self.engine, StudyProcesses)
        return self.engine.decide(study, self.cancel)


class _Inside(Runner):
    """In that process: keeps the answer, from which the server makes the result."""

    answer: Answer | None = None

    def whole(self, study: LoadedStudy, work: Callable[[], Mapping[str, Any]]) -> Answer:
        """Here."""
        self.answer = Runner.whole(self, study, work)
        return self.answer


def _decide(pipe: Connection, study: LoadedStudy, slots: int) -> None:
    """Entry point. When the server is gone, so is this process at once."""
    from solver.study.kinds.registry import run_kind

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    runner = _Inside(Processes(slots))
    threading.Thread(target=_listen, args=(pipe, runner.cancel), daemon=True).start()
    try:
        run_kind(study, runner)
    except MemoryError:
        pipe.send(Failure(FailureKind.OUT_OF_MEMORY, "ran out of memory"))
    except Exception as error:
        if runner.answer is None:
            pipe.send(Failure(FailureKind.FAULT, f"{type(error).__name__}: {error}"))
    if runner.answer is not None:
        pipe.send(runner.answer)


def _listen(pipe: Connection, cancel: Cancel) -> None:
    try:
        while pipe.recv() == CANCEL:
            cancel.ask()
    except (EOFError, OSError):
        os._exit(1)


def _broken(failure: Failure) -> Answer:
    return {"failure": failure.detail, "complete": False}
