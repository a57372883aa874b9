"""Requirements that a user can change, as they stand in the model's rows: what each is called, its limit and its unit.

Rows that come from one figure of the instance (a site's power, an offer's stock) belong to one requirement, so that one
change of that figure is looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from solver.instance.resolved import ResolvedInstance
from solver.model.facts import Facts

RENT_LIMIT = "rent_limit"
"""Rows `rent[o,s,h] <= max_servers[o]`, which the model itself has as bounds."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of requirement. `place` names the figure, `moment` the stage and slot of a row where that is told too."""

    requirement: str
    unit: str
    place: Callable[[ResolvedInstance, Any], str]
    limit: Callable[[ResolvedInstance, Any], float | None] = lambda _, __: None
    moment: Callable[[ResolvedInstance, Any], str] = lambda _, __: ""
    demand: bool = False


def limit_of(kind: Kind, indices: Facts, index: Any, right_side: float) -> float:
    """The figure in the instance; the row's right-hand side where there is no single figure."""
    figure = kind.limit(indices.resolved, index)
    return right_side if figure is None else float(figure)


def _whole(_: ResolvedInstance, __: Any) -> str:
    return "whole plan"


def _site(field: str) -> Callable[[ResolvedInstance, Any], float | None]:
    def limit(resolved: ResolvedInstance, index: Any) -> float | None:
        return next((getattr(p.site, field) for p in resolved.pools if p.site.name == index[0]), None)

    return limit


def _stage_budget(resolved: ResolvedInstance, index: Any) -> float | None:
    budget = resolved.policy.capex_budget_usd_per_stage
    return budget[int(index)] if isinstance(budget, tuple) else budget


def _offer(index: Any) -> int:
    return int(index[0] if isinstance(index, tuple) else index)


def _offered(field: str) -> Callable[[ResolvedInstance, Any], float | None]:
    return lambda resolved, index: getattr(resolved.offers[_offer(index)].terms, field, None)


def _offer_name(resolved: ResolvedInstance, index: Any) -> str:
    return resolved.offers[_offer(index)].name


def _bucket(resolved: ResolvedInstance, index: Any) -> str:
    workload = resolved.workloads[index[0]]
    return f"workload {workload.name}, bucket {workload.buckets[index[1]].label}"


def _moment(resolved: ResolvedInstance, index: Any) -> str:
    *_, s, h = index
    return f"{resolved.stages[s].name} {resolved.slots[h].name}"


_STAGE = Kind("capex budget of a stage", "USD", lambda resolved, index: resolved.stages[int(index)].name, _stage_budget)
_MOST = Kind("most servers of an offer", "servers", _offer_name, _offered("max_servers"))
_BATCH = Kind("batch demand", "requests/s", _bucket, moment=_moment, demand=True)

ELASTIC: dict[str, Kind] = {
    "site_power": Kind("site power", "kW", lambda _, index: str(index[0]), _site("power_kw")),
    "site_rack": Kind("rack units", "U", lambda _, index: str(index[0]), _site("rack_units")),
    "capex_total": Kind("capex budget", "USD", _whole, lambda resolved, _: resolved.policy.capex_budget_usd),
    "capex_stage": _STAGE,
    "stock": Kind("stock of an offer", "servers", _offer_name, _offered("stock")),
    "max_servers": _MOST,
    RENT_LIMIT: _MOST,
    "endpoint_limit": Kind(
        "request limit of an endpoint",
        "requests/s",
        lambda resolved, index: resolved.endpoints[index[0]].name,
        lambda resolved, index: resolved.endpoints[index[0]].max_requests_per_second,
    ),
    "quality": Kind(
        "average quality",
        "score x requests",
        lambda resolved, index: f"workload {resolved.workloads[index[0]].name}, {resolved.stages[index[1]].name}",
    ),
    "spot_share": Kind("spot share", "accelerators", _whole),
    "carbon_cap": Kind("carbon cap", "t CO2e", _whole, lambda resolved, _: resolved.policy.carbon_cap_tonnes),
    "use_model_most": Kind("most models", "models", _whole),
    "use_vendor_most": Kind("most vendors", "vendors", _whole),
    "demand": Kind("real-time demand", "requests/s", _bucket, moment=_moment, demand=True),
    "batch_balance": _BATCH,
    "batch_average": _BATCH,
}
