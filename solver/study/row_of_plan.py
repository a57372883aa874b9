"""A plan's document in one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .row import FAILED, OK

Json = Mapping[str, Any]
WITH_PLAN = frozenset({"OPTIMAL", "FEASIBLE"})
HOURLY = frozenset({"on_demand", "spot"})
MOST_REASONS = 3
LEAST_SHARE = 1e-4


def row_of_plan(plan: Json) -> dict[str, Any]:
    """Plain values of a Row, but for its index, scenario and inputs, of `solver.plan.document.document`."""
    ended, cost, verdict = plan["termination"], plan["cost"], plan["verification"]
    solved = ended["reason"] in WITH_PLAN and cost["lifecycle"] is not None
    sound = solved and verdict["passed"] is not False
    servers = servers_of(plan)
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
        "fleet": fleet_text(servers),
        "servers": servers,
        "routes": routes_of(plan),
        "api_share": _api_share(plan) if solved else None,
        "verified": verdict["passed"],
        "digest": plan["instance"]["digest"],
    }


def servers_of(plan: Json) -> list[dict[str, Any]]:
    """Servers by offer in the plan's stages."""
    stages = list(dict.fromkeys(row["stage"] for row in [*plan["fleet"], *plan["routing"]]))
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for row in plan["fleet"]:
        names = {"site": row["site"], "server": row["server"], "kind": row["kind"]}
        empty = {**names, "by_stage": [0] * len(stages), "added": [0] * len(stages)}
        line = lines.setdefault((row["site"], row["offer"]), empty)
        at = stages.index(row["stage"])
        line["by_stage"][at] = row["rented_peak"] if row["kind"] in HOURLY else row["in_service"]
        line["added"][at] = row["bought"] + row["committed"]
    return list(lines.values())


def routes_of(plan: Json) -> list[dict[str, Any]]:
    """Each workload's routes, most used first; a route with less than a ten-thousandth is left out."""
    total: dict[str, float] = defaultdict(float)
    part: dict[tuple[str, str, str, str | None], float] = defaultdict(float)
    for row in plan["routing"]:
        total[row["workload"]] += row["requests_per_month"]
        part[row["workload"], row["where"], row["model"], row["precision"]] += row["requests_per_month"]
    found = [
        {"workload": workload, "where": where, "model": model, "precision": precision, "share": rate / total[workload]}
        for (workload, where, model, precision), rate in part.items()
        if rate > LEAST_SHARE * total[workload]
    ]
    return sorted(found, key=lambda route: (route["workload"], -route["share"], route["where"], route["model"]))


def fleet_text(servers: list[dict[str, Any]]) -> str:
    """`4 + 2 dgx-h200 (purchase) at room` for orders in turn, `up to 6 p5.48xlarge (on_demand) at aws` for what is rented by the hour."""
    parts: list[str] = []
    for line in servers:
        named = f"{line['server']} ({line['kind']}) at {line['site']}"
        orders = " + ".join(str(count) for count in line["added"] if count)
        if line["kind"] in HOURLY:
            if max(line["by_stage"]):
                parts.append(f"up to {max(line['by_stage'])} {named}")
        elif orders or max(line["by_stage"]):
            parts.append(f"{orders or max(line['by_stage'])} {named}")
    return ", ".join(parts)


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
