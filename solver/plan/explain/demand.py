"""What one class of a workload asks for: requests/s by stage and slot, tokens, and what they weigh in present value."""

from __future__ import annotations

from functools import cached_property

from solver.deployments.types import ServeKind
from solver.finance.activities import SECONDS_PER_HOUR, Activities
from solver.instance.resolved import ResolvedInstance, Workload
from solver.instance.timeline import Slot, SlotKind, Stage

DAY_HOURS = 24.0


class Demand:
    """One class of a workload's requests. Requests that may wait a day or longer are spread evenly over it."""

    def __init__(self, activities: Activities, workload: Workload, kind: ServeKind) -> None:
        self.activities, self.workload, self.kind = activities, workload, kind
        self.resolved: ResolvedInstance = activities.resolved

    @property
    def tokens_per_request(self) -> float:
        """Input and output, mean over the buckets."""
        return sum(b.share * (b.input_tokens + b.output_tokens) for b in self.workload.buckets)

    @cached_property
    def rates(self) -> dict[tuple[int, int], float]:
        """Requests/s by stage and slot, stress slots included."""
        found: dict[tuple[int, int], float] = {}
        for stage in self.resolved.stages:
            arrivals = {slot.index: self._arrivals(stage, slot) for slot in self.resolved.slots}
            for slot in self.resolved.slots:
                found[stage.index, slot.index] = arrivals[slot.index]
                if self.spreads and slot.kind is SlotKind.REGULAR:
                    day = [s for s in self.resolved.slots if s.day == slot.day and s.kind is SlotKind.REGULAR]
                    hours = sum(s.hours for s in day)
                    found[stage.index, slot.index] = sum(s.hours * arrivals[s.index] for s in day) / hours
        return found

    @property
    def spreads(self) -> bool:
        """Whether its requests may wait for any hour of the day."""
        return self.kind is ServeKind.BATCH and self.workload.deadline_hours >= DAY_HOURS

    @property
    def peak(self) -> float:
        """Most requests/s in any slot."""
        return max(self.rates.values(), default=0.0)

    def requests_per_month(self, stage: Stage) -> float:
        """In a month of a stage; stress slots do not count."""
        slots = self.resolved.slots
        return sum(self.rates[stage.index, s.index] * SECONDS_PER_HOUR * s.hours_per_month for s in slots)

    def million_tokens(self, first_stage: int = 0) -> float:
        """Discounted, as the bills for them would be, from a stage on."""
        factors = self.activities.factors
        return sum(
            self.requests_per_month(stage)
            * self.tokens_per_request
            / 1e6
            * float(factors[stage.first_month + 1 : stage.end_month + 1].sum())
            for stage in self.resolved.stages[first_stage:]
        )

    def _arrivals(self, stage: Stage, slot: Slot) -> float:
        at_once = self.kind is ServeKind.REAL_TIME
        return (self.resolved.real_time_rps if at_once else self.resolved.batch_rps)(self.workload, stage, slot)


def demands(activities: Activities) -> list[Demand]:
    """Classes of all workloads that any request belongs to."""
    found = [Demand(activities, w, kind) for w in activities.resolved.workloads for kind in ServeKind]
    return [demand for demand in found if demand.peak > 0]
