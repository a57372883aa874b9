"""A plan as plain JSON types: what `--json` prints, files hold and the service returns.

Lists named `..._by_slot` follow `instance.inputs.slots`; those in `cost.monthly` follow month indices 0..M (`cost.months`).
A figure that is not known, or not finite, is null. The order of everything is fixed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from solver.finance.breakeven import BreakEven
from solver.finance.metrics import Comparison
from solver.instance.resolved import Diagnostic, ResolvedInstance
from solver.plan.batch import batch_rows
from solver.plan.comparison import break_evens
from solver.plan.costs import Costs, costs
from solver.plan.findings import plan_findings
from solver.plan.fleet import fleet_rows
from solver.plan.inputs import inputs_document
from solver.plan.latency import latency_rows
from solver.plan.plan import BaselineResult, Plan
from solver.plan.rates import rate_rows
from solver.plan.replicas import replica_rows
from solver.plan.routing import bucket_routes, deployment_name, routing_shares
from solver.plan.verify import Verification
from solver.plan.workloads import workload_rows
from solver.solve.termination import Termination

Json = dict[str, Any]
COST_FIGURES = ("lifecycle", "undiscounted", "per_million_tokens", "emissions_tonnes")
COST_PARTS = ("by_stream", "by_place", "by_workload", "by_model", "per_million_tokens_by_workload", "monthly")
VERIFICATION_FIGURES = ("passed", "checks", "worst_violation", "worst_check", "recomputed_objective")
ROW_LISTS = ("rates", "fleet", "replicas", "routing", "routes", "workloads", "latency", "batch")
NOT_COMPARED = "NOT_COMPARED"
"""Payback status where there is no plan, or a baseline's solve ended without one and without proof that there is none."""


def document(plan: Plan) -> Json:
    """The whole answer. Its keys are always the same; without a plan its lists are empty and its figures null."""
    if plan.decisions is None:
        cost, rows = None, {key: list[Json]() for key in ROW_LISTS}
    else:
        cost, rows = costs(plan), _rows(plan)
    found: Json = {
        "instance": _instance(plan.resolved, rates=rows.pop("rates")),
        "termination": termination_document(plan.termination),
        "cost": _no_cost(plan) if cost is None else _cost(plan, cost),
        "payback": [_payback(plan, result, cost) for result in plan.baselines],
        **rows,
        "verification": verification_document(plan.verification),
        "diagnostics": [diagnostic_document(diagnostic) for diagnostic in plan_findings(plan)],
    }
    return {key: plain(value) for key, value in found.items()}


def _rows(plan: Plan) -> dict[str, list[Json]]:
    """Every list of rows of the plan; keys are ROW_LISTS."""
    return {
        "rates": [_row(row) for row in rate_rows(plan)],
        "fleet": [_row(row) for row in fleet_rows(plan)],
        "replicas": [_row(row) for row in replica_rows(plan)],
        "routing": [_row(row) for row in routing_shares(plan)],
        "routes": _bucket_routes(plan),
        "workloads": _workloads(plan),
        "latency": [_row(row) for row in latency_rows(plan)],
        "batch": [_row(row) for row in batch_rows(plan)],
    }


def termination_document(termination: Termination) -> Json:
    """Reason, limit and proven bounds."""
    return {
        "reason": termination.reason.value,
        "limit": termination.limit.value if termination.limit else None,
        "detail": termination.detail,
        "objective": termination.objective,
        "bound": termination.bound,
        "relative_gap": termination.relative_gap,
        "wall_seconds": termination.wall_seconds,
    }


def verification_document(verification: Verification | None) -> Json:
    """The verifier's verdict with every failed check; nulls where there was no plan to verify."""
    if verification is None:
        return {**dict.fromkeys(VERIFICATION_FIGURES), "violations": []}
    return {
        "passed": verification.passed,
        "checks": verification.checks,
        "worst_violation": verification.worst_violation,
        "worst_check": verification.worst_check,
        "recomputed_objective": verification.objective,
        "violations": [{"name": violation.name, **_row(violation)} for violation in verification.violations],
    }


def diagnostic_document(diagnostic: Diagnostic) -> Json:
    """One finding about the input or the plan."""
    return {
        "severity": diagnostic.severity.value,
        "path": diagnostic.path,
        "value": diagnostic.value,
        "rule": diagnostic.rule,
        "fix": diagnostic.fix,
    }


def plain(value: object) -> Any:
    """Plain JSON types all the way down; a number that is not finite becomes None."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return _row(value)
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def _row(row: object) -> Json:
    return {part.name: plain(getattr(row, part.name)) for part in fields(row)}  # type: ignore[arg-type]


def _instance(resolved: ResolvedInstance, rates: list[Json]) -> Json:
    return {
        "name": resolved.instance.name,
        "digest": resolved.digest,
        "description": resolved.instance.description,
        "inputs": {**inputs_document(resolved), "rates": rates},
    }


def _cost(plan: Plan, cost: Costs) -> Json:
    return {
        "currency": plan.resolved.instance.finance.currency,
        "lifecycle": cost.lifecycle,
        "undiscounted": float(cost.total_by_month.sum()),
        "by_stream": cost.by_stream,
        "by_place": cost.by_place,
        "by_workload": cost.by_workload,
        "by_model": cost.by_model,
        "per_million_tokens": cost.per_million_tokens,
        "per_million_tokens_by_workload": cost.per_million_tokens_by_workload,
        "months": [plan.calendar_month(index) for index in range(plan.resolved.months + 1)],
        "monthly": {
            **{stream.value: list(flow) for stream, flow in cost.monthly.items()},
            "total": list(cost.total_by_month),
        },
        "emissions_tonnes": sum(cost.tonnes.values()),
        "emissions_tonnes_by_place": cost.tonnes,
    }


def _no_cost(plan: Plan) -> Json:
    currency = {"currency": plan.resolved.instance.finance.currency}
    empty: Json = {"months": [], "emissions_tonnes_by_place": {}}
    return {**currency, **dict.fromkeys(COST_FIGURES), **{part: {} for part in COST_PARTS}, **empty}


def _payback(plan: Plan, result: BaselineResult, cost: Costs | None) -> Json:
    found, ledger = break_evens(plan.ledger, result), result.ledger
    return {
        "baseline": result.baseline,
        **_comparison(result.comparison),
        "break_even": {
            "api_price_multiplier": _break_even(found.api_price if found else None),
            "hardware_price_multiplier": _break_even(found.hardware_price if found else None),
        },
        "baseline_termination": termination_document(result.termination),
        "baseline_cost": {
            "lifecycle": ledger.present_value() if ledger else None,
            "by_stream": ledger.by_stream() if ledger else {},
            "per_million_tokens": _per_million_tokens(ledger.present_value(), cost) if ledger and cost else None,
        },
        "infeasibility": list(result.infeasibility),
    }


def _comparison(comparison: Comparison | None) -> Json:
    if comparison is None:
        return {
            "status": NOT_COMPARED,
            "simple_months": None,
            "first_crossing_months": None,
            "discounted_status": NOT_COMPARED,
            "discounted_months": None,
            "npv": {"value": None, "low": None, "high": None},
            "irr": None,
            "irr_status": NOT_COMPARED,
            "irr_is_cost_of_advance": False,
            "irr_candidates": [],
        }
    npv, rate = comparison.npv, comparison.internal_rate
    return {
        "status": comparison.simple_payback.status.value,
        "simple_months": comparison.simple_payback.months,
        "first_crossing_months": comparison.simple_payback.first_crossing_months,
        "discounted_status": comparison.discounted_payback.status.value,
        "discounted_months": comparison.discounted_payback.months,
        "npv": {
            "value": npv.value if npv else None,
            "low": npv.low if npv else None,
            "high": npv.high if npv else None,
        },
        "irr": rate.annual_rate,
        "irr_status": rate.status.value,
        "irr_is_cost_of_advance": rate.borrowing,
        "irr_candidates": list(rate.candidates),
    }


def _break_even(found: BreakEven | None) -> Json:
    return {"status": found.status.value if found else NOT_COMPARED, "value": found.value if found else None}


def _per_million_tokens(lifecycle: float, cost: Costs) -> float | None:
    """Levelised USD per million tokens of another plan for the same tokens."""
    if cost.per_million_tokens is None or cost.lifecycle == 0:
        return None
    return cost.per_million_tokens * lifecycle / cost.lifecycle


def _bucket_routes(plan: Plan) -> list[Json]:
    return [
        {
            "stage": row.stage,
            "workload": row.workload,
            "bucket": row.bucket,
            "kind": row.kind.value,
            "where": row.route.where,
            "deployment": deployment_name(row.route),
            "requests_per_month": row.requests_per_month,
            "requests_per_second_by_slot": list(row.requests_per_second_by_slot),
        }
        for row in bucket_routes(plan)
    ]


def _workloads(plan: Plan) -> list[Json]:
    return [{**_row(row), "provenance": dict(row.provenance)} for row in workload_rows(plan)]
