"""A plan's document in one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .row import FAILED, OK

Json = Mapping[str, Any]
WITH_PLAN = frozenset({"OPTIMAL", "FEASIBLE"})
MOST_REASONS = 3


def row_of_plan(plan: Json) -> dict[str, Any]:
    """Plain values of a Row, but for its index, scenario and inputs, of `solver.plan.document.document`."""
    ended, cost, verdict = plan["termination"], plan["cost"], plan["verification"]
    solved = ended["reason"] in WITH_PLAN and cost["lifecycle"] is not None
    sound = solved and verdict["passed"] is not False
    return {
        "status": OK if sound else FAILED,
        "reason": "" if sound else _reason(plan, solved),
        "termination": ended["reason"],
        "lifecycle_usd": cost["lifecycle"],
        "bound_usd": ended["bound"],
        "relative_gap": ended["relative_gap"],
        "per_million_tokens_usd": cost["per_million_tokens"],
        "capex_usd": _capex(cost) if solved else None,
        "emissions_tonnes": cost["emissions_tonnes"],
        "by_stream_usd": dict(cost["by_stream"]),
        "payback": [_payback(entry) for entry in plan["payback"]],
        "fleet": fleet_text(plan["fleet"]),
        "api_share": _api_share(plan) if solved else None,
        "verified": verdict["passed"],
        "digest": plan["instance"]["digest"],
    }


def fleet_text(fleet: list[Json]) -> str:
    """Servers by offer: `4 + 2 dgx-h200 (purchase) at room` for orders in turn, `6 p5.48xlarge (on_demand) at aws` for the most rented."""
    orders: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    rented: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in fleet:
        key = (row["server"], row["kind"], row["site"])
        added = row["bought"] + row["committed"]
        if row["kind"] in ("on_demand", "spot"):
            rented[key] = max(rented[key], row["rented_peak"])
        elif added:
            orders[key].append(added)
        elif row["kind"] == "existing" and key not in orders:
            orders[key].append(row["in_service"])
    parts = [f"{' + '.join(map(str, counts))} {_named(key)}" for key, counts in orders.items()]
    parts += [f"up to {most} {_named(key)}" for key, most in rented.items() if most]
    return ", ".join(parts)


def _named(key: tuple[str, str, str]) -> str:
    server, kind, site = key
    return f"{server} ({kind}) at {site}"


def _reason(plan: Json, solved: bool) -> str:
    if solved:
        return f"the plan failed its verification: {plan['verification']['worst_check']}"
    ended = plan["termination"]
    errors = [entry["rule"] for entry in plan["diagnostics"] if entry["severity"] == "error"]
    parts = [ended["reason"], *([ended["detail"]] if ended["detail"] else []), *errors[:MOST_REASONS]]
    return ": ".join([parts[0], "; ".join(parts[1:])]) if parts[1:] else parts[0]


def _capex(cost: Json) -> float:
    """Paid for servers over the horizon, USD not discounted."""
    return float(sum(cost["monthly"].get("capex", ())))


def _api_share(plan: Json) -> float | None:
    """Share of all requests that go to APIs."""
    total = sum(row["requests_per_month"] for row in plan["routing"])
    called = sum(row["requests_per_month"] for row in plan["routing"] if not row["deployment"])
    return called / total if total else None


def _payback(entry: Json) -> dict[str, Any]:
    npv = entry["npv"]
    return {
        "baseline": entry["baseline"],
        "status": entry["status"],
        "simple_months": entry["simple_months"],
        "discounted_months": entry["discounted_months"],
        "npv_usd": npv["value"],
        "npv_low_usd": npv["low"],
        "npv_high_usd": npv["high"],
        "irr": entry["irr"],
        "baseline_lifecycle_usd": entry["baseline_cost"]["lifecycle"],
    }
