"""Engines: the same answers from each, and what becomes of tasks whose worker or whose own code goes wrong."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from solver.solve.progress import Cancel
from solver.study.engines.choose import EngineError, EngineName, make_engine
from solver.study.engines.in_process import InProcess
from solver.study.engines.on_dask import OnDask
from solver.study.engines.processes import Processes
from solver.study.engines.protocol import Engine
from solver.study.kinds.registry import run_kind
from solver.study.runner import Done, Runner
from solver.study.task import Outcome, Task
from tests.study.cases import PRICE, VOLUME, study, uncertain
from tests.study.works import Counts, Dies, Raises, Square, squares


@pytest.fixture(scope="module")
def dask() -> Iterator[OnDask]:
    pytest.importorskip("distributed")
    engine = OnDask(None, 2)
    yield engine
    engine.close()


@pytest.fixture
def processes() -> Iterator[Processes]:
    engine = Processes(2)
    yield engine
    engine.close()


def answers(engine: Engine, tasks: list[Task], cancel: Cancel | None = None) -> dict[int, Outcome]:
    return {outcome.task.index: outcome for outcome in engine.run(tasks, cancel or Cancel())}


def test_every_engine_gives_the_same_rows(dask: OnDask, processes: Processes) -> None:
    loaded = study(
        scenarios=[{"name": "base"}, {"name": "dear", "overrides": {PRICE: {"times": 12}}}],
        uncertain=uncertain(),
        study={"kind": "monte_carlo", "samples": 4},
    )
    found = [run_kind(loaded, Runner(engine)) for engine in (InProcess(), processes, dask)]
    assert all(result.complete and len(result.rows) == 18 for result in found)
    assert all(row.ok for row in found[0].rows)
    assert list(found[0].rows) == list(found[1].rows) == list(found[2].rows)
    assert found[0].words == found[1].words == found[2].words


def test_a_failing_task_fails_alone(dask: OnDask, processes: Processes) -> None:
    tasks = [*squares(3), Task(3, "raises", "raises", Raises(), 30.0)]
    for engine in (InProcess(), processes, dask):
        found = answers(engine, tasks)
        assert [found[k].answer for k in range(3)] == [{"square": 0}, {"square": 1}, {"square": 4}]
        assert (found[3].answer, found[3].failure) == (None, "ValueError: no such thing")


def test_a_lost_worker_costs_one_try(processes: Processes, tmp_path: Path) -> None:
    found = answers(processes, [*squares(4), Task(4, "dies", "dies", Dies(str(tmp_path), 1), 30.0)])
    assert len(found) == 5
    assert found[4].answer == {"square": -1}


def test_a_task_that_kills_twice_has_failed(processes: Processes, tmp_path: Path) -> None:
    found = answers(processes, [Task(4, "dies", "dies", Dies(str(tmp_path), 9), 30.0), *squares(4)])
    assert len(found) == 5
    assert found[4].failure == "the worker process ended with signal 9, and so did another on a second try"
    assert len(list(tmp_path.iterdir())) == 2
    assert all(found[k].answer == {"square": k * k} for k in range(4))


def test_a_killed_dask_worker_loses_nothing(dask: OnDask, tmp_path: Path) -> None:
    found = answers(dask, [*squares(6, 0.05), Task(6, "dies", "dies", Dies(str(tmp_path), 1), 30.0)])
    assert len(found) == 7
    assert found[6].answer == {"square": -1}
    assert all(found[k].answer == {"square": k * k} for k in range(6))


def test_a_task_that_hangs_is_ended(processes: Processes) -> None:
    slow = Task(9, "slow", "slow", Square(3, 60.0), 0.5)
    began = time.monotonic()
    found = answers(processes, [slow, *squares(2)])
    assert time.monotonic() - began < 20
    assert found[9].failure == "did not end within 0 s and was ended" or "did not end within" in found[9].failure
    assert found[1].answer == {"square": 1}


def test_workers_live_on(processes: Processes) -> None:
    found = answers(processes, [Task(k, str(k), str(k), Counts(), 30.0) for k in range(12)])
    by_worker: dict[int, list[int]] = {}
    for outcome in found.values():
        assert outcome.answer is not None
        by_worker.setdefault(outcome.answer["pid"], []).append(outcome.answer["done"])
    assert len(by_worker) <= 2
    assert all(sorted(done) == list(range(1, len(done) + 1)) for done in by_worker.values())


@pytest.mark.parametrize("name", ["processes", "in-process"])
def test_a_stop_keeps_what_has_ended(name: str) -> None:
    engine = make_engine(EngineName(name), 2)
    cancel = Cancel()

    def watch(done: Done) -> None:
        if done.ended == 3:
            cancel.ask()

    runner = Runner(engine, cancel=cancel, watcher=watch)
    began = time.monotonic()
    found = runner.run(squares(200, 0.1))
    assert time.monotonic() - began < 15
    assert 3 <= len(found) < 20
    assert runner.cancelled
    engine.close()


def test_a_worker_killed_from_outside_is_replaced(processes: Processes) -> None:
    found: dict[int, object] = {}
    for outcome in processes.run(squares(20, 0.1), Cancel()):
        found[outcome.task.index] = outcome.answer
        if len(found) == 5:
            os.kill(processes.worker_pids()[0], signal.SIGKILL)
    assert found == {k: {"square": k * k} for k in range(20)}


def test_equal_tasks_run_once(tmp_path: Path) -> None:
    tasks = [Task(k, "the same", f"task {k}", Square(5, 0.0, str(tmp_path)), 30.0) for k in range(3)]
    found = Runner(InProcess()).run(tasks)
    assert [(outcome.task.index, outcome.answer) for outcome in found] == [(k, {"square": 25}) for k in range(3)]
    assert len(list(tmp_path.iterdir())) == 1


def test_engines_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match="--scheduler goes with --engine dask"):
        make_engine(EngineName.PROCESSES, 2, "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"pip install 'inferplan\[dask\]'"):
        make_engine(EngineName.DASK)


def test_an_infeasible_scenario_is_one_failed_row() -> None:
    nothing = {"sites.cloud": {"remove": True}, "endpoints": [], "sites.room.power_kw": 3, "baselines": []}
    loaded = study(scenarios=[{"name": "base"}, {"name": "nothing", "overrides": nothing}])
    good, bad = run_kind(loaded, Runner(InProcess())).rows
    assert good.ok
    assert (bad.status, bad.termination, bad.lifecycle_usd) == ("failed", "INFEASIBLE", None)
    assert "feasible if the site power gives way" in bad.reason


def test_an_invalid_combination_is_one_failed_row() -> None:
    axes = [
        {"name": "months", "paths": ["horizon.months"], "values": [3, 12]},
        {"name": "stage", "paths": ["horizon.stage_months"], "values": [3, 6]},
        {"name": "volume", "paths": [VOLUME], "values": [10]},
    ]
    rows = run_kind(study(base=_short(), grid=axes), Runner(InProcess())).rows
    assert [row.ok for row in rows] == [True, False, True, True]
    assert "a stage must not be longer than the horizon of 3 months" in rows[1].reason


def _short() -> dict[str, object]:
    from tests.cli.small import small

    return small(horizon={"start": "2027-01", "months": 12, "stage_months": 3, "days": "every-day", "slot_hours": 12})
