"""The part of a plan's document that a row is made of: a fraction of its cost to make."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from solver.plan.costs import costs
from solver.plan.document import document, plain, termination_document, verification_document
from solver.plan.fleet import fleet_rows
from solver.plan.plan import BaselineResult, Plan
from solver.plan.routing import routing_shares

FLEET = ("stage", "site", "server", "offer", "kind", "in_service", "bought", "committed", "rented_peak")
ROUTING = ("stage", "workload", "where", "model", "precision", "deployment", "requests_per_month")


def brief_document(plan: Plan) -> dict[str, Any]:
    """What `row_of_plan` reads of `solver.plan.document.document`, under the same keys."""
    if plan.decisions is None:
        return document(plan)
    cost = costs(plan)
    found = {
        "instance": {"digest": plan.resolved.digest},
        "termination": termination_document(plan.termination),
        "cost": {
            "lifecycle": cost.lifecycle,
            "by_stream": cost.by_stream,
            "per_million_tokens": cost.per_million_tokens,
            "emissions_tonnes": sum(cost.tonnes.values()),
            "monthly": {stream.value: list(flow) for stream, flow in cost.monthly.items() if stream.value == "capex"},
        },
        "payback": [_payback(result) for result in plan.baselines],
        "fleet": [{name: getattr(row, name) for name in FLEET} for row in fleet_rows(plan)],
        "routing": [{name: getattr(row, name) for name in ROUTING} for row in routing_shares(plan)],
        "verification": verification_document(plan.verification),
        "diagnostics": [],
    }
    return {key: plain(value) for key, value in found.items()}


def _payback(result: BaselineResult) -> dict[str, Any]:
    lifecycle = result.ledger.present_value() if result.ledger else None
    entry: dict[str, Any] = {"baseline": result.baseline, "baseline_cost": {"lifecycle": lifecycle}}
    comparison = result.comparison
    if comparison is None:
        nothing = {"status": "NOT_COMPARED", "simple_months": None, "discounted_months": None, "irr": None}
        return {**entry, **nothing, "npv": {"value": None, "low": None, "high": None}}
    npv = comparison.npv
    return {
        **entry,
        "status": comparison.simple_payback.status.value,
        "simple_months": comparison.simple_payback.months,
        "discounted_months": comparison.discounted_payback.months,
        "irr": comparison.internal_rate.annual_rate,
        "npv": {"value": None, "low": None, "high": None} if npv is None else asdict(npv),
    }
