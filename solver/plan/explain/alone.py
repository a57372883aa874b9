"""What would serve a workload's requests alone, on whole servers of its own, and what that costs: the plan's alternatives.

A deployment in a pool is priced with each offer into the pool by itself: hourly servers follow the hours, standing ones are
ordered stage by stage as far as the fullest slot (stress slots included) asks for them. Spare and least replicas count.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from solver.deployments.types import Call, Candidates, Deployment, ServeKind, Service
from solver.finance.activities import SECONDS_PER_HOUR
from solver.finance.ledger import busy_kw, egress_gb_per_request, tier_discount
from solver.finance.streams import UnitFlow
from solver.instance.resolved import Pool, ResolvedInstance, ResolvedOffer
from solver.instance.schema.policy import Spare
from solver.instance.schema.sites import Existing, Purchase
from solver.plan.explain.demand import Demand

TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Alone:
    """One way to serve a class of requests alone. `offer` None: an API. Services or calls are by bucket."""

    where: str
    offer: ResolvedOffer | None
    deployment: Deployment | None
    services: tuple[Service, ...]
    calls: tuple[Call, ...]
    usd_per_million_tokens: float
    servers_most: int
    from_month: int
    beyond_limits: tuple[str, ...]


def all_alone(demand: Demand, candidates: Candidates) -> list[Alone]:
    """Every way, the cheapest first; of each model, precision and pool the deployment that takes the least accelerators."""
    found = [
        priced
        for deployment, pool, services in _deployments(demand, candidates)
        for offer in demand.resolved.offers
        if offer.pool == pool.index and not isinstance(offer.terms, Existing)
        if (priced := _on_servers(demand, deployment, pool, services, offer)) is not None
    ]
    found += _at_apis(demand, candidates)
    return sorted(found, key=lambda one: (bool(one.beyond_limits), one.usd_per_million_tokens))


def _deployments(demand: Demand, candidates: Candidates) -> Iterator[tuple[Deployment, Pool, tuple[Service, ...]]]:
    best: dict[tuple[str, str, int], tuple[float, Deployment, tuple[Service, ...]]] = {}
    w, buckets = demand.workload.index, demand.workload.buckets
    for deployment in candidates.deployments:
        own = {s.bucket: s for s in deployment.services if s.workload == w and s.kind is demand.kind}
        if len(own) < len(buckets):
            continue
        services = tuple(own[k] for k in range(len(buckets)))
        need = _load(demand, services) * deployment.accelerators
        for pool in deployment.pools:
            key = (deployment.config.model.name, deployment.config.precision.value, pool)
            if (w, pool) in candidates.service_pools and (key not in best or need < best[key][0]):
                best[key] = need, deployment, services
    for (_, _, p), (_, deployment, services) in best.items():
        yield deployment, demand.resolved.pools[p], services


def _load(demand: Demand, services: Iterable[Service]) -> float:
    """Replicas needed per request/s of the mix of buckets."""
    return sum(demand.workload.buckets[service.bucket].share * service.load for service in services)


def servers_needed(
    demand: Demand, deployment: Deployment, pool: Pool, services: tuple[Service, ...], availability: float
) -> dict[tuple[int, int], int]:
    """Whole servers by stage and slot."""
    policy = demand.resolved.policy
    spare = 1 if policy.spare is Spare.N_PLUS_1 and demand.kind is ServeKind.REAL_TIME else 0
    load = _load(demand, services)
    found: dict[tuple[int, int], int] = {}
    for at, rate in demand.rates.items():
        replicas = max(math.ceil(load * rate - TINY) + spare, policy.minimum_replicas) if rate > 0 else 0
        found[at] = math.ceil(replicas * deployment.accelerators / (pool.server.accelerators * availability) - TINY)
    return found


def _on_servers(
    demand: Demand, deployment: Deployment, pool: Pool, services: tuple[Service, ...], offer: ResolvedOffer
) -> Alone | None:
    """None where the offer cannot start within the horizon."""
    availability = float(getattr(offer.terms, "availability", 1.0))
    needed = servers_needed(demand, deployment, pool, services, availability)
    first, orders = 0, {}
    if offer.hourly:
        usd = _rented_usd(demand, offer, needed)
    else:
        startable = [s.index for s in demand.resolved.stages if demand.resolved.can_start(offer, s)]
        if not startable:
            return None
        first = startable[0]
        orders = _orders(demand.resolved, offer, needed, first)
        usd = sum(count * _standing_usd(demand, offer, s, count) for s, count in orders.items())
    usd += _running_usd(demand, deployment, pool, services, first)
    tokens = demand.million_tokens(first)
    if tokens <= 0:
        return None
    most = max((count for (s, _), count in needed.items() if s >= first), default=0)
    return Alone(
        pool.name,
        offer,
        deployment,
        services,
        (),
        usd / tokens,
        most,
        demand.resolved.stages[first].first_month,
        tuple(_broken(demand.resolved, pool, offer, most, orders)),
    )


def _rented_usd(demand: Demand, offer: ResolvedOffer, needed: dict[tuple[int, int], int]) -> float:
    return sum(
        count
        * demand.resolved.slots[h].hours_per_month
        * _present(demand, demand.activities.rented_hour(offer.index, s))
        for (s, h), count in needed.items()
    )


def _orders(
    resolved: ResolvedInstance, offer: ResolvedOffer, needed: dict[tuple[int, int], int], first: int
) -> dict[int, int]:
    """Servers ordered for each stage, so that every stage has what its fullest slot needs, as far as orders can start."""
    orders: dict[int, int] = {}
    for stage in resolved.stages[first:]:
        standing = sum(n for s, n in orders.items() if resolved.in_service(offer, resolved.stages[s], stage))
        most = max(count for (s, _), count in needed.items() if s == stage.index)
        if most > standing and resolved.can_start(offer, stage):
            orders[stage.index] = most - standing
    return orders


def _standing_usd(demand: Demand, offer: ResolvedOffer, stage: int, count: int) -> float:
    unit = demand.activities.standing(offer, demand.resolved.stages[stage], tier_discount(offer, count))
    return _present(demand, unit)


def _running_usd(
    demand: Demand, deployment: Deployment, pool: Pool, services: tuple[Service, ...], first: int
) -> float:
    """Energy of the load and egress, from a stage on."""
    buckets = demand.workload.buckets
    kw = sum(buckets[s.bucket].share * busy_kw(s, deployment, pool) for s in services)
    gb = sum(b.share * egress_gb_per_request(b.output_tokens) for b in buckets)
    total = 0.0
    for stage in demand.resolved.stages[first:]:
        requests = demand.requests_per_month(stage)
        kwh = requests / SECONDS_PER_HOUR * kw
        total += kwh * _present(demand, demand.activities.busy_kwh(pool.index, stage.index))
        total += requests * gb * _present(demand, demand.activities.egress_gb(pool.index, stage.index))
    return total


def _at_apis(demand: Demand, candidates: Candidates) -> Iterator[Alone]:
    by_endpoint: dict[int, dict[int, Call]] = defaultdict(dict)
    for call in candidates.calls:
        if call.workload == demand.workload.index and call.kind is demand.kind:
            by_endpoint[call.endpoint][call.bucket] = call
    for e, calls in by_endpoint.items():
        if len(calls) < len(demand.workload.buckets):
            continue
        endpoint = demand.resolved.endpoints[e]
        usd = sum(
            demand.requests_per_month(stage)
            * demand.workload.buckets[k].share
            * _present(demand, demand.activities.request(call, stage))
            for stage in demand.resolved.stages
            for k, call in calls.items()
        )
        most = endpoint.max_requests_per_second
        broken: tuple[str, ...] = ()
        if most is not None and demand.peak > most * (1 + TINY):
            broken = (f"request limit: needs {demand.peak:,.4g} of {most:,.4g} requests/s",)
        in_order = tuple(calls[k] for k in sorted(calls))
        tokens = demand.million_tokens()
        if tokens > 0:
            yield Alone(endpoint.name, None, None, (), in_order, usd / tokens, 0, 0, broken)


def _broken(
    resolved: ResolvedInstance, pool: Pool, offer: ResolvedOffer, most: int, orders: dict[int, int]
) -> Iterator[str]:
    """Limits that so many servers break by themselves."""
    terms, site, policy = offer.terms, pool.site, resolved.policy
    stock, most_servers = getattr(terms, "stock", None), getattr(terms, "max_servers", None)
    ordered = sum(orders.values())
    if stock is not None and ordered > stock:
        yield f"stock: needs {ordered:,} of {stock:,} servers"
    if most_servers is not None and most > most_servers:
        yield f"most servers of the offer: needs {most:,} of {most_servers:,}"
    if pool.hosted and site.power_kw is not None:
        kw = most * (pool.server.power_kw or 0.0) * site.pue
        if kw > site.power_kw * (1 + TINY):
            yield f"site power: needs {kw:,.0f} of {site.power_kw:,.0f} kW"
    if pool.hosted and site.rack_units is not None:
        units = most * (pool.server.rack_units or 0)
        if units > site.rack_units:
            yield f"rack units: needs {units:,.0f} of {site.rack_units:,.0f} U"
    if isinstance(terms, Purchase) and policy.capex_budget_usd is not None and terms.usd_per_server is not None:
        paid = ordered * terms.usd_per_server
        if paid > policy.capex_budget_usd * (1 + TINY):
            yield f"capex budget: needs about {paid:,.0f} of {policy.capex_budget_usd:,.0f} USD"


def _present(demand: Demand, unit: UnitFlow) -> float:
    return sum(unit.present_values(demand.activities.factors).values())
