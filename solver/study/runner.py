"""Runs a study's tasks: what the store holds is taken from there, the rest goes to the engine and into the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from solver.solve.progress import Cancel

from .engines.protocol import Engine
from .loaded import LoadedStudy
from .row import FAILED, Row, row_from
from .scenario import Scenario
from .task import Answer, Outcome, Task


class Store(Protocol):
    """Answers by key, safe against a kill at any moment."""

    def get(self, key: str) -> Answer | None:
        """Stored answer of a task, None where there is none."""
        ...

    def put(self, outcome: Outcome) -> None:
        """Keep an outcome; on disk when this returns. Failures are not kept: they are tried again by the next run."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """Where a run stands: tasks that ended (`stored`: of these taken from the store) of those known so far."""

    ended: int
    stored: int
    failed: int
    total: int
    latest: str = ""


Watcher = Callable[[Done], None]


def unwatched(_: Done) -> None:
    """A watcher that does nothing."""


class Memory:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def get(self, key: str) -> Answer | None:
        """Stored answer."""
        return self._answers.get(key)

    def put(self, outcome: Outcome) -> None:
        """Keep an answer."""
        if outcome.answer is not None:
            self._answers[outcome.task.key] = outcome.answer


@dataclass(slots=True)
class Runner:
    """Runs tasks for one study. `limit`: most tasks that the engine is given; then it is as after a stop."""

    engine: Engine
    store: Store = field(default_factory=Memory)
    cancel: Cancel = field(default_factory=Cancel)
    watcher: Watcher = unwatched
    limit: int | None = None
    _ended: int = 0
    _stored: int = 0
    _failed: int = 0
    _total: int = 0
    _cut: bool = False

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for, or the limit is reached: make a result of what is there, `complete=False`."""
        return self._cut or self.cancel.asked

    def run(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Outcomes in the order of the tasks. After a stop only of those that ended. May be called again and again.

        Tasks of equal key are run once.
        """
        self._total += len(tasks)
        ended: dict[str, Outcome] = {}
        waiting: dict[str, Task] = {}
        for task in tasks:
            if task.key in waiting or task.key in ended:
                continue
            answer = self.store.get(task.key)
            if answer is None:
                waiting[task.key] = task
            else:
                ended[task.key] = Outcome(task, answer)
        stored = sum(task.key in ended for task in tasks)
        self._ended += stored
        self._stored += stored
        self._tell("")
        if self.limit is not None and len(waiting) > self.limit:
            waiting = dict(list(waiting.items())[: self.limit])
            self._cut = True
        if waiting and not self.cancel.asked:
            self._run(waiting, ended, tasks)
        return [_as(task, ended[task.key]) for task in tasks if task.key in ended]

    def _run(self, waiting: dict[str, Task], ended: dict[str, Outcome], tasks: Sequence[Task]) -> None:
        shared: dict[str, int] = {}
        for task in tasks:
            shared[task.key] = shared.get(task.key, 0) + 1
        if self.limit is not None:
            self.limit -= len(waiting)
        for outcome in self.engine.run(tuple(waiting.values()), self.cancel):
            key = outcome.task.key
            self.store.put(outcome)
            ended[key] = outcome
            self._ended += shared[key]
            self._failed += shared[key] if outcome.answer is None else 0
            self._tell(outcome.task.name)

    def _tell(self, latest: str) -> None:
        self.watcher(Done(self._ended, self._stored, self._failed, self._total, latest))

    def whole(self, study: LoadedStudy, work: Callable[[], Mapping[str, Any]]) -> Answer:
        """The answer of a study that is one piece of work and no tasks; a server has it worked out elsewhere."""
        return dict(work())

    def rows(self, study: LoadedStudy, scenarios: Sequence[Scenario]) -> list[Row]:
        """A plan for each scenario, in their order; a failed task is a failed row. After a stop only of those that ended."""
        from .solving import row_task

        by_index = {scenario.index: scenario for scenario in scenarios}
        outcomes = self.run([row_task(study, scenario) for scenario in scenarios])
        return [row_of(by_index[outcome.task.index], outcome) for outcome in outcomes]


def _as(task: Task, outcome: Outcome) -> Outcome:
    return outcome if outcome.task is task else Outcome(task, outcome.answer, outcome.failure, outcome.seconds)


def row_of(scenario: Scenario, outcome: Outcome) -> Row:
    """The row of a scenario's outcome. Answers do not name their scenario: two scenarios may come to the same instance."""
    head = {"index": scenario.index, "scenario": scenario.name, "inputs": dict(scenario.inputs)}
    if outcome.answer is None:
        return row_from({**head, "status": FAILED, "reason": outcome.failure})
    return row_from({**outcome.answer, **head})
