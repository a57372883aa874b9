"""Tasks one after the other in this process."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from solver.solve.progress import Cancel
from solver.study.task import Outcome, Task, Worker


class InProcess:
    """One slot; a crash takes the study with it (what was stored is not lost)."""

    slots = 1

    def __init__(self) -> None:
        self._keep: dict[str, Any] = {}

    def run(self, tasks: Sequence[Task], cancel: Cancel) -> Iterator[Outcome]:
        """Outcomes in the order of the tasks."""
        worker = Worker(cancel, self._keep)
        for task in tasks:
            if cancel.asked:
                return
            began = time.monotonic()
            outcome = attempt(task, worker)
            if outcome is not None:
                yield Outcome(task, outcome.answer, outcome.failure, time.monotonic() - began)

    def close(self) -> None:
        """Nothing to end."""


def attempt(task: Task, worker: Worker) -> Outcome | None:
    """A task done by a worker; an exception is its failure. None where a stop came first."""
    try:
        return Outcome(task, task.work(worker))
    except InterruptedError:
        return None
    except MemoryError:
        worker.keep.clear()
        return Outcome(task, None, "out of memory")
    except Exception as error:
        return Outcome(task, None, f"{type(error).__name__}: {error}")
