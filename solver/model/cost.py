"""Cost: the objective is the discounted sum of the cash-flow table, one named expression a stream.

    cost[stream] = sum over decisions of  level x sum_j DF[j] unit flow[stream, j]
    objective    = sum_stream cost[stream]

Unit flows come from `solver.finance.activities`; only how many units a variable stands for is decided here:

    buy[o,s]    1 server started with stage s (volume discounts: difference of two unit flows on the tier's count)
    rent[o,s,h] H[h] server-hours a month
    serve       busy acc[d] (kW - idle kW) / A[p] H[h] kWh a month, and 3600 H[h] out[k] 4 B / 1e9 GB of egress
    call        3600 H[h] requests a month
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pyomo.environ as pyo

from solver.decisions import CallKey, ServeKey
from solver.finance.activities import SECONDS_PER_HOUR, Activities
from solver.finance.ledger import busy_kw, egress_gb_per_request
from solver.finance.streams import Stream, UnitFlow
from solver.instance.schema.sites import Existing
from solver.model.indices import Indices
from solver.model.linear import linear
from solver.model.tiers import tiers


class DecisionFlows:
    """Which unit flows, and how many units of each, one unit of every variable causes."""

    def __init__(self, indices: Indices, activities: Activities) -> None:
        self.indices, self.activities = indices, activities
        self._hours = [slot.hours_per_month for slot in indices.resolved.slots]
        self._calls = {(c.workload, c.bucket, c.kind, c.endpoint): c for c in indices.candidates.calls}
        self._request = cache(self._request_flow)
        self._served = cache(self._served_units)

    def existing(self) -> Iterator[tuple[UnitFlow, int]]:
        """Flows of servers already owned, with their counts: the constant of the objective."""
        first = self.indices.resolved.stages[0]
        for offer in self.indices.resolved.offers:
            if isinstance(offer.terms, Existing):
                yield self.activities.standing(offer, first), offer.terms.count

    def of_buy(self, o: int, s: int) -> UnitFlow:
        """One server of a standing offer."""
        return self.activities.standing(self.indices.resolved.offers[o], self.indices.resolved.stages[s])

    def of_serve(self, key: ServeKey) -> list[tuple[UnitFlow, float]]:
        """Energy and egress of one request/s in a slot."""
        w, k, kind, d, p, s, h = key
        kw, gb = self._served(w, k, kind, d, p)
        hours = self._hours[h]
        return [
            (self.activities.busy_kwh(p, s), kw * hours),
            (self.activities.egress_gb(p, s), gb * SECONDS_PER_HOUR * hours),
        ]

    def of_call(self, key: CallKey) -> tuple[UnitFlow, float]:
        """Tokens of one request/s in a slot."""
        w, k, kind, e, s, h = key
        return self._request(w, k, kind, e, s), SECONDS_PER_HOUR * self._hours[h]

    def all(self, model: pyo.ConcreteModel) -> Iterator[tuple[UnitFlow, float, Any]]:
        """(unit flow, units per unit of the variable, variable) of every decision that costs or emits anything."""
        for o, s in self.indices.buy:
            yield self.of_buy(o, s), 1.0, model.buy[o, s]
        for o, s, h in self.indices.rent:
            yield self.activities.rented_hour(o, s), self._hours[h], model.rent[o, s, h]
        for serve in self.indices.serve:
            for flow, units in self.of_serve(serve):
                yield flow, units, model.serve[serve]
        for call in self.indices.call:
            yield *self.of_call(call), model.call[call]

    def tonnes(self, model: pyo.ConcreteModel) -> Iterator[tuple[float, Any]]:
        """Emissions over the horizon per unit of every variable, tonnes CO2e."""
        return ((flow.tonnes * units, variable) for flow, units, variable in self.all(model))

    def _request_flow(self, w: int, k: int, kind: Any, e: int, s: int) -> UnitFlow:
        return self.activities.request(self._calls[w, k, kind, e], self.indices.resolved.stages[s])

    def _served_units(self, w: int, k: int, kind: Any, d: int, p: int) -> tuple[float, float]:
        resolved = self.indices.resolved
        service, deployment = self.indices.service[w, k, kind, d], self.indices.candidates.deployments[d]
        return (
            busy_kw(service, deployment, resolved.pools[p]),
            egress_gb_per_request(resolved.workloads[w].buckets[k].output_tokens),
        )


def add_cost(model: pyo.ConcreteModel, flows: DecisionFlows) -> None:
    """Named cost-stream expressions and the objective."""
    factors = flows.activities.factors
    values: dict[int, dict[Stream, float]] = {}
    held: list[UnitFlow] = []  # keeps flows alive, so that ids stay unique

    def present(flow: UnitFlow) -> dict[Stream, float]:
        if id(flow) not in values:
            held.append(flow)
            values[id(flow)] = flow.present_values(factors)
        return values[id(flow)]

    terms: dict[Stream, list[tuple[float, Any]]] = defaultdict(list)
    constant: dict[Stream, float] = defaultdict(float)
    for flow, units, variable in flows.all(model):
        for stream, value in present(flow).items():
            if value * units:
                terms[stream].append((value * units, variable))
    for flow, count in flows.existing():
        for stream, value in present(flow).items():
            constant[stream] += value * count
    for o, s, t in model.TIER:
        offer, start = flows.indices.resolved.offers[o], flows.indices.resolved.stages[s]
        discount = tiers(offer)[t][1]
        listed = present(flows.activities.standing(offer, start))
        lower = present(flows.activities.standing(offer, start, discount))
        for stream in listed:
            difference = lower.get(stream, 0.0) - listed[stream]
            if difference:
                terms[stream].append((difference, model.tier_servers[o, s, t]))
    streams = [stream for stream in Stream if stream in terms or stream in constant]
    model.cost = pyo.Expression(
        [str(stream) for stream in streams],
        rule=lambda m, name: linear(terms[Stream(name)], constant[Stream(name)]),
    )
    model.lifecycle_cost = pyo.Objective(expr=sum(model.cost[name] for name in model.cost), sense=pyo.minimize)
