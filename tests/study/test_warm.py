"""`solve: {warm: true}`: the same costs within the gap, the same rows in any order and on any engine."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from solver.solve.progress import Cancel
from solver.study.engines.in_process import InProcess
from solver.study.engines.processes import Processes
from solver.study.kinds.registry import scenarios_of_kind
from solver.study.runner import Runner
from solver.study.solving import row_task
from solver.study.task import Worker
from tests.study.cases import study, uncertain

ASKED = {"kind": "monte_carlo", "samples": 8, "tornado": False}


@pytest.fixture
def processes() -> Iterator[Processes]:
    engine = Processes(2)
    yield engine
    engine.close()


def test_costs_are_those_of_cold_solves(processes: Processes) -> None:
    warm = study(uncertain=uncertain(), study=ASKED, solve={"warm": True, "relative_gap": 1e-4})
    cold = study(uncertain=uncertain(), study=ASKED, solve={"relative_gap": 1e-4})
    points = scenarios_of_kind(warm)
    found, known = (Runner(processes).rows(loaded, points) for loaded in (warm, cold))
    for a, b in zip(found, known, strict=True):
        assert a.ok and b.ok and a.verified
        assert a.lifecycle_usd == pytest.approx(b.lifecycle_usd, rel=2e-4)
        assert [entry.status for entry in a.payback] == [entry.status for entry in b.payback]
        assert (a.relative_gap or 0) <= 1e-4


def test_neither_order_nor_engine_matters(processes: Processes) -> None:
    loaded = study(uncertain=uncertain(), study=ASKED, solve={"warm": True})
    tasks = [row_task(loaded, point) for point in scenarios_of_kind(loaded)]
    mixed = random.Random(3).sample(tasks, len(tasks))
    found = [
        {outcome.task.index: outcome.answer for outcome in engine.run(order, Cancel())}
        for engine, order in ((InProcess(), tasks), (InProcess(), mixed), (processes, mixed))
    ]
    alone = {task.index: task.work(Worker()) for task in tasks[:3]}
    assert found[0] == found[1] == found[2]
    assert alone == {index: found[0][index] for index in alone}


def test_what_becomes_infeasible_is_explained() -> None:
    nothing = {"sites.cloud": {"remove": True}, "endpoints": [], "sites.room.power_kw": 3, "baselines": []}
    loaded = study(scenarios=[{"name": "nothing", "overrides": nothing}], solve={"warm": True})
    (row,) = Runner(InProcess()).rows(loaded, loaded.scenarios)
    assert row.termination == "INFEASIBLE"
    assert "feasible if the site power gives way" in row.reason
