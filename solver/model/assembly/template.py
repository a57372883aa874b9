"""What every matrix of an instance shares, whichever slots it is for: worked out once, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly.backlog import backlog_limits
from solver.model.assembly.bounds import Needs, ServerBounds, needs
from solver.model.assembly.rates import UnitRates, emission, present_value, unit_rates
from solver.model.assembly.rows import AnyInts
from solver.model.assembly.tables import Tables, build_tables
from solver.model.matrix import FloatArray


@dataclass
class Template:
    """Index tables with the figures that follow from them."""

    tables: Tables

    @classmethod
    def of(cls, resolved: ResolvedInstance, candidates: Candidates) -> Template:
        """The template of an instance with its candidates."""
        return cls(build_tables(resolved, candidates))

    @cached_property
    def server_bounds(self) -> ServerBounds:
        """Most servers of standing offers."""
        return ServerBounds(self.tables, self.needs.servers)

    @cached_property
    def needs(self) -> Needs:
        """Needs of every moment of the instance."""
        return needs(self.tables, self.tables.moments)

    @cached_property
    def buys(self) -> dict[tuple[int, int], int]:
        """Most servers of every buy that can be, by (offer, start)."""
        resolved = self.tables.resolved
        return {
            (offer.index, start.index): self.server_bounds.of(offer)
            for offer in resolved.offers
            for start in resolved.stages
            if resolved.can_start(offer, start)
        }

    @cached_property
    def backlog_limits(self) -> FloatArray:
        """Most requests of a workload that may wait at the end of a slot, (stages, slots, workloads)."""
        return backlog_limits(self.tables)

    @cached_property
    def availability(self) -> FloatArray:
        """Share of an offer's servers that is there, by offer: below 1 only of spot."""
        offers = self.tables.resolved.offers
        return np.array([getattr(offer.terms, "availability", 1.0) for offer in offers], dtype=float)

    @cached_property
    def serving(self) -> tuple[AnyInts, ...]:
        """By stage, the (offer, start) pairs of buys that serve it, (n, 2)."""
        tables = self.tables
        found: list[AnyInts] = []
        for stage in tables.resolved.stages:
            keys = [key for offer in tables.resolved.offers if not offer.hourly for key in tables.starts(offer, stage)]
            found.append(np.array(keys, dtype=np.int64).reshape(-1, 2))
        return tuple(found)

    @cached_property
    def existing(self) -> FloatArray:
        """Servers that are there without a decision, (stages, P)."""
        resolved = self.tables.resolved
        found = np.zeros((len(resolved.stages), len(resolved.pools)))
        for stage in resolved.stages:
            for offer in resolved.offers:
                found[stage.index, offer.pool] += self.tables.existing(offer, stage)
        return found

    @cached_property
    def costs(self) -> UnitRates:
        """Present values of one unit of everything, USD."""
        return unit_rates(self.tables, present_value(self.tables.activities))

    @cached_property
    def emissions(self) -> UnitRates:
        """Emissions over the horizon of one unit of everything, t CO2e."""
        return unit_rates(self.tables, emission)
