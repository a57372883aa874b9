"""Tables, files and the summary."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plan_case import against, api_plan, mixed_case, owned_plan, plan_of
from rich.console import Console
from test_plan_document import full_plan, no_plan
from verify_case import base_case

from solver.finance.metrics import infeasible_baseline
from solver.instance.resolved import Diagnostic, Severity
from solver.instance.timeline import Stage
from solver.plan.plan import BaselineResult, Plan
from solver.plan.summary import print_summary, shown_stages
from solver.plan.tables import tables, write_tables
from solver.plan.verify import verify
from solver.plan.words import share, terminated, usd
from solver.solve.termination import Limit, Reason, Termination

NAMES = {"fleet", "replicas", "routing", "batch", "workloads", "latency", "rates", "cost", "cashflow", "payback"}


def text_of(plan: Plan, width: int = 140) -> str:
    out = StringIO()
    print_summary(plan, Console(file=out, width=width, color_system=None))
    return out.getvalue()


def test_tables_hold_the_plan() -> None:
    plan = full_plan()
    found = tables(plan)
    assert set(found) == NAMES
    flows = found["cashflow"]
    assert len(flows) == 13
    assert float((flows["total_usd"] * flows["discount_factor"]).sum()) == pytest.approx(plan.book.present_value())
    by_dimension = found["cost"].groupby("dimension")["present_value_usd"].sum()
    assert all(value == pytest.approx(plan.book.present_value()) for value in by_dimension)
    routing = found["routing"]
    requests = (routing["requests_per_second"] * routing["hours_per_month"] * 3600)[routing["workload"] == "chat"].sum()
    assert requests == pytest.approx(2 * 1.6 * 3600 * 730)
    assert found["workloads"]["share_measured_rates"].iloc[0] == pytest.approx(0.5)
    assert found["payback"]["baseline"].tolist() == ["api_only"]


def test_tables_without_rows_keep_their_columns() -> None:
    found = tables(plan_of(base_case()))
    assert found["batch"].empty
    assert "backlog_requests" in found["batch"].columns


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_files_read_back(tmp_path: Path, format: Any) -> None:
    plan = full_plan()
    files = write_tables(plan, tmp_path / "new" / "folder", format)
    assert {file.stem for file in files} == NAMES
    read = pd.read_csv if format == "csv" else pd.read_parquet
    back = read(next(file for file in files if file.stem == "fleet"))
    assert back["in_service"].tolist() == tables(plan)["fleet"]["in_service"].tolist()


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="csv or parquet"):
        write_tables(owned_plan(), tmp_path, "xlsx")  # type: ignore[arg-type]


def test_summary_says_what_matters() -> None:
    plan = owned_plan()
    text = text_of(replace(plan, baselines=(against(plan, "api_only", api_plan()),)))
    for words in (
        "OPTIMAL",
        usd(plan.book.present_value()),
        "capex",
        "100,000",
        "hall/box",
        "1 (+1)",
        "m-tp2",
        "against api only (75,686 USD)",
        "Verified: all",
        "at the optimum",
    ):
        assert words in text, words


def test_summary_tells_assumptions() -> None:
    note = Diagnostic(Severity.NOTE, "sites[0].offers[0]", "100000", "price of the catalog")
    text = text_of(replace(full_plan(), diagnostics=(note,)))
    assert "warning: endpoints.api: latency not stated" in text
    assert "sites[0].offers[0]" in text


def test_summary_of_baselines_that_cannot_be_compared() -> None:
    results = (
        BaselineResult("api_only", Termination(Reason.INFEASIBLE), infeasible_baseline(), None, ("no [endpoint]",)),
        BaselineResult("status_quo", Termination(Reason.NO_SOLUTION_FOUND, Limit.TIME), None),
    )
    text = text_of(replace(owned_plan(), baselines=results))
    assert "no plan meets the demand and the targets with these offers alone (no [endpoint])" in text
    assert "not compared: no plan of its kind was found within the limits" in text


def test_summary_without_a_plan() -> None:
    text = text_of(no_plan())
    assert "INFEASIBLE: no plan meets every requirement" in text
    assert "chat: nothing on offer can serve it" in text


def test_summary_shouts_when_the_verification_failed() -> None:
    case = base_case()
    case.decisions.buy.clear()
    plan = plan_of(case)
    verdict = verify(case.resolved, case.candidates, case.decisions, plan.book.present_value())
    assert not verdict.passed
    text = text_of(plan)
    assert "VERIFICATION FAILED" in text
    assert "packing" in text


def test_summary_is_narrow_enough_for_many_stages() -> None:
    text = text_of(plan_of(mixed_case()), width=100)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 100
    assert "chat" in text and "docs (may wait)" in text


def test_at_most_six_stages_are_shown() -> None:
    stages = [Stage(index, index, 1) for index in range(36)]
    assert [stage.index for stage in shown_stages(stages)] == [0, 7, 14, 21, 28, 35]
    assert shown_stages(stages[:3]) == stages[:3]


def test_words() -> None:
    assert usd(1234567.8) == "1,234,568 USD"
    assert share(0.5) == "50 %"
    ended = Termination(Reason.FEASIBLE, Limit.TIME, objective=100.0, bound=98.0, wall_seconds=50.0)
    assert terminated(ended) == (
        "FEASIBLE: a plan, not yet proven as close as asked for (stopped by time), within 2.00 % of the optimum, 50.0 s"
    )
