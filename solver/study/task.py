"""What an engine runs: pieces of work that know nothing of where they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from solver.solve.progress import Cancel

Answer = Mapping[str, Any]
"""Plain JSON values: what is stored, and what every engine returns alike."""


@dataclass(slots=True)
class Worker:
    """A place where one task runs at a time. It may live for many tasks, and what they `keep` lives as long.

    `keep`: by any name, such as a built model to be re-solved; a crash loses it, so a task must do without.
    """

    cancel: Cancel = field(default_factory=Cancel)
    keep: dict[str, Any] = field(default_factory=dict)


class Work(Protocol):
    """A picklable piece of work (a frozen dataclass with plain values).

    Its answer must depend on nothing but itself: neither on the worker nor on what ran before. Exceptions become the
    task's failure.
    """

    def __call__(self, worker: Worker) -> Answer:
        """Do it."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """Work with its name in the results. `key` is a digest of all that its answer depends on; the store goes by it.

    `limit_seconds`: a worker that is silent for longer is taken to hang and is ended; the task has failed.
    """

    index: int
    key: str
    name: str
    work: Work
    limit_seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended: its answer, or why there is none."""

    task: Task
    answer: Answer | None
    failure: str = ""
    seconds: float = 0.0
