"""A plan as pandas tables, and as CSV or Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from solver.plan.batch import BatchRow, batch_rows
from solver.plan.costs import Costs, costs
from solver.plan.document import document
from solver.plan.fleet import FleetRow, fleet_rows
from solver.plan.latency import LatencyRow, latency_rows
from solver.plan.plan import Plan
from solver.plan.rates import RateRow, rate_rows
from solver.plan.replicas import ReplicaRow, replica_rows
from solver.plan.routing import RoutingRow, routing_rows
from solver.plan.workloads import Promise, WorkloadRow, workload_rows

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["csv", "parquet"]


def tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Every table by name: fleet, replicas, routing, batch, workloads, latency, rates, cost, cashflow, payback.

    Columns are those of the rows' classes (units in the names); routing is by slot and bucket. `cost` is long: dimension,
    name, USD present value. `cashflow` has one line a month index 0..M and one column a stream, USD not discounted.
    """
    cost = costs(plan)
    return {
        "fleet": _frame(FleetRow, fleet_rows(plan), without=("rented_by_slot",)),
        "replicas": _frame(ReplicaRow, replica_rows(plan), without=("by_slot",)),
        "routing": _frame(RoutingRow, routing_rows(plan)),
        "batch": _frame(BatchRow, batch_rows(plan)),
        "workloads": _workloads(plan),
        "latency": _frame(LatencyRow, latency_rows(plan), without=("curve_replicas", "curve_utilisation")),
        "rates": _frame(RateRow, rate_rows(plan)),
        "cost": _cost(cost),
        "cashflow": _cashflow(plan, cost),
        "payback": _payback(plan),
    }


def write_tables(plan: Plan, folder: Path, format: Format = "csv") -> list[Path]:
    """Write every table to `folder` (made where it is missing) and return the files, `NAME.csv` or `NAME.parquet`.

    Raises OSError where the folder cannot be written to, ValueError for another format.
    """
    if format not in ("csv", "parquet"):
        raise ValueError(f"format must be csv or parquet, got {format!r}")
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, table in tables(plan).items():
        path = folder / f"{name}.{format}"
        if format == "csv":
            table.to_csv(path, index=False)
        else:
            table.to_parquet(path, index=False)
        written.append(path)
    return written


def _frame(kind: type[Any], rows: Sequence[object], without: tuple[str, ...] = ()) -> pd.DataFrame:
    import pandas as pd

    names = [part.name for part in fields(kind) if part.name not in without]
    return pd.DataFrame([[_cell(getattr(row, name)) for name in names] for row in rows], columns=names)


def _cell(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _workloads(plan: Plan) -> pd.DataFrame:
    """Promises in three columns each, provenance as a column a source."""
    import pandas as pd

    lines: list[dict[str, object]] = []
    for row in workload_rows(plan):
        line: dict[str, object] = {}
        for part in fields(WorkloadRow):
            value = getattr(row, part.name)
            if isinstance(value, Promise):
                line[f"{part.name}_target_ms"] = value.target_ms
                line[f"{part.name}_promised_ms"] = value.promised_ms
                line[f"{part.name}_by"] = value.by
            elif part.name == "latency_unstated":
                line[part.name] = ", ".join(value)
            elif part.name != "provenance":
                line[part.name] = value
        line |= {f"share_{name}_rates".replace("-", "_"): share for name, share in row.provenance if name != "api"}
        lines.append(line)
    return pd.DataFrame(lines)


def _cost(cost: Costs) -> pd.DataFrame:
    import pandas as pd

    dimensions: dict[str, dict[str, float]] = {
        "stream": {stream.value: value for stream, value in cost.by_stream.items()},
        "place": cost.by_place,
        "workload": cost.by_workload,
        "model": cost.by_model,
    }
    lines = [(dimension, name, value) for dimension, parts in dimensions.items() for name, value in parts.items()]
    return pd.DataFrame(lines, columns=["dimension", "name", "present_value_usd"])


def _cashflow(plan: Plan, cost: Costs) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {
        "month_index": range(plan.resolved.months + 1),
        "month": [plan.calendar_month(index) for index in range(plan.resolved.months + 1)],
        "discount_factor": plan.book.factors,
    }
    columns |= {f"{stream.value}_usd": flow for stream, flow in cost.monthly.items()}
    columns["total_usd"] = cost.total_by_month
    return pd.DataFrame(columns)


def _payback(plan: Plan) -> pd.DataFrame:
    import pandas as pd

    lines: list[dict[str, Any]] = []
    for entry in document(plan)["payback"]:
        api, hardware = entry["break_even"].values()
        baseline_cost = entry["baseline_cost"]
        lines.append(
            {
                **{
                    key: entry[key]
                    for key in (
                        "baseline",
                        "status",
                        "simple_months",
                        "first_crossing_months",
                        "discounted_status",
                        "discounted_months",
                        "irr",
                        "irr_status",
                    )
                },
                "npv_usd": entry["npv"]["value"],
                "npv_low_usd": entry["npv"]["low"],
                "npv_high_usd": entry["npv"]["high"],
                "api_price_multiplier_status": api["status"],
                "api_price_multiplier": api["value"],
                "hardware_price_multiplier_status": hardware["status"],
                "hardware_price_multiplier": hardware["value"],
                "baseline_lifecycle_usd": baseline_cost["lifecycle"],
                "baseline_reason": entry["baseline_termination"]["reason"],
            }
        )
    return pd.DataFrame(lines)
