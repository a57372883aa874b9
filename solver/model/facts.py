"""What constraint families, and phases after the solve, ask of a problem, whether it was built in Pyomo or assembled."""

from __future__ import annotations

from dataclasses import dataclass, field

from solver.decisions import BuyKey
from solver.deployments.types import Candidates, ServeKind, Service
from solver.instance.resolved import Pool, ResolvedInstance, ResolvedOffer
from solver.instance.schema.policy import Spare
from solver.instance.schema.sites import Existing
from solver.instance.timeline import Slot, SlotKind, Stage

LineKey = tuple[int, int, ServeKind, int, int]
"""workload, bucket, class, deployment, pool"""


@dataclass(slots=True)
class Facts:
    """An instance with its candidates. `service` is by workload, bucket, class and deployment."""

    resolved: ResolvedInstance
    candidates: Candidates
    service: dict[tuple[int, int, ServeKind, int], Service] = field(default_factory=dict)

    @property
    def regular(self) -> list[Slot]:
        """Slots that carry weight."""
        return [slot for slot in self.resolved.slots if slot.kind is SlotKind.REGULAR]

    @property
    def keeps_replicas(self) -> bool:
        """Whether a rule keeps replicas of used deployments running through their stage."""
        policy = self.resolved.policy
        return policy.spare is Spare.N_PLUS_1 or policy.minimum_replicas > 1

    def line_keys(self) -> set[LineKey]:
        """What may serve what, in any slot."""
        raise NotImplementedError

    def offers_of(self, pool: Pool) -> list[ResolvedOffer]:
        """Offers that put servers into a pool."""
        return [offer for offer in self.resolved.offers if offer.pool == pool.index]

    def starts(self, offer: ResolvedOffer, stage: Stage) -> list[BuyKey]:
        """Keys of buys of a standing offer whose servers serve a stage."""
        return [
            (offer.index, start.index)
            for start in self.resolved.stages[: stage.index + 1]
            if self.resolved.can_start(offer, start) and self.resolved.in_service(offer, start, stage)
        ]

    def existing(self, offer: ResolvedOffer, stage: Stage) -> int:
        """Servers of an existing offer in a stage."""
        terms = offer.terms
        if isinstance(terms, Existing) and self.resolved.in_service(offer, self.resolved.stages[0], stage):
            return terms.count
        return 0
