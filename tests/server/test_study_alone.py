"""Studies that are one piece of work: decided outside the server, and what becomes of them where that process breaks."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from study.decide.farmer import base, bought, scenarios

from server.settings import Settings
from server.studies import Remembered
from server.study_alone import ServerRunner, StudyProcesses
from solver.study.kinds.registry import run_kind
from solver.study.load import parse_study
from solver.study.loaded import LoadedStudy
from solver.study.solving import RefusedWork
from solver.study.task import Outcome, Task


@pytest.fixture
def study() -> LoadedStudy:
    values: dict[str, Any] = {
        "schema": "inferplan.study/v1",
        "name": "farmer",
        "base": base(),
        "solve": {"relative_gap": 1e-6, "time_limit_seconds": 20, "baselines": False},
        "study": {"kind": "stochastic"},
        "scenarios": scenarios(),
    }
    return parse_study(values)


def noise(seed: int, length: int) -> str:
    return random.Random(seed).randbytes(length).hex()


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(store=folder / "jobs.sqlite", slots=1, **given)


def test_the_answer_is_the_one_that_it_would_have_here(
    study: LoadedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The farmer buys 2 servers (worked out by hand in the study's own tests); nothing is built in this process."""
    monkeypatch.setattr("solver.study.decide.stochastic.open_setting", None)
    result = run_kind(study, ServerRunner(StudyProcesses(settings(tmp_path))))
    assert result.complete
    assert bought(result) == 2
    assert result.figures["expected_usd"] == pytest.approx(55_040)


@pytest.mark.parametrize(("memory_gb", "said"), [(8.0, "ended with signal 9"), (0.001, "more than the 0.001 GB")])
def test_a_broken_process_is_told_and_not_kept(study: LoadedStudy, tmp_path: Path, memory_gb: float, said: str) -> None:
    processes = StudyProcesses(settings(tmp_path, memory_gb_per_process=memory_gb))
    runner = ServerRunner(processes)
    if memory_gb > 1:
        threading.Thread(target=_kill_the_first, args=(processes,)).start()
    result = run_kind(study, runner)
    assert not result.complete
    assert said in " ".join(result.words)
    assert processes.worker_pids() == []


def _kill_the_first(processes: StudyProcesses) -> None:
    until = time.monotonic() + 20
    while not processes.worker_pids() and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(processes.worker_pids()[0], signal.SIGKILL)


def test_of_remembered_answers_the_oldest_are_forgotten() -> None:
    """An answer larger than all there is room for is not kept."""
    remembered = Remembered(most_bytes=400)
    kept = [Outcome(Task(n, f"key {n}", "row", RefusedWork(""), 0.0), {"noise": noise(n, 60)}) for n in range(9)]
    for outcome in kept:
        remembered.put(outcome)
    assert remembered.get("key 8") == kept[8].answer
    assert remembered.get("key 0") is None
    assert 1 < sum(remembered.get(outcome.task.key) is not None for outcome in kept) < 9
    remembered.put(Outcome(kept[0].task, {"noise": noise(0, 5000)}))
    assert remembered.get("key 0") is None
