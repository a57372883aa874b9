"""What servers that were bought, leased or committed save against renting the same accelerators when they carry load."""

from __future__ import annotations

import math
from collections import defaultdict

from solver.finance.activities import Activities
from solver.finance.ledger import busy_kw, tier_discount
from solver.instance.resolved import ResolvedOffer
from solver.instance.schema.sites import OnDemand
from solver.instance.timeline import HOURS_PER_MONTH
from solver.plan.explain.explanation import StandingExplanation
from solver.plan.fleet import standing_servers
from solver.plan.plan import Plan
from solver.plan.served import Own, flows

TINY = 1e-9


def standing(plan: Plan) -> tuple[StandingExplanation, ...]:
    """One an offer with servers ordered, the dearest first."""
    resolved, activities = plan.resolved, Activities(plan.resolved)
    up, used, energy = standing_servers(plan), _servers_used(plan), _energy_usd(plan, activities)
    by_pool: dict[tuple[int, int], int] = defaultdict(int)
    for (o, s), count in up.items():
        by_pool[resolved.offers[o].pool, s] += count
    found: list[StandingExplanation] = []
    for o in sorted({o for o, _ in plan.chosen.buy}):
        offer, own_usd = resolved.offers[o], 0.0
        for (bought, s), count in plan.chosen.buy.items():
            if bought == o:
                unit = activities.standing(offer, resolved.stages[s], tier_discount(offer, count))
                own_usd += count * sum(unit.present_values(activities.factors).values())
        rent = _cheapest_rent(plan, activities, offer)
        rented_usd, always_usd, hours_used, hours = 0.0, 0.0, 0.0, 0.0
        for stage in resolved.stages:
            servers, s = up[o, stage.index], stage.index
            if not servers:
                continue
            part = servers / by_pool[offer.pool, s]
            own_usd += part * energy[offer.pool, s]
            for slot in resolved.slots:
                busy = min(used[offer.pool, s, slot.index], by_pool[offer.pool, s]) * part
                hours_used += busy * slot.hours_per_month * stage.months
                if rent is not None:
                    rented, usd = rent
                    scale = _accelerators(plan, offer) / _accelerators(plan, rented)
                    rented_usd += math.ceil(busy * scale - TINY) * slot.hours_per_month * usd[s]
                    always_usd += servers * scale * slot.hours_per_month * usd[s]
            hours += servers * HOURS_PER_MONTH * stage.months
        pool = resolved.pools[offer.pool]
        found.append(
            StandingExplanation(
                offer=offer.name,
                where=pool.name,
                kind=offer.terms.kind,
                servers_most=max(up[o, stage.index] for stage in resolved.stages),
                lifecycle_usd=own_usd,
                rented_offer=None if rent is None else rent[0].name,
                rented_usd=None if rent is None else rented_usd,
                saved_usd=None if rent is None else rented_usd - own_usd,
                used_share=hours_used / hours if hours else 0.0,
                break_even_share=own_usd / always_usd if always_usd > 0 else None,
            )
        )
    return tuple(sorted(found, key=lambda one: -one.lifecycle_usd))


def _accelerators(plan: Plan, offer: ResolvedOffer) -> int:
    return plan.resolved.pools[offer.pool].server.accelerators


def _servers_used(plan: Plan) -> dict[tuple[int, int, int], float]:
    """Servers whose accelerators hold replicas, by pool, stage and slot; parts of servers count as parts."""
    found: dict[tuple[int, int, int], float] = defaultdict(float)
    for (d, p, s, h), count in plan.chosen.run.items():
        per_server = plan.resolved.pools[p].server.accelerators
        found[p, s, h] += count * plan.candidates.deployments[d].accelerators / per_server
    return found


def _energy_usd(plan: Plan, activities: Activities) -> dict[tuple[int, int], float]:
    """Energy of the load, by pool and stage."""
    found: dict[tuple[int, int], float] = defaultdict(float)
    for flow in flows(plan):
        if isinstance(flow.route, Own) and flow.hours_per_month:
            own = flow.route
            kwh = flow.requests_per_second * busy_kw(own.service, own.deployment, own.pool) * flow.hours_per_month
            unit = activities.busy_kwh(own.pool.index, flow.stage)
            found[own.pool.index, flow.stage] += kwh * sum(unit.present_values(activities.factors).values())
    return found


def _cheapest_rent(
    plan: Plan, activities: Activities, offer: ResolvedOffer
) -> tuple[ResolvedOffer, list[float]] | None:
    """The on-demand offer of the same accelerator that costs least an accelerator, with its price of an hour by stage."""
    resolved = plan.resolved
    accelerator = resolved.pools[offer.pool].accelerator.name
    found: list[tuple[float, int, list[float]]] = []
    for other in resolved.offers:
        if isinstance(other.terms, OnDemand) and resolved.pools[other.pool].accelerator.name == accelerator:
            usd = [
                sum(activities.rented_hour(other.index, stage.index).present_values(activities.factors).values())
                for stage in resolved.stages
            ]
            found.append((sum(usd) / _accelerators(plan, other), other.index, usd))
    if not found:
        return None
    _, o, usd = min(found)
    return resolved.offers[o], usd
