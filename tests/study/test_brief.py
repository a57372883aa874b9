"""A row made of the brief document is the row made of the whole one."""

from __future__ import annotations

from typing import Any

import pytest

from solver.plan.document import document
from solver.solve.task import run_task
from solver.study.base import resolved_of
from solver.study.brief import brief_document
from solver.study.planning import Overrides, assemble, tasks_of
from solver.study.row_of_plan import row_of_plan
from tests.cli.small import own_only, small


@pytest.mark.parametrize(
    "values",
    [
        small(),
        small(sites=[], baselines=["api_only", "cloud_on_demand"]),
        own_only(baselines=["api_only"]),
        own_only(policy={"capex_budget_usd": 10, "queueing": "off"}),
    ],
    ids=["all", "api", "own", "infeasible"],
)
def test_the_same_row(values: dict[str, Any]) -> None:
    resolved = resolved_of(values)
    plan = assemble(resolved, [run_task(task) for task in tasks_of(resolved, Overrides())], Overrides())
    assert row_of_plan(brief_document(plan)) == row_of_plan(document(plan))
