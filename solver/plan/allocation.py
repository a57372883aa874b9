"""Who causes which cost: every dollar of the cash-flow table given to a workload and a model, or to nobody.

The rule, for present values:

- API tokens, egress and the energy of busy accelerators belong to the requests that cause them.
- What a server costs (bought, leased, committed, existing, rented) is spread over the stages it serves, in proportion to
  their discounted months, and inside a stage over the users of its pool, in proportion to the accelerator-hours of their
  load (margin and queueing headroom included; stress slots do not count).
- A stage in which nobody uses a pool leaves its part to `unused`. Idle hours of a pool in use fall to its users.

The parts add up to the net present lifecycle cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from solver.finance.activities import SECONDS_PER_HOUR, Activities
from solver.finance.ledger import busy_kw, egress_gb_per_request, tier_discount
from solver.finance.streams import UnitFlow
from solver.instance.resolved import ResolvedInstance, ResolvedOffer
from solver.instance.schema.sites import Existing
from solver.instance.timeline import Stage
from solver.plan.plan import Plan
from solver.plan.served import Api, Flow, flows

UNUSED = "unused"
"""Name of nobody: cost of pools in stages in which they serve no request."""

User = tuple[str, str]
"""Workload and model."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Present value by user, USD; `(UNUSED, UNUSED)` where nobody uses what is paid for."""

    by_user: dict[User, float]

    def by_workload(self) -> dict[str, float]:
        """Present value of every workload, `unused` last where there is any."""
        return self._by(0)

    def by_model(self) -> dict[str, float]:
        """Present value of every model, `unused` last where there is any."""
        return self._by(1)

    def _by(self, part: int) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for user, value in self.by_user.items():
            sums[user[part]] += value
        return dict(sorted(sums.items(), key=lambda item: (item[0] == UNUSED, item[0])))


def allocation(plan: Plan) -> Allocation:
    """Cost by user. Every workload and model that serves or is served appears."""

    def user(flow: Flow) -> User:
        return plan.resolved.workloads[flow.workload].name, flow.route.model

    by_user = cost_by(plan, user, (UNUSED, UNUSED))
    return Allocation({user: value for user, value in sorted(by_user.items()) if value or user[0] != UNUSED})


def cost_by(plan: Plan, user: Callable[[Flow], Key], nobody: Key) -> dict[Key, float]:
    """Present value by whatever tells users apart, USD; `nobody` takes what pools cost that nobody uses."""
    activities = Activities(plan.resolved)
    served = flows(plan)
    by_user: dict[Key, float] = defaultdict(float)
    for flow in served:
        if flow.requests_per_month > 0:
            by_user[user(flow)] += _own_cost(plan, activities, flow)
    users = _pool_users(served, user)
    for pool, stage_values in _servers(plan, activities):
        for s, value in stage_values.items():
            shares = users.get((pool, s)) or {nobody: 1.0}
            for key, share in shares.items():
                by_user[key] += value * share
    return dict(by_user)


def _own_cost(plan: Plan, activities: Activities, flow: Flow) -> float:
    """Present value of what the requests of a flow cause by themselves."""
    resolved = plan.resolved
    if isinstance(flow.route, Api):
        unit = activities.request(flow.route.call, resolved.stages[flow.stage])
        return flow.requests_per_month * _present_value(unit, activities)
    own, pool = flow.route, flow.route.pool
    kwh = flow.requests_per_second * busy_kw(own.service, own.deployment, pool) * flow.hours_per_month
    output_tokens = resolved.workloads[flow.workload].buckets[flow.bucket].output_tokens
    gigabytes = (
        flow.requests_per_second * SECONDS_PER_HOUR * flow.hours_per_month * egress_gb_per_request(output_tokens)
    )
    return kwh * _present_value(activities.busy_kwh(pool.index, flow.stage), activities) + gigabytes * _present_value(
        activities.egress_gb(pool.index, flow.stage), activities
    )


def _pool_users(served: list[Flow], user: Callable[[Flow], Key]) -> dict[tuple[int, int], dict[Key, float]]:
    """Share of each user in the accelerator-hours of load, by pool and stage."""
    hours: dict[tuple[int, int], dict[Key, float]] = defaultdict(lambda: defaultdict(float))
    for flow in served:
        if not isinstance(flow.route, Api) and flow.load_accelerator_hours > 0:
            hours[flow.route.pool.index, flow.stage][user(flow)] += flow.load_accelerator_hours
    return {
        place: {user: value / sum(users.values()) for user, value in users.items()} for place, users in hours.items()
    }


def _servers(plan: Plan, activities: Activities) -> Iterator[tuple[int, dict[int, float]]]:
    """Present value by stage of every decision about servers, with its pool."""
    resolved, decisions = plan.resolved, plan.chosen
    for offer in resolved.offers:
        if isinstance(offer.terms, Existing):
            yield offer.pool, _spread(resolved, activities, offer, resolved.stages[0], offer.terms.count)
    for (o, s), count in decisions.buy.items():
        offer = resolved.offers[o]
        yield offer.pool, _spread(resolved, activities, offer, resolved.stages[s], count)
    hours: dict[tuple[int, int], float] = defaultdict(float)
    for (o, s, h), count in decisions.rent.items():
        hours[o, s] += count * resolved.slots[h].hours_per_month
    for (o, s), server_hours in hours.items():
        yield resolved.offers[o].pool, {s: server_hours * _present_value(activities.rented_hour(o, s), activities)}


def _spread(
    resolved: ResolvedInstance, activities: Activities, offer: ResolvedOffer, start: Stage, count: int
) -> dict[int, float]:
    """Present value of servers that start with a stage, over the stages they serve."""
    unit = activities.standing(offer, start, tier_discount(offer, count))
    value = count * _present_value(unit, activities)
    serving = [stage for stage in resolved.stages if resolved.in_service(offer, start, stage)] or [start]
    months = {
        stage.index: float(activities.factors[stage.first_month + 1 : stage.end_month + 1].sum()) for stage in serving
    }
    return {s: value * weight / sum(months.values()) for s, weight in months.items()}


def _present_value(unit: UnitFlow, activities: Activities) -> float:
    return sum(unit.present_values(activities.factors).values())
