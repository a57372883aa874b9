"""Where tasks run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from solver.solve.progress import Cancel
from solver.study.task import Outcome, Task


class Engine(Protocol):
    """Runs tasks, as many at a time as it has slots, and hands over each outcome as it comes.

    A worker that is lost is replaced, and its task tried once more; after that the task has failed. When `cancel` is asked,
    no task is started any more and running solves are asked to stop; what did not finish is not handed over.
    """

    @property
    def slots(self) -> int:
        """Tasks at a time."""
        ...

    def run(self, tasks: Sequence[Task], cancel: Cancel) -> Iterator[Outcome]:
        """Outcomes in the order in which they end."""
        ...

    def close(self) -> None:
        """End all workers."""
        ...
