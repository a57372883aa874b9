"""What an explanation says: why each workload is served as it is, which limits bind, what purchases save, what conflicts.

All money is in USD at present value. The service's messages have the same names; a figure that is not known is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from solver.deployments.services import RefusalKind
from solver.deployments.types import ServeKind
from solver.solve.termination import Termination


@dataclass(frozen=True, slots=True)
class ServedBy:
    """What the plan serves a workload's requests with. `share`: of the workload's requests over the horizon.

    `lifecycle_usd`: its part of the plan's cost, by the rule of `solver.plan.allocation`. `quality`: the least over its buckets;
    latencies at the workload's percentile, the worst over its buckets (None: not stated, or requests that may wait).
    """

    kind: ServeKind
    where: str
    model: str
    precision: str | None
    deployment: str | None
    share: float
    lifecycle_usd: float
    usd_per_million_tokens: float | None
    ttft_ms: float | None
    tpot_ms: float | None
    end_to_end_ms: float | None
    quality: float | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something that keeps every target of a workload, if it alone served its requests of one class, on whole servers of its own.

    `offer` is None at an API. `usd_per_million_tokens` is levelised over the months that it can serve, from `from_month` on
    (0: all of them; later where an order takes time). `usd_more_per_million_tokens`: than the plan pays for these requests.
    `servers_most`: in any slot. `chosen`: the plan uses it too. `beyond_limits`: limits that it would break alone.
    """

    kind: ServeKind
    where: str
    offer: str | None
    model: str
    precision: str | None
    deployment: str | None
    usd_per_million_tokens: float
    usd_more_per_million_tokens: float | None
    servers_most: int
    from_month: int
    chosen: bool
    ttft_ms: float | None
    tpot_ms: float | None
    end_to_end_ms: float | None
    quality: float | None
    beyond_limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """A model on an accelerator or at an API that cannot serve a workload: what stands against it where it comes nearest."""

    kind: ServeKind
    what: str
    model: str
    precision: str | None
    reason: RefusalKind
    detail: str


@dataclass(frozen=True, slots=True)
class WorkloadExplanation:
    """Why a workload is served as it is.

    `alternatives`: the cheapest first, at most so many a class. `excluded`: the nearest first; `excluded_count` of them in all.
    `marginal_usd_per_million_tokens`: what one more of its real-time requests costs, all hours in proportion, in the linear
    relaxation (None: none, or not known). `tokens_per_request`: input and output, the mean of its buckets.
    """

    workload: str
    tokens_per_request: float
    lifecycle_usd: float
    usd_per_million_tokens: float | None
    marginal_usd_per_million_tokens: float | None
    served_by: tuple[ServedBy, ...]
    alternatives: tuple[Alternative, ...]
    excluded: tuple[Excluded, ...]
    excluded_count: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitExplanation:
    """A limit of the instance. `unit`: of `limit` and `used`, the most in any stage and slot (None: not known).

    `binds`: no room is left for another unit of what it limits. `usd_per_unit`: what one more unit saves over the horizon, in
    the linear relaxation: exact for small changes where counts may be fractions, an estimate where they are whole.
    """

    requirement: str
    place: str
    unit: str
    limit: float
    used: float | None
    binds: bool
    usd_per_unit: float | None


@dataclass(frozen=True, slots=True)
class StandingExplanation:
    """Servers that were bought, leased or committed, against renting the same accelerators by the hour when they are used.

    `lifecycle_usd` holds all that the servers cost, the energy of their load included. `rented_offer`: the cheapest of the
    same accelerator (None: none is offered, and so are the figures). `used_share`: of their hours in which they carry load;
    `break_even_share`: of their hours, from which on they cost less than renting.
    """

    offer: str
    where: str
    kind: str
    servers_most: int
    lifecycle_usd: float
    rented_offer: str | None
    rented_usd: float | None
    saved_usd: float | None
    used_share: float
    break_even_share: float | None


@dataclass(frozen=True, slots=True)
class BaselineSaving:
    """What the plan saves, net present, against a baseline that was solved too; `low` and `high` between the two optima."""

    baseline: str
    npv_usd: float
    npv_low_usd: float | None
    npv_high_usd: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A limit and by how much it gives way. Of demand (`is_demand`), `change` of `limit` stays unserved, worst at `moments`."""

    requirement: str
    place: str
    limit: float
    change: float
    unit: str
    is_demand: bool
    moments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayOut:
    """Changes that make the problem feasible together, each as small as can be."""

    requirement: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One of the requirements that cannot hold together."""

    requirement: str
    place: str
    limit: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class UnservedBucket:
    """Requests that nothing on offer can serve at all, with what came nearest."""

    workload: str
    bucket: str
    kind: ServeKind
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why there is no plan. `irreducible`: leaving out any one of the requirements would leave the others feasible.

    `whole_numbers_only`: with fractions of servers and replicas every requirement could be met; there are no requirements then,
    and none where nothing was proven in time.
    """

    requirements: tuple[Requirement, ...]
    irreducible: bool
    whole_numbers_only: bool
    unserved: tuple[UnservedBucket, ...]
    ways_out: tuple[WayOut, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it. `words`: the whole in sentences. `conflict` is there exactly where the problem is infeasible."""

    name: str
    digest: str
    termination: Termination
    lifecycle_usd: float | None = None
    workloads: tuple[WorkloadExplanation, ...] = ()
    limits: tuple[LimitExplanation, ...] = ()
    standing: tuple[StandingExplanation, ...] = ()
    savings: tuple[BaselineSaving, ...] = ()
    conflict: Conflict | None = None
    words: tuple[str, ...] = field(default=())
