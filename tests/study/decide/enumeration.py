"""The stochastic optimum of a tiny problem by trying every order, each scenario's recourse by the oracle's enumeration.

Nothing here knows the model, the decomposition or the joined matrix: orders and recourse come from tests/oracle.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.study.decide.aims import Aim
from tests.oracle.bounds import Bounds
from tests.oracle.brute import Allowed, in_use_sets
from tests.oracle.fleets import Fleets
from tests.oracle.money import Money

Orders = tuple[tuple[int, int, int], ...]


def scaled(resolved: ResolvedInstance, demand: float, api_price: float = 1.0) -> ResolvedInstance:
    """The instance with all demand and all API prices times a factor."""
    workloads = tuple(
        replace(w, level_by_month=tuple(level * demand for level in w.level_by_month)) for w in resolved.workloads
    )
    endpoints = tuple(
        replace(
            e,
            usd_per_million_input_tokens=e.usd_per_million_input_tokens * api_price,
            usd_per_million_cached_input_tokens=e.usd_per_million_cached_input_tokens * api_price,
            usd_per_million_output_tokens=e.usd_per_million_output_tokens * api_price,
        )
        for e in resolved.endpoints
    )
    return replace(resolved, workloads=workloads, endpoints=endpoints)


def costs_by_orders(resolved: ResolvedInstance, candidates: Candidates, largest: Bounds) -> dict[Orders, float]:
    """Least cost of every set of orders that the limits allow; `largest`: bounds of the scenario that can use most."""
    bounds, money = Bounds(resolved, candidates), Money(resolved)
    fleets = Fleets(resolved, largest, money).enumerate(None, resolved.policy.carbon_cap_tonnes is not None)
    every = [stage.index for stage in resolved.stages]
    parts = [every] if resolved.policy.carbon_cap_tonnes is not None else [[stage] for stage in every]
    found: dict[Orders, float] = {}
    for pairs, calls in in_use_sets(resolved, candidates, bounds.all_pairs):
        allowed = Allowed(resolved, candidates, bounds, money, pairs, calls)
        for at, orders in enumerate(fleets.orders):
            up = tuple(int(count) for count in fleets.up[at])
            tonnes = float(fleets.tonnes[at])
            usd = float(fleets.usd[at]) + sum(allowed.cost(part, up, tonnes) for part in parts)
            found[orders] = min(found.get(orders, math.inf), usd)
    return found


def stochastic_optimum(scenarios: list[ResolvedInstance], candidates: Candidates, aim: Aim) -> float | None:
    """Least aim over all orders; None where no orders suit every scenario. Raises TooLargeError."""
    largest = max(
        (Bounds(each, candidates) for each in scenarios),
        key=lambda bounds: sum(map(bounds.bought, _standing(scenarios[0]))),
    )
    tables = [costs_by_orders(each, candidates, largest) for each in scenarios]
    common = set(tables[0]).intersection(*tables[1:])
    values = [aim.value(np.array([table[orders] for table in tables])) for orders in common]
    best = min((value for value in values if math.isfinite(value)), default=None)
    return None if best is None else float(best)


def _standing(resolved: ResolvedInstance) -> list[object]:
    from solver.instance.schema.sites import Existing

    return [o for o in resolved.offers if not o.hourly and not isinstance(o.terms, Existing)]
