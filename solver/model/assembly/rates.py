"""What one unit of everything costs or emits, from the unit flows of `solver.finance.activities`: by stage, not by slot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solver.finance.activities import SECONDS_PER_HOUR, Activities
from solver.finance.streams import UnitFlow
from solver.instance.schema.sites import Existing
from solver.model.assembly.tables import Tables
from solver.model.matrix import FloatArray
from solver.model.tiers import tiers

Measure = Callable[[UnitFlow], float]


@dataclass(frozen=True, slots=True)
class UnitRates:
    """USD or tonnes per unit, by stage.

    `buy` a server of a standing offer, by (offer, start) that can be; `tier` by (offer, start, tier): more than the list price.
    `rent` (hourly offers, S) a server one hour a month; `serve` (L, S), `call` (C, S) one request/s in one hour a month.
    `fixed`: what is there without a decision.
    """

    buy: dict[tuple[int, int], float]
    tier: dict[tuple[int, int, int], float]
    rent: FloatArray
    serve: FloatArray
    call: FloatArray
    fixed: float


def present_value(activities: Activities) -> Measure:
    """Measures what a flow costs, discounted."""
    return lambda flow: sum(flow.present_values(activities.factors).values())


def emission(flow: UnitFlow) -> float:
    """What a flow emits over the horizon, t CO2e."""
    return flow.tonnes


def unit_rates(tables: Tables, measure: Measure) -> UnitRates:
    """All rates by one measure of flows."""
    activities, resolved = tables.activities, tables.resolved
    offers, stages = resolved.offers, resolved.stages
    buy: dict[tuple[int, int], float] = {}
    tier: dict[tuple[int, int, int], float] = {}
    fixed = 0.0
    for offer in offers:
        if isinstance(offer.terms, Existing):
            fixed += measure(activities.standing(offer, stages[0])) * offer.terms.count
        for start in stages:
            if not resolved.can_start(offer, start):
                continue
            listed = buy[offer.index, start.index] = measure(activities.standing(offer, start))
            for t, (_, discount) in enumerate(tiers(offer)):
                tier[offer.index, start.index, t] = measure(activities.standing(offer, start, discount)) - listed

    def table(count: int, flow: Callable[[int, int], UnitFlow]) -> FloatArray:
        values = [measure(flow(at, stage.index)) for at in range(count) for stage in stages]
        return np.array(values, dtype=float).reshape(count, len(stages))

    kwh, gigabyte = table(len(resolved.pools), activities.busy_kwh), table(len(resolved.pools), activities.egress_gb)
    pool, egress = tables.lines.key[:, 4], SECONDS_PER_HOUR * tables.buckets.egress_gb[tables.lines.want // 2]

    endpoints, endpoint = len(resolved.endpoints), tables.calls.key[:, 3]
    a_usd = table(endpoints, lambda e, s: activities.api_flow(e, stages[s], 1.0, 0.0))
    a_tonne = table(endpoints, lambda e, s: activities.api_flow(e, stages[s], 0.0, 1.0))
    figures = [activities.request_figures(call) for call in tables.candidates.calls]
    usd, emitted = SECONDS_PER_HOUR * np.array(figures, dtype=float).reshape(-1, 2).T
    return UnitRates(
        buy=buy,
        tier=tier,
        rent=table(len(tables.hourly), lambda at, s: activities.rented_hour(int(tables.hourly[at]), s)),
        serve=tables.lines.busy_kw[:, None] * kwh[pool] + egress[:, None] * gigabyte[pool],
        call=usd[:, None] * a_usd[endpoint] + emitted[:, None] * a_tonne[endpoint],
        fixed=fixed,
    )
