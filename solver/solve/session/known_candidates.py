"""Candidates of instances that differ in prices, demand or limits: rates are asked for once, the rest is pruned anew."""

from __future__ import annotations

from typing import Any

from solver.deployments.calls import calls
from solver.deployments.enumerate import candidates as enumerate_candidates
from solver.deployments.prune import pruned
from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.solve.session.choices import serving_part


class KnownCandidates:
    """The answers are those of `solver.deployments.enumerate.candidates`, whatever was asked before."""

    def __init__(self) -> None:
        self._asked: tuple[Any, ...] | None = None
        self._every: Candidates | None = None

    def of(self, resolved: ResolvedInstance) -> Candidates:
        """Candidates of an instance."""
        asked = serving_part(resolved)
        if self._every is None or asked != self._asked or calls(resolved) != self._every.calls:
            self._asked, self._every = asked, enumerate_candidates(resolved, prune=False)
        return pruned(resolved, self._every)
