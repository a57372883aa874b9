"""Candidates that stay valid while prices, demand and limits change.

Rates are asked for once. Deployments dominate each other whatever prices are; rented pools only at the prices there are, so a
pool stays left out only while it is dominated at every price seen: leaving out fewer pools keeps the optimum.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from solver.deployments.calls import calls
from solver.deployments.dominance import without_dominated
from solver.deployments.enumerate import candidates as enumerate_candidates
from solver.deployments.offers import dominated_pools, without_pools
from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance


class Choices:
    """Candidates of one instance after the other."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._asked = serving_part(resolved)
        self._every = enumerate_candidates(resolved, prune=False)
        self._dropped = self._dominated(resolved)
        self.candidates = self._kept(resolved)

    def update(self, resolved: ResolvedInstance) -> bool:
        """Turn to another instance. False where its rates must be asked for; `candidates` may change either way."""
        if serving_part(resolved) != self._asked or calls(resolved) != self._every.calls:
            self.__init__(resolved)  # type: ignore[misc]
            return False
        dropped = self._dropped & self._dominated(resolved)
        if dropped != self._dropped:
            self._dropped = dropped
            self.candidates = self._kept(resolved)
        return True

    def _dominated(self, resolved: ResolvedInstance) -> frozenset[int]:
        return frozenset(found.pool for found in dominated_pools(resolved, self._every))

    def _kept(self, resolved: ResolvedInstance) -> Candidates:
        fewer = without_pools(self._every, self._dropped)
        kept = without_dominated(resolved, fewer.deployments)
        return replace(fewer, deployments=kept, pruned=len(fewer.deployments) - len(kept))


def serving_part(resolved: ResolvedInstance) -> tuple[Any, ...]:
    """All that candidates depend on apart from prices: who asks for what, on which hardware, how it may be served."""
    instance, policy = resolved.instance, resolved.policy
    return (
        tuple(replace(workload, level_by_month=(), shape_by_slot=()) for workload in resolved.workloads),
        tuple((p.site.name, p.site.residency, p.server, p.accelerator, p.hosted) for p in resolved.pools),
        (resolved.models, resolved.recoveries, instance.profiles, instance.serving, instance.precisions),
        (policy.planning_margin, policy.queueing, policy.max_models is None),
        tuple((offer.pool, type(offer.terms)) for offer in resolved.offers),
        tuple((endpoint.name, endpoint.quality, endpoint.model) for endpoint in resolved.endpoints),
        (instance.horizon, resolved.stages, resolved.slots),
    )
