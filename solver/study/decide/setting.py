"""From scenarios of a study to a session, and one decision by the method that suits its size."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from solver.instance.resolved import ResolvedInstance
from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray
from solver.solve.progress import Cancel
from solver.solve.session.known_candidates import KnownCandidates
from solver.study.schema.decide import Solver

from .aims import Aim
from .extensive import solve_extensive
from .lshaped import Decided, Search
from .oracle import Oracle
from .pool import Here, Spread
from .problem import ScenarioProblem
from .session import Session

JOINED_UP_TO = 600
"""Integer columns of single slots, all scenarios together, up to which they are joined in one MILP."""
JOINED_AT_LAST = 6000
"""Up to which what decomposition leaves open goes to the joined MILP."""
SPREAD_FROM = 4
"""Scenarios from which more than one process pays for its start."""


@dataclass(slots=True)
class Setting:
    """A session with, where everything lives in this process, the problems themselves."""

    session: Session
    problems: list[ScenarioProblem] | None
    solver: Solver

    @property
    def hourly_integers(self) -> int:
        """Integer columns of single slots, all scenarios together."""
        return sum(shape.hourly_integers for shape in self.session.shapes)

    def close(self) -> None:
        """End its processes."""
        self.session.pool.close()

    def decide(
        self, aim: Aim, limits: Limits, start: FloatArray | None = None, only: tuple[int, ...] | None = None
    ) -> Decided:
        """The best purchases for an aim, with their exact costs in every scenario that counts (`only`; all)."""
        began = time.monotonic()
        joined = self.solver is Solver.EXTENSIVE or (
            self.solver is Solver.AUTO and self.hourly_integers <= JOINED_UP_TO and self.problems is not None
        )
        if joined and self.problems is not None:
            found = solve_extensive(self.problems, self.session.shared, aim, limits, self.session.cancel, only)
            return self._with_costs(found, aim, limits, only)
        found = Search(self.session, aim, limits, only=only).run(start)
        left = limits.time_limit_seconds - (time.monotonic() - began)
        if self._done(found, limits) or self.problems is None or left < 2.0:
            return found
        if self.solver is Solver.DECOMPOSITION or self.hourly_integers > JOINED_AT_LAST:
            return found
        rest = replace(limits, time_limit_seconds=left)
        other = solve_extensive(self.problems, self.session.shared, aim, rest, self.session.cancel, only)
        return better(found, self._with_costs(other, aim, limits, only))

    def _with_costs(self, found: Decided, aim: Aim, limits: Limits, only: tuple[int, ...] | None) -> Decided:
        """Costs by scenario from solves of their own: the joined MILP leaves those the aim does not feel anywhere."""
        if found.x is None:
            return found
        costs = self.session.evaluate(found.x, replace(limits, relative_gap=max(limits.relative_gap / 4, 1e-9)), only)
        if not costs.complete:
            return found
        objective = aim.value(costs.objective)
        bound = None if found.bound is None else min(found.bound, objective)
        return replace(found, costs=costs, objective=objective, bound=bound)

    @staticmethod
    def _done(found: Decided, limits: Limits) -> bool:
        gap = found.relative_gap
        return found.infeasible or (gap is not None and gap <= limits.relative_gap + 1e-9)


def better(one: Decided, other: Decided) -> Decided:
    """The cheaper plan with the higher bound."""
    if other.infeasible:
        return other
    plans = [found for found in (one, other) if found.objective is not None]
    best = min(plans, key=lambda found: found.objective or 0.0, default=one)
    bounds = [found.bound for found in (one, other) if found.bound is not None]
    bound = max(bounds, default=None)
    if bound is not None and best.objective is not None:
        bound = min(bound, best.objective)
    return replace(best, bound=bound)


def open_setting(
    resolved: Sequence[ResolvedInstance],
    solver: Solver,
    *,
    processes: int,
    wait: bool = False,
    cancel: Cancel | None = None,
) -> Setting:
    """Build the scenarios. Raises UnservableError (first scenario) or pool.ScenarioError."""
    known = KnownCandidates()
    first = Oracle.of(resolved[0], known)
    from solver.solve.run import hourly_integers

    total = hourly_integers(first.problem.matrix) * len(resolved)
    small = total <= JOINED_UP_TO or solver is Solver.EXTENSIVE
    if small or processes < 2 or len(resolved) < SPREAD_FROM:
        oracles = [first, *(Oracle.of(each, known) for each in resolved[1:])]
        session = Session(Here(oracles), wait=wait, cancel=cancel)
        return Setting(session, [oracle.problem for oracle in oracles], solver)
    del first
    pool = Spread(resolved, processes, cancel)
    try:
        return Setting(Session(pool, wait=wait, cancel=cancel), None, solver)
    except BaseException:
        pool.close()
        raise


def mean_document(documents: Sequence[Any], weights: FloatArray) -> Any:
    """Plain values with every figure that differs replaced by its mean; other differences as in the likeliest document.

    Whole figures (months, servers) stay whole.

    >>> mean_document([{"a": 1.0, "b": "x"}, {"a": 3.0, "b": "y"}], np.array([0.25, 0.75]))
    {'a': 2.5, 'b': 'y'}
    """
    first = documents[0]
    if all(document == first for document in documents[1:]):
        return first
    if all(isinstance(document, dict) for document in documents):
        keys = list(dict.fromkeys(key for document in documents for key in document))
        likeliest = documents[int(np.argmax(weights))]
        found = {}
        for key in keys:
            if all(key in document for document in documents):
                found[key] = mean_document([document[key] for document in documents], weights)
            elif key in likeliest:
                found[key] = likeliest[key]
        return found
    if all(isinstance(document, list) and len(document) == len(first) for document in documents):
        return [mean_document([document[at] for document in documents], weights) for at in range(len(first))]
    if all(isinstance(document, int | float) and not isinstance(document, bool) for document in documents):
        mean = float(np.dot(weights, np.asarray(documents, dtype=float)))
        return round(mean) if all(isinstance(document, int) for document in documents) else mean
    return documents[int(np.argmax(weights))]
