"""An instance with every name looked up and every default filled in: what all later layers read.

Nothing below this layer opens the catalog or the file again. Indices are positions in the tuples.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from solver.catalog.entries import Accelerator, ApiPriceTier, LengthBucket, Model, QuantizationRecovery, ServerType

from .schema import Baseline, Instance
from .schema.policy import Policy
from .schema.sites import AnyOffer, Existing, Lease, OnDemand, Purchase, Reserved, Site, Spot
from .schema.workload import Latency, QualityFloor, ShortPeak
from .timeline import Slot, SlotKind, Stage


class Severity(StrEnum):
    """Errors stop; warnings and notes travel with the plan."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about the input: where, what stands there, which rule, and what to do."""

    severity: Severity
    path: str
    value: str
    rule: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Workload:
    """Demand for one stream of requests, by month, slot and bucket."""

    index: int
    name: str
    buckets: tuple[LengthBucket, ...]
    level_by_month: tuple[float, ...]
    shape_by_slot: tuple[float, ...]
    batch_share: float
    deadline_hours: float
    latency: Latency
    quality: QualityFloor | None
    prefix_cache_hit_rate: float
    arrival_cv: float
    residency: tuple[str, ...]
    models: tuple[str, ...]
    short_peaks: tuple[ShortPeak, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """All servers of one type at one site. `hosted`: in one's own room; else rented, power included."""

    index: int
    site: Site
    server: ServerType
    accelerator: Accelerator
    hosted: bool

    @property
    def name(self) -> str:
        """Shown in plans."""
        return f"{self.site.name}/{self.server.name}"


@dataclass(frozen=True, slots=True)
class ResolvedOffer:
    """An offer with its price filled in (`Reserved.discount` and catalog prices turned into `usd_per_hour`)."""

    index: int
    name: str
    pool: int
    terms: AnyOffer

    @property
    def hourly(self) -> bool:
        """Rented slot by slot, not standing through a stage."""
        return isinstance(self.terms, OnDemand | Spot)


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """USD per million tokens of one request; batch prices None where the provider has none."""

    input: float
    cached_input: float
    output: float
    batch_input: float | None
    batch_output: float | None


@dataclass(frozen=True, slots=True)
class ResolvedEndpoint:
    """A per-token API with prices in USD per million tokens; batch prices None where the provider has none.

    `tiers`: other prices of requests whose input is longer than a threshold, ascending. Batch prices hold for requests that
    may wait `batch_turnaround_hours` for the answer; others pay the real-time price.
    """

    index: int
    name: str
    provider: str
    model: str
    quality: tuple[tuple[str, float], ...]
    usd_per_million_input_tokens: float
    usd_per_million_cached_input_tokens: float
    usd_per_million_output_tokens: float
    batch_usd_per_million_input_tokens: float | None
    batch_usd_per_million_output_tokens: float | None
    price_change_per_year: float
    max_requests_per_second: float | None
    ttft_ms: float | None
    tpot_ms: float | None
    max_context_tokens: int | None
    residency: tuple[str, ...]
    carbon_g_per_million_tokens: float
    source: str
    batch_turnaround_hours: float = 0.0
    tiers: tuple[ApiPriceTier, ...] = ()

    def prices(self, input_tokens: int) -> TokenPrices:
        """Prices of a whole request with so many input tokens: those of the highest tier that it exceeds."""
        reached = [tier for tier in self.tiers if input_tokens > tier.above_input_tokens]
        if not reached:
            return TokenPrices(
                self.usd_per_million_input_tokens,
                self.usd_per_million_cached_input_tokens,
                self.usd_per_million_output_tokens,
                self.batch_usd_per_million_input_tokens,
                self.batch_usd_per_million_output_tokens,
            )
        tier = max(reached, key=lambda one: one.above_input_tokens)
        cached = tier.usd_per_million_cached_input_tokens
        return TokenPrices(
            tier.usd_per_million_input_tokens,
            tier.usd_per_million_input_tokens if cached is None else cached,
            tier.usd_per_million_output_tokens,
            tier.batch_usd_per_million_input_tokens,
            tier.batch_usd_per_million_output_tokens,
        )

    def answers_in_time(self, workload: Workload) -> bool:
        """Whether its batch service promises an answer within a workload's deadline."""
        return self.batch_turnaround_hours <= workload.deadline_hours

    def score(self, metric: str) -> float | None:
        """Quality on a metric, None where not known."""
        return dict(self.quality).get(metric)


@dataclass(frozen=True, slots=True)
class ResolvedInstance:
    """The whole problem. `slots` are the regular ones first, then the stress slots (every stage has the same)."""

    instance: Instance
    digest: str
    stages: tuple[Stage, ...]
    slots: tuple[Slot, ...]
    workloads: tuple[Workload, ...]
    models: tuple[Model, ...]
    recoveries: tuple[QuantizationRecovery, ...]
    pools: tuple[Pool, ...]
    offers: tuple[ResolvedOffer, ...]
    endpoints: tuple[ResolvedEndpoint, ...]
    policy: Policy
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    @property
    def months(self) -> int:
        """Length of the horizon, months."""
        return self.instance.horizon.months

    def real_time_rps(self, workload: Workload, stage: Stage, slot: Slot) -> float:
        """Requests/s that must be served at once: (1 - beta) level shape; in stress slots at the stage's highest month.

        The peak slot takes every workload's own highest slot, so it dominates every slot of that month.
        """
        months = workload.level_by_month[stage.first_month : stage.end_month]
        immediate = 1 - workload.batch_share
        if slot.kind is SlotKind.PEAK:
            return immediate * max(months) * max(workload.shape_by_slot)
        if slot.kind is SlotKind.AVERAGE:
            return immediate * max(months)
        return immediate * sum(months) / len(months) * workload.shape_by_slot[slot.index]

    def batch_rps(self, workload: Workload, stage: Stage, slot: Slot) -> float:
        """Arrivals/s of requests that may wait: beta level shape; none in the peak slot, the mean in the average slot."""
        months = workload.level_by_month[stage.first_month : stage.end_month]
        if slot.kind is SlotKind.PEAK:
            return 0.0
        if slot.kind is SlotKind.AVERAGE:
            return workload.batch_share * max(months)
        return workload.batch_share * sum(months) / len(months) * workload.shape_by_slot[slot.index]

    def in_service(self, offer: ResolvedOffer, start: Stage, stage: Stage) -> bool:
        """Whether servers whose service starts with stage `start` serve all of stage `stage`."""
        return start.index <= stage.index and stage.end_month <= self.service_end_month(offer, start)

    def service_end_month(self, offer: ResolvedOffer, start: Stage) -> int:
        """Month index at which servers that start with stage `start` leave: the end of the last stage they serve whole."""
        terms = offer.terms
        lasting = {
            Purchase: lambda t: t.life_months,
            Lease: lambda t: t.term_months,
            Reserved: lambda t: t.term_months,
            Existing: lambda t: t.remaining_life_months,
        }.get(type(terms))
        last = start.first_month + (int(lasting(terms)) if lasting else 0)
        ends = [stage.end_month for stage in self.stages if stage.index >= start.index and stage.end_month <= last]
        return max(ends, default=start.first_month)

    def order_month(self, offer: ResolvedOffer, start: Stage) -> int:
        """Month index at which servers that start with stage `start` are ordered; negative: it cannot be done."""
        lead = offer.terms.lead_time_months if isinstance(offer.terms, Purchase | Lease) else 0
        return start.first_month - lead

    def can_start(self, offer: ResolvedOffer, start: Stage) -> bool:
        """Whether servers of a standing offer (not existing, not hourly) can start service with a stage."""
        if offer.hourly or isinstance(offer.terms, Existing):
            return False
        return self.order_month(offer, start) >= 0 and self.service_end_month(offer, start) > start.first_month


def restrict(resolved: ResolvedInstance, baseline: Baseline) -> ResolvedInstance:
    """The same demand, targets and policy with the offers of a baseline only."""
    keep: dict[Baseline, tuple[type, ...]] = {
        Baseline.API_ONLY: (),
        Baseline.CLOUD_ON_DEMAND: (OnDemand,),
        Baseline.CLOUD_RESERVED: (OnDemand, Reserved),
        Baseline.STATUS_QUO: (Existing, OnDemand, Spot),
    }
    kinds = keep[baseline]
    endpoints = resolved.endpoints if baseline in (Baseline.API_ONLY, Baseline.STATUS_QUO) else ()
    offers = tuple(offer for offer in resolved.offers if isinstance(offer.terms, kinds))
    return replace(
        resolved,
        offers=tuple(replace(offer, index=index) for index, offer in enumerate(offers)),
        endpoints=tuple(replace(endpoint, index=index) for index, endpoint in enumerate(endpoints)),
    )
