"""Where the scenarios' oracles live: in this process, or shared out among processes that keep them built.

A question goes to some scenarios, answers come back by scenario. Processes keep their scenarios' linear programs from one
question to the next: re-solving one takes a hundredth of building it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from solver.instance.resolved import ResolvedInstance
from solver.solve.progress import Cancel
from solver.solve.session.known_candidates import KnownCandidates

from .oracle import Oracle

Question = tuple[str, tuple[Any, ...]]
"""Name of a method of Oracle, and its arguments."""
BUILD = "build"
POLL_SECONDS = 0.2


class LostWorkerError(RuntimeError):
    """A process that held scenarios is gone."""


class ScenarioError(ValueError):
    """A scenario that cannot be worked with; `scenario` is its position."""

    def __init__(self, scenario: int, reason: str) -> None:
        super().__init__(reason)
        self.scenario = scenario


class Pool(Protocol):
    """Oracles by position."""

    @property
    def scenarios(self) -> int:
        """How many."""
        ...

    def ask(self, questions: Mapping[int, Question], cancel: Cancel | None = None) -> dict[int, Any]:
        """Answers by scenario. Raises ScenarioError; after a stop, only those that came."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Here:
    """All oracles in this process."""

    def __init__(self, oracles: Sequence[Oracle]) -> None:
        self.oracles = list(oracles)

    @property
    def scenarios(self) -> int:
        """How many."""
        return len(self.oracles)

    def ask(self, questions: Mapping[int, Question], cancel: Cancel | None = None) -> dict[int, Any]:
        """One after another."""
        found: dict[int, Any] = {}
        for scenario, (method, arguments) in questions.items():
            if cancel is not None and cancel.asked:
                break
            try:
                found[scenario] = getattr(self.oracles[scenario], method)(*arguments)
            except (ValueError, RuntimeError) as error:
                raise ScenarioError(scenario, str(error)) from error
        return found

    def close(self) -> None:
        """Nothing to end."""


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    queue: list[tuple[int, Question]]
    busy: bool = False


class Spread:
    """Oracles shared out among processes, scenario s in process s modulo their number."""

    def __init__(self, resolved: Sequence[ResolvedInstance], processes: int, cancel: Cancel | None = None) -> None:
        from solver.solve.process import context

        self.scenarios_held = len(resolved)
        self._workers: list[_Worker] = []
        for _ in range(max(1, min(processes, len(resolved)))):
            ours, theirs = Pipe()
            process = context().Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._workers.append(_Worker(process, ours, []))
        try:
            self.ask({at: (BUILD, (each,)) for at, each in enumerate(resolved)}, cancel)
        except BaseException:
            self.close()
            raise

    @property
    def scenarios(self) -> int:
        """How many."""
        return self.scenarios_held

    def ask(self, questions: Mapping[int, Question], cancel: Cancel | None = None) -> dict[int, Any]:
        """Each process works off its scenarios' questions; a stop reaches the questions not yet sent."""
        for scenario, question in questions.items():
            self._workers[scenario % len(self._workers)].queue.append((scenario, question))
        found: dict[int, Any] = {}
        failure: ScenarioError | None = None
        while any(worker.busy or worker.queue for worker in self._workers):
            if failure is not None or (cancel is not None and cancel.asked):
                for worker in self._workers:
                    worker.queue.clear()
            for worker in self._workers:
                if worker.queue and not worker.busy:
                    worker.pipe.send(worker.queue.pop(0))
                    worker.busy = True
            ready = wait([worker.pipe for worker in self._workers if worker.busy], timeout=POLL_SECONDS)
            for worker in self._workers:
                if worker.pipe in ready:
                    scenario, answer, wrong = self._received(worker)
                    worker.busy = False
                    if wrong:
                        failure = failure or ScenarioError(scenario, wrong)
                    else:
                        found[scenario] = answer
        if failure is not None:
            raise failure
        return found

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.pipe.close()
            worker.process.kill()
            worker.process.join(timeout=5)
        self._workers.clear()

    @staticmethod
    def _received(worker: _Worker) -> tuple[int, Any, str]:
        try:
            received: tuple[int, Any, str] = worker.pipe.recv()
        except (EOFError, OSError) as error:
            worker.process.join(timeout=5)
            raise LostWorkerError(
                f"a process that held scenarios ended with exit code {worker.process.exitcode}"
            ) from error
        return received


def _serve(pipe: Connection) -> None:
    """Answer until the other side is gone. Ctrl-C is the parent's to hear."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    oracles: dict[int, Oracle] = {}
    known = KnownCandidates()
    while True:
        try:
            scenario, (method, arguments) = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            if method == BUILD:
                oracles[scenario] = Oracle.of(arguments[0], known)
                answer: Any = None
            else:
                ask: Callable[..., Any] = getattr(oracles[scenario], method)
                answer = ask(*arguments)
            pipe.send((scenario, answer, ""))
        except (ValueError, RuntimeError) as error:
            pipe.send((scenario, None, str(error) or type(error).__name__))
        except Exception:
            pipe.send((scenario, None, traceback.format_exc(limit=3)))
