"""Rented pools that another rented pool replaces at no more cost are left out of the deployments' pools.

Pool p is dominated by pool q with an on-demand offer o of q when

1  both are rented, of the same accelerator; o has no `max_servers`; A[q] divides A[p];
2  every deployment that may run in p may run in q, and every workload that may use p may use q;
3  price[p's offer, i] / A[p] - price[o, i] / A[q] >= extra[d] / acc[d] for every offer of p, month i it is paid for and
   deployment d of p, with extra[d] = max(0, egress[q] - egress[p]) max_k 3600 out[k] 4 B / (1e9 load[k,d]), USD an hour;
   reserved offers are compared at the price of each start they may have, and only without an upfront share;
4  where carbon counts: idle and busy emissions of an accelerator-hour are not higher in q.

Why the optimum stays the same. Take any plan. Move every replica and all it serves from p to q, and in each slot
replace the n servers of each offer of p that stand or are rented in it by n A[p] / A[q] servers of o, a whole number
(1). Accelerators: q gains n A[p], p had at most that (spot: avail n A[p]), so capacity holds. Keys exist by 2.
Redundancy: replicas of one deployment meet in one pool, so sum load serve <= run - open and run >= r open hold with
the one `open` they now share. Every class of accelerators keeps its number, or turns from spot to on-demand, so the
spot share holds. Models, makers, accuracy and demand do not see the pool; budgets, power and rack units do not see
rented servers. Cost: a request/s takes load replicas, so a replica-hour causes at most extra[d] more egress, and sum
acc[d] run[d] <= sum n A[p]: by 3 the rent saved in each month pays for the egress added in that month. Rent,
commitment and egress of a month are paid at the same index and taxed alike, so neither discounting nor tax changes
this. A reserved server is paid for at least the months it serves, all 730 hours of them, the on-demand one for no
more. Emissions fall by 4 (fewer idle hours, if anything). Hence the plan without p costs no more. Pools are dropped
one after another, each dominated by one that is still there, so the argument repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from solver.deployments.types import Candidates, Deployment
from solver.instance.resolved import Pool, ResolvedInstance, ResolvedOffer
from solver.instance.schema.sites import OnDemand, Reserved, Spot

BYTES_PER_TOKEN = 4.0
"""Egress of an output token, as in the money table."""

_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class DominatedPool:
    """A pool that need not be used, and the on-demand offer that replaces it."""

    pool: int
    by_offer: int


def without_dominated_offers(resolved: ResolvedInstance, candidates: Candidates) -> Candidates:
    """Candidates whose deployments no longer name dominated pools; deployments and indices stay."""
    return without_pools(candidates, {found.pool for found in dominated_pools(resolved, candidates)})


def without_pools(candidates: Candidates, dropped: AbstractSet[int]) -> Candidates:
    """Candidates whose deployments no longer name some pools; deployments and indices stay."""
    if not dropped:
        return candidates
    return replace(
        candidates,
        deployments=tuple(
            replace(deployment, pools=tuple(pool for pool in deployment.pools if pool not in dropped))
            for deployment in candidates.deployments
        ),
    )


def dominated_pools(resolved: ResolvedInstance, candidates: Candidates) -> tuple[DominatedPool, ...]:
    """Pools that deployments name in vain, each with an offer of a pool that is kept. Of equals the first is kept."""
    users: dict[int, list[Deployment]] = {pool.index: [] for pool in resolved.pools}
    for deployment in candidates.deployments:
        for index in deployment.pools:
            users[index].append(deployment)
    allowed = {
        pool.index: frozenset(w for w, p in candidates.service_pools if p == pool.index) for pool in resolved.pools
    }
    unlimited = [o for o in resolved.offers if isinstance(o.terms, OnDemand) and o.terms.max_servers is None]
    found: dict[int, DominatedPool] = {}
    for pool in reversed(resolved.pools):
        if not users[pool.index]:
            continue
        for offer in unlimited:
            other = resolved.pools[offer.pool]
            if (
                other.index not in found
                and _replaces(resolved, other, pool)
                and allowed[pool.index] <= allowed[other.index]
                and all(other.index in deployment.pools for deployment in users[pool.index])
                and _cheaper(resolved, offer, other, pool, users[pool.index])
            ):
                found[pool.index] = DominatedPool(pool.index, offer.index)
                break
    return tuple(sorted(found.values(), key=lambda dominated: dominated.pool))


def _replaces(resolved: ResolvedInstance, q: Pool, p: Pool) -> bool:
    """Conditions 1 and 4, offers apart."""
    if q.index == p.index or q.hosted or p.hosted or q.accelerator.name != p.accelerator.name:
        return False
    if p.server.accelerators % q.server.accelerators:
        return False
    policy = resolved.policy
    if policy.carbon_cap_tonnes is None and not policy.carbon_price_usd_per_tonne:
        return True
    return all(mine <= theirs for mine, theirs in zip(_grams_per_hour(q), _grams_per_hour(p), strict=True))


def _grams_per_hour(pool: Pool) -> tuple[float, float]:
    """Emissions of one accelerator, g/h: idle, and what being busy adds."""
    idle, full = pool.server.idle_power_kw or 0.0, pool.server.power_kw or 0.0
    each = pool.site.pue * pool.site.carbon_g_per_kwh / pool.server.accelerators
    return idle * each, max(0.0, full - idle) * each


def _cheaper(resolved: ResolvedInstance, offer: ResolvedOffer, q: Pool, p: Pool, users: list[Deployment]) -> bool:
    """Condition 3."""
    terms = offer.terms
    assert isinstance(terms, OnDemand)
    needed = _extra_egress(resolved, q.site.egress_usd_per_gb - p.site.egress_usd_per_gb, users)
    for replaced in resolved.offers:
        if replaced.pool != p.index:
            continue
        paid = _paid(resolved, replaced)
        if paid is None:
            return False
        for month, usd_per_hour in paid:
            ours = _price(terms, month) / q.server.accelerators
            theirs = usd_per_hour / p.server.accelerators
            if theirs - ours < needed + _TOLERANCE * theirs * (needed > 0.0):
                return False
    return True


def _extra_egress(resolved: ResolvedInstance, usd_per_gb: float, users: list[Deployment]) -> float:
    """What a dearer way out costs an accelerator-hour at most, USD."""
    if usd_per_gb <= 0.0:
        return 0.0
    return max(
        3600.0
        * resolved.workloads[service.workload].buckets[service.bucket].output_tokens
        * BYTES_PER_TOKEN
        / 1e9
        * usd_per_gb
        / (service.load * deployment.accelerators)
        for deployment in users
        for service in deployment.services
    )


def _paid(resolved: ResolvedInstance, offer: ResolvedOffer) -> list[tuple[int, float]] | None:
    """(month, USD per server-hour) an offer may be paid at; None where it cannot be compared month by month."""
    terms = offer.terms
    if isinstance(terms, OnDemand | Spot):
        return [(month, _price(terms, month)) for month in range(resolved.months)]
    if isinstance(terms, Reserved) and not terms.upfront_share:
        return list(_committed(resolved, offer, terms))
    return None


def _committed(resolved: ResolvedInstance, offer: ResolvedOffer, terms: Reserved) -> Iterator[tuple[int, float]]:
    for start in resolved.stages:
        if resolved.can_start(offer, start):
            first = start.first_month
            price = _price(terms, first)
            yield from ((month, price) for month in range(first, min(first + terms.term_months, resolved.months)))


def _price(terms: OnDemand | Spot | Reserved, month: int) -> float:
    """USD per server-hour at a month's prices."""
    return float((terms.usd_per_hour or 0.0) * (1.0 + terms.price_change_per_year) ** (month / 12.0))
