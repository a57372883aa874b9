"""A submitted study at work on a store: what has ended is not done again, whatever became of the worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from asking import message
from cli.small import small
from google.protobuf import struct_pb2

from inferplan.v1 import job_pb2, study_job_pb2, study_pb2
from server import study_work
from server.settings import Settings
from server.stop import AbandonedError, Stop
from server.store import STUDY, Claimed, LeaseLostError, QueueLimits, Store
from server.study_work import ended_study, run_study
from solver.solve.progress import Cancel
from solver.study.engines.in_process import InProcess
from solver.study.task import Outcome, Task

PRICES = (1.0, 2.0, 3.0, 4.0)


class Counted(InProcess):
    """Runs tasks here, writes down which, and does something after so many."""

    done: ClassVar[list[str]] = []
    after: ClassVar[tuple[int, Callable[[], None]]] = (0, lambda: None)

    def __init__(self, _settings: object) -> None:
        super().__init__()

    def run(self, tasks: Sequence[Task], cancel: Cancel) -> Iterator[Outcome]:
        for position, outcome in enumerate(super().run(tasks, cancel), 1):
            Counted.done.append(outcome.task.key)
            yield outcome
            if position == Counted.after[0]:
                Counted.after[1]()

    def worker_pids(self) -> list[int]:
        return []


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(study_work, "StudyProcesses", Counted)
    Counted.done, Counted.after = [], (0, lambda: None)
    found = Store(tmp_path / "jobs.sqlite")
    yield found
    found.close()


def sweep(prices: Sequence[float] = PRICES) -> study_pb2.Study:
    study = study_pb2.Study(name="rents", base=message(small(baselines=[])), study=study_pb2.StudyKind(sweep={}))
    axis = study.grid.add(name="rent", paths=["sites.cloud.offers[kind=on_demand].usd_per_hour"])
    for price in prices:
        axis.values.add(set=struct_pb2.Value(number_value=price))
    return study


def taken(store: Store, study: study_pb2.Study | None = None) -> Claimed:
    if study is not None:
        job = study_job_pb2.StudyJob(id="s", study_name=study.name, idempotency_key="k")
        assert store.add(job, study.SerializeToString(), "f", QueueLimits(10), kind=STUDY) is None
    found = store.claim(30.0, STUDY)
    assert found is not None
    return found


def told(store: Store) -> list[study_job_pb2.StudyJobEvent]:
    found = store.follow(None, "s", 0, kind=STUDY)
    assert found is not None
    return found[1]


def rows(store: Store) -> list[int]:
    return [event.row.index for event in told(store) if event.HasField("row")]


def ran(store: Store, claimed: Claimed, stop: Stop | None = None) -> Any:
    return run_study(store, Settings(slots=1), claimed, stop or Stop(), lambda write: write())


def test_what_has_ended_is_not_solved_again(store: Store) -> None:
    stop = Stop()

    def lost() -> None:
        stop.abandon()
        raise RuntimeError("the server is gone")

    Counted.after = (2, lost)
    first = taken(store, sweep())
    assert (store.counts(STUDY), store.counts()) == ({job_pb2.JOB_STATE_RUNNING: 1}, {})
    with pytest.raises(AbandonedError):
        ran(store, first, stop)
    before = told(store)
    assert rows(store) == [0, 1]
    store.take_back(5, everything=True)  # as the next start does
    Counted.after = (0, lambda: None)
    done = list(Counted.done)
    second = taken(store)
    result, failure = ran(store, second)
    assert failure is None
    assert result.complete
    assert len(done) == 2
    assert len(Counted.done) == len(set(Counted.done)) == len(PRICES)
    assert rows(store) == [0, 1, 2, 3]
    assert told(store)[: len(before)] == before
    with pytest.raises(LeaseLostError):
        store.answered(first.lease, "late", b"{}", None)


def test_a_study_that_gets_on_is_not_given_up(store: Store) -> None:
    """Each attempt is lost after one scenario; more attempts than a job may have."""
    taken(store, sweep())
    for _ in PRICES[1:]:
        stop = Stop()

        def lost(stop: Stop = stop) -> None:
            stop.abandon()
            raise RuntimeError("the server is gone")

        Counted.after = (1, lost)
        store.take_back(2, everything=True)
        with pytest.raises(AbandonedError):
            ran(store, taken(store), stop)
    store.take_back(2, everything=True)
    Counted.after = (0, lambda: None)
    result, _ = ran(store, taken(store))
    assert result.complete
    assert len(Counted.done) == len(PRICES)


def test_scenarios_of_one_answer_have_a_row_each(store: Store) -> None:
    result, _ = ran(store, taken(store, sweep((1.0, 1.0, 2.0))))
    assert len(result.rows) == 3
    assert sorted(rows(store)) == [0, 1, 2]
    assert len(Counted.done) == 2


def test_a_task_that_failed_is_a_row_and_stays_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(Counted):
        def run(self, tasks: Sequence[Task], cancel: Cancel) -> Iterator[Outcome]:
            for outcome in super().run(tasks, cancel):
                yield Outcome(outcome.task, None, "its worker was killed")

    monkeypatch.setattr(study_work, "StudyProcesses", Failing)
    result, _ = ran(store, taken(store, sweep((1.0,))))
    assert result.rows[0].reason == "its worker was killed"
    store.take_back(5, everything=True)
    monkeypatch.setattr(study_work, "StudyProcesses", Counted)
    again, _ = ran(store, taken(store))
    assert [row.reason for row in again.rows] == ["its worker was killed"]
    assert rows(store) == [0]


def test_a_stop_keeps_rows_and_says_that_it_is_not_complete(store: Store) -> None:
    stop = Stop()

    def asked() -> None:
        stop.ask()
        time.sleep(0.3)  # until it is passed on

    Counted.after = (2, asked)
    result, failure = ran(store, taken(store, sweep()), stop)
    assert not result.complete
    assert ended_study(result, failure, stopped=True).state == job_pb2.JOB_STATE_CANCELLED
    assert rows(store)[:2] == [0, 1]
    assert len(rows(store)) < len(PRICES)


def test_a_migrated_store_keeps_its_jobs(tmp_path: Path) -> None:
    from sqlalchemy import text

    from server.store.engine import open_engine, url_of
    from server.store.migrate import downgrade

    path = tmp_path / "old.sqlite"
    first = Store(path)
    job = job_pb2.Job(id="j", instance_name="n", idempotency_key="k")
    first.add(job, b"", "f", QueueLimits(10))
    taken(first, sweep((1.0,)))
    first.close()
    engine = open_engine(url_of(path))
    with engine.begin() as connection:
        downgrade(connection, "0001")
        assert connection.execute(text("SELECT id FROM job")).scalars().all() == ["j"]
    engine.dispose()
    with pytest.raises(Exception, match="--migrate"):
        Store(path)
    second = Store(path, migrate=True)
    found = second.get(None, "j")
    assert found is not None
    assert found.instance_name == "n"
    second.close()
