"""One offer to buy against one on demand, under two demands: small enough for arithmetic by hand.

Builders of tests/model/case.py: a server serves 1 request/s; rented it costs 2 USD/h = 17,520 USD a year. Here a server
costs 10,000 USD to buy, nothing to run, and is worth nothing after the year. Demand is 2 or 6 requests/s. x servers bought cost

    C_2(x) = 10,000 x + 17,520 max(0, 2 - x)            C_6(x) = 10,000 x + 17,520 max(0, 6 - x)
"""

from __future__ import annotations

from typing import Any

from solver.study.engines.in_process import InProcess
from solver.study.kinds.registry import run_kind
from solver.study.load import parse_study
from solver.study.result import StudyResult
from solver.study.runner import Runner
from tests.model.case import buy, instance, rent, site, workload

BUY_USD = 10_000.0
RENT_USD = 17_520.0
LOW, HIGH = 2.0, 6.0


def base(**blocks: Any) -> dict[str, Any]:
    """The instance at a demand of 2 requests/s."""
    places = (site("room", buy(BUY_USD)), site("cloud", rent(2.0)))
    return instance(*places, **{"workloads": [workload(rps=LOW)], **blocks})


def scenarios(low: float = 0.5, high: float = 0.5) -> list[dict[str, Any]]:
    """Both demands with their weights."""
    path = "workloads.chat.requests_per_second.mean"
    return [
        {"name": "low", "weight": low},
        {"name": "high", "weight": high, "overrides": {path: HIGH}},
    ]


def answered(kind: dict[str, Any], given: dict[str, Any] | None = None, **study: Any) -> StudyResult:
    """Result of a study of the instance, solved to 1e-6."""
    values = {
        "schema": "inferplan.study/v1",
        "name": "farmer",
        "base": given or base(),
        "solve": {"relative_gap": 1e-6, "time_limit_seconds": 20, "baselines": False},
        "study": kind,
        **study,
    }
    return run_kind(parse_study(values), Runner(InProcess()))


def bought(result: StudyResult) -> int:
    """Servers bought by the plan."""
    return sum(int(line["servers"]) for line in result.tables["purchases"])  # type: ignore[arg-type]
