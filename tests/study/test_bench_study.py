"""`inferplan bench study`: its problem, and that its checks of kills can tell equal from unequal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from solver.bench.study import PRICES, answers, killed_dask_worker, killed_driver, price_study
from solver.study.engines.in_process import InProcess
from solver.study.kinds.registry import scenarios_of_kind
from solver.study.loaded import LoadedStudy
from solver.study.runner import Runner
from solver.study.solving import row_task
from tests.study.cases import study, uncertain

MAIN = Path(__file__).parents[2] / "instances" / "assistant-and-code.yaml"
Reference = tuple[LoadedStudy, dict[int, Any]]


@pytest.fixture(scope="module")
def reference() -> Reference:
    loaded = study(uncertain=uncertain(), study={"kind": "monte_carlo", "samples": 10, "tornado": False})
    tasks = [row_task(loaded, scenario) for scenario in scenarios_of_kind(loaded)]
    return loaded, answers(Runner(InProcess()).run(tasks))


def test_only_prices_differ() -> None:
    loaded = price_study(MAIN, 4)
    first, second, *_ = (loaded.base.resolve(scenario) for scenario in scenarios_of_kind(loaded))
    assert len(scenarios_of_kind(loaded)) == 4
    assert len(loaded.study.uncertain) == len(PRICES)
    assert first.workloads == second.workloads
    assert first.digest != second.digest
    assert [pool.name for pool in first.pools] == [pool.name for pool in second.pools]


def test_a_killed_driver(reference: Reference) -> None:
    loaded, known = reference
    assert killed_driver(loaded, known)
    assert not killed_driver(loaded, {**known, 3: known[2]})


def test_a_killed_dask_worker(reference: Reference) -> None:
    pytest.importorskip("distributed")
    loaded, known = reference
    assert killed_dask_worker(loaded, scenarios_of_kind(loaded), known)
