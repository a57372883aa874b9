"""Sparse index sets of the model, built as plain tables before any Pyomo component.

A key exists only where the thing it stands for can happen: no service that cannot meet its targets, no pool without
offers, no demand of zero. Symbols as in FORMULATION.md.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from solver.decisions import BacklogKey, BuyKey, CallKey, RentKey, RunKey, ServeKey
from solver.deployments.types import Candidates, Deployment, ServeKind, Service
from solver.instance.resolved import ResolvedInstance, ResolvedOffer
from solver.instance.schema.policy import Spare
from solver.instance.schema.sites import Lease, OnDemand, Purchase, Spot
from solver.instance.timeline import SlotKind
from solver.model.facts import Facts, LineKey

DemandKey = tuple[int, int, int, int]
"""workload, bucket, stage, slot"""

Wanted = tuple[int, int, ServeKind]
"""workload, bucket, class"""


@dataclass(frozen=True, slots=True)
class Place:
    """A deployment in a pool, or an endpoint (deployment None)."""

    deployment: int | None
    at: int


@dataclass(slots=True)
class Indices(Facts):
    """Keys of every variable and the groups that constraints sum over."""

    buy: list[BuyKey] = field(default_factory=list)
    rent: list[RentKey] = field(default_factory=list)
    run: list[RunKey] = field(default_factory=list)
    serve: list[ServeKey] = field(default_factory=list)
    call: list[CallKey] = field(default_factory=list)
    backlog: list[BacklogKey] = field(default_factory=list)
    demand: dict[DemandKey, float] = field(default_factory=dict)
    batch: dict[DemandKey, float] = field(default_factory=dict)
    serve_by_demand: dict[tuple[int, int, ServeKind, int, int], list[ServeKey]] = field(default_factory=dict)
    call_by_demand: dict[tuple[int, int, ServeKind, int, int], list[CallKey]] = field(default_factory=dict)
    serve_by_run: dict[RunKey, list[ServeKey]] = field(default_factory=dict)
    run_by_pool: dict[tuple[int, int, int], list[RunKey]] = field(default_factory=dict)
    run_bound: dict[RunKey, int] = field(default_factory=dict)
    day_work: dict[tuple[int, int, int, str], float] = field(default_factory=dict)
    pool_need: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def line_keys(self) -> set[LineKey]:
        """What may serve what, in any slot."""
        return {serve[:5] for serve in self.serve}

    def most_served(self, w: int, k: int, kind: ServeKind, s: int, h: int) -> float:
        """Most requests/s of a bucket a slot can serve: its demand, or the batch work of its whole day."""
        if kind is ServeKind.REAL_TIME:
            return self.demand[w, k, s, h]
        day = self.resolved.slots[h].day
        return max(self.batch[w, k, s, h], self.day_work.get((w, k, s, day), 0.0))


def build_indices(resolved: ResolvedInstance, candidates: Candidates) -> Indices:
    """All keys and groups of the model."""
    indices = Indices(resolved, candidates)
    _demand(indices)
    _routing(indices)
    _procurement(indices)
    _bounds(indices)
    return indices


def _demand(indices: Indices) -> None:
    resolved = indices.resolved
    for workload in resolved.workloads:
        for stage in resolved.stages:
            for slot in resolved.slots:
                immediate = resolved.real_time_rps(workload, stage, slot)
                waiting = resolved.batch_rps(workload, stage, slot)
                for k, bucket in enumerate(workload.buckets):
                    key = (workload.index, k, stage.index, slot.index)
                    if immediate > 0:
                        indices.demand[key] = immediate * bucket.share
                    if workload.batch_share > 0 and slot.kind is not SlotKind.PEAK:
                        indices.batch[key] = waiting * bucket.share
                        if slot.kind is SlotKind.REGULAR:
                            indices.backlog.append(key)


def _procurement(indices: Indices) -> None:
    resolved = indices.resolved
    idle_counts = resolved.policy.spot_share is not None  # idle servers widen the room for spot
    for offer in resolved.offers:
        for stage in resolved.stages:
            if offer.hourly:
                indices.rent.extend(
                    (offer.index, stage.index, slot.index)
                    for slot in resolved.slots
                    if (offer.pool, stage.index, slot.index) in indices.run_by_pool or idle_counts
                )
            elif resolved.can_start(offer, stage):
                indices.buy.append((offer.index, stage.index))


def _routing(indices: Indices) -> None:
    relief = free_relief(indices)
    serve_by_demand = defaultdict(list)
    serve_by_run = defaultdict(list)
    for deployment, service, pool in _placements(indices):
        w, k, kind = service.workload, service.bucket, service.kind
        indices.service[w, k, kind, deployment.index] = service
        place = Place(deployment.index, pool)
        for s, h in _times(indices, w, k, kind, relief, place):
            key = (w, k, kind, deployment.index, pool, s, h)
            indices.serve.append(key)
            serve_by_demand[w, k, kind, s, h].append(key)
            serve_by_run[deployment.index, pool, s, h].append(key)
    call_by_demand = defaultdict(list)
    for call in indices.candidates.calls:
        place = Place(None, call.endpoint)
        for s, h in _times(indices, call.workload, call.bucket, call.kind, relief, place):
            key6 = (call.workload, call.bucket, call.kind, call.endpoint, s, h)
            indices.call.append(key6)
            call_by_demand[call.workload, call.bucket, call.kind, s, h].append(key6)
    if indices.keeps_replicas:
        # A deployment in use keeps replicas in every slot of its stage, also where there is nothing to serve.
        for d, p, s in {run[:3] for run in serve_by_run}:
            for slot in indices.resolved.slots:
                serve_by_run[d, p, s, slot.index]
    indices.run = sorted(serve_by_run)
    run_by_pool = defaultdict(list)
    for run in indices.run:
        run_by_pool[run[1], run[2], run[3]].append(run)
    indices.serve_by_demand, indices.call_by_demand = dict(serve_by_demand), dict(call_by_demand)
    indices.serve_by_run, indices.run_by_pool = dict(serve_by_run), dict(run_by_pool)


def _times(
    indices: Indices, w: int, k: int, kind: ServeKind, relief: dict[Wanted, Place], place: Place
) -> Iterator[tuple[int, int]]:
    """Stages and slots in which a place may serve a bucket: where it is asked for, in stress slots by its relief only."""
    table = indices.demand if kind is ServeKind.REAL_TIME else indices.batch
    at_stress = relief.get((w, k, kind), place) == place
    for stage in indices.resolved.stages:
        for slot in indices.resolved.slots:
            if (w, k, stage.index, slot.index) in table and (at_stress or slot.kind is SlotKind.REGULAR):
                yield stage.index, slot.index


def free_relief(indices: Indices) -> dict[Wanted, Place]:
    """For buckets that something can serve without limit and without cost in a slot of no weight: that place.

    Stress slots carry no weight, so calls and hourly rent are free there. A bucket with such a relief needs no other
    choice in them: the optimum is the same and the model smaller. Not where what is used is counted (most models or
    vendors), nor where redundancy keeps replicas running in all slots of a stage.
    """
    policy = indices.resolved.policy
    if policy.max_models is not None or policy.max_vendors is not None or indices.keeps_replicas:
        return {}
    unlimited = {e.index for e in indices.resolved.endpoints if e.max_requests_per_second is None}
    relief = {
        (call.workload, call.bucket, call.kind): Place(None, call.endpoint)
        for call in reversed(indices.candidates.calls)
        if call.endpoint in unlimited
    }
    rentable = {
        offer.pool
        for offer in indices.resolved.offers
        if isinstance(offer.terms, OnDemand) and offer.terms.max_servers is None
    }
    for deployment, service, pool in _placements(indices):
        if pool in rentable:
            wanted = (service.workload, service.bucket, service.kind)
            relief.setdefault(wanted, Place(deployment.index, pool))
    return relief


def _placements(indices: Indices) -> list[tuple[Deployment, Service, int]]:
    """Every service with every pool it may use and that something is offered into."""
    offered = {offer.pool for offer in indices.resolved.offers}
    return [
        (deployment, service, pool)
        for deployment in indices.candidates.deployments
        for pool in deployment.pools
        if pool in offered
        for service in deployment.services
        if (service.workload, pool) in indices.candidates.service_pools
    ]


def _bounds(indices: Indices) -> None:
    """More replicas than would serve everything never help; neither do more servers than hold them.

    run <= ceil(sum of load x most that a slot can serve) plus what redundancy asks for. A slot can serve at most the
    batch work of one whole day.
    """
    policy = indices.resolved.policy
    extra = 1 if policy.spare is Spare.N_PLUS_1 else 0
    for w, k, s, h in indices.backlog:
        key = (w, k, s, indices.resolved.slots[h].day)
        indices.day_work[key] = indices.day_work.get(key, 0.0) + indices.batch[w, k, s, h]
    for run, keys in indices.serve_by_run.items():
        need = sum(
            indices.service[w, k, kind, d].load * indices.most_served(w, k, kind, s, h)
            for w, k, kind, d, _, s, h in keys
        )
        indices.run_bound[run] = max(math.ceil(need - 1e-9) + extra, policy.minimum_replicas)
    for (p, s, h), runs in indices.run_by_pool.items():
        indices.pool_need[p, s, h] = _most_servers(indices, runs, extra)


def _most_servers(indices: Indices, runs: list[RunKey], extra: int) -> int:
    """Servers that hold all replicas a slot can need in a pool: each bucket once, at its most accelerators per request/s,

    sum_{w,k,c} D max_d (acc[d] load) + sum_d acc[d] (1 for rounding up, and what redundancy adds)
    """
    deployments = indices.candidates.deployments
    worst: dict[tuple[int, int, ServeKind], float] = {}
    rounding = 0
    for run in runs:
        replica = deployments[run[0]].accelerators
        rounding += replica * (extra + max(1, indices.resolved.policy.minimum_replicas))
        for w, k, kind, d, _, s, h in indices.serve_by_run[run]:
            need = replica * indices.service[w, k, kind, d].load * indices.most_served(w, k, kind, s, h)
            worst[w, k, kind] = max(worst.get((w, k, kind), 0.0), need)
    pool = indices.resolved.pools[runs[0][1]]
    return math.ceil((sum(worst.values()) + rounding) / pool.server.accelerators - 1e-9)


def _spot_need(indices: Indices) -> int:
    """Accelerators in spot pools that can be needed in one slot."""
    spot = {offer.pool for offer in indices.resolved.offers if isinstance(offer.terms, Spot)}
    total: dict[tuple[int, int], float] = defaultdict(float)
    for (p, s, h), need in indices.pool_need.items():
        if p in spot:
            total[s, h] += (need + 1) * indices.resolved.pools[p].server.accelerators
    least = min((o.terms.availability for o in indices.resolved.offers if isinstance(o.terms, Spot)), default=1.0)
    return math.ceil(max(total.values(), default=0.0) / least)


def server_bound(indices: Indices, offer: ResolvedOffer, s: int | None = None, h: int | None = None) -> int:
    """Most servers of an offer that can be of use, in one slot or at any time.

    A volume tier or a minimum order may ask for more than is needed, and so may a spot share, which counts idle servers.
    """
    terms, policy = offer.terms, indices.resolved.policy
    availability = getattr(terms, "availability", 1.0)
    needs = [
        need
        for (p, stage, slot), need in indices.pool_need.items()
        if p == offer.pool and s in (None, stage) and h in (None, slot)
    ]
    most = math.ceil(max(needs, default=0) / availability - 1e-9)
    if policy.spot_share:
        accelerators = indices.resolved.pools[offer.pool].server.accelerators
        most = max(most, math.ceil(_spot_need(indices) / policy.spot_share / accelerators))
    if isinstance(terms, Purchase):
        most = max([most, *(tier.from_servers for tier in terms.tiers)])
    if isinstance(terms, Purchase | Lease):
        most = max(most, terms.minimum_order)
    limit = terms.stock if isinstance(terms, Purchase | Lease) else getattr(terms, "max_servers", None)
    return most if limit is None else min(most, int(limit))
