"""A scenario's plan with its baselines, as a piece of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from solver.instance.diagnostics import InstanceError, describe
from solver.instance.resolved import Severity

from .apply import ChangeError
from .base import digest_of, resolved_of
from .fingerprint import fingerprint
from .loaded import LoadedStudy
from .planning import Overrides, assemble, tasks_of
from .row import FAILED
from .scenario import Scenario
from .task import Answer, Task, Worker

GRACE_SECONDS = 120.0
"""Beyond the time limits of its solves: building, the LPs after each MILP, explaining infeasibility, verifying."""
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class PlanWork:
    """Resolve an instance's plain values, solve it with its baselines, verify, and tell it in one row.

    `anchor`: plain values of the instance from whose plan the solves start; None: from nothing.
    """

    document: Mapping[str, Any]
    limits: Overrides
    anchor: Mapping[str, Any] | None = None

    def __call__(self, worker: Worker) -> Answer:
        """The row's plain values but for its scenario. An invalid or infeasible instance is a failed row."""
        from solver.solve.task import run_task

        from .brief import brief_document
        from .row_of_plan import row_of_plan
        from .warm import Anchor

        try:
            resolved = resolved_of(self.document)
        except InstanceError as error:
            return refused(error)
        solved = []
        asked = tasks_of(resolved, self.limits)
        warm = None if self.anchor is None else Anchor(self.anchor, self.limits, worker)
        for position, task in enumerate(asked):
            solved.append(run_task(task, cancel=worker.cancel) if warm is None else warm.solve(position, task))
            if worker.cancel.asked:
                raise InterruptedError("stopped before the plan was done")
        return row_of_plan(brief_document(assemble(resolved, solved, self.limits)))


@dataclass(frozen=True, slots=True)
class RefusedWork:
    """A scenario whose changes cannot be made: a failed row without a solve."""

    reason: str

    def __call__(self, worker: Worker) -> Answer:
        """The reason."""
        return {"status": FAILED, "reason": self.reason}


def row_task(study: LoadedStudy, scenario: Scenario) -> Task:
    """The task that plans a scenario."""
    limits = study.limits
    try:
        document = study.base.changed(scenario)
    except ChangeError as error:
        return Task(scenario.index, digest_of(["refused", str(error)]), scenario.name, RefusedWork(str(error)), 60.0)
    anchor = study.base.document if study.study.solve.warm else None
    key = digest_of(["plan", document, asdict(limits), anchor, fingerprint()])
    asked = study.base.resolved.instance
    seconds = limits.time_limit_seconds or asked.solve.time_limit_seconds
    solves = 1 + (len(document.get("baselines", ())) if limits.baselines else 0)
    most = (1 if anchor is None else 2) * solves * seconds + GRACE_SECONDS
    return Task(scenario.index, key, scenario.name, PlanWork(document, limits, anchor), most)


def refused(error: InstanceError) -> Answer:
    """A failed row with what is wrong with the instance."""
    wrong = [describe(d) for d in error.diagnostics if d.severity is Severity.ERROR]
    more = [f"and {len(wrong) - MOST_TOLD} more errors"] if len(wrong) > MOST_TOLD else []
    return {"status": FAILED, "reason": "; ".join([*wrong[:MOST_TOLD], *more])}
