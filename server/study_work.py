"""A submitted study at work: every answer and its row on disk before the next, so that nothing that has ended is done again."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from inferplan.v1 import study_job_pb2, study_pb2
from server.contract.study import progress_of_study, result_message, row_message
from server.logs import fault, note
from server.settings import Settings
from server.stop import AbandonedError, Stop
from server.store import STUDY, Claimed, Lease, LeaseLostError, Store, StoreUnavailableError
from server.study_alone import ServerRunner, StudyProcesses
from server.study_jobs import study_of
from server.tracing import span
from solver.instance.diagnostics import InstanceError
from solver.solve.failure import Failure, FailureKind
from solver.solve.progress import Cancel
from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.row import FAILED, Row
from solver.study.runner import Done, Runner, row_of
from solver.study.scenario import Scenario
from solver.study.task import Answer, Outcome

PROGRESS_SECONDS = 1.0
"""Between two events of plain progress of one study."""
LOOK_SECONDS = 0.1
PAGE = 500
"""Events read at a time to learn which rows have been told."""
Persist = Callable[[Callable[[], Any]], Any]
"""Does a write however long the database is away."""


def run_study(
    store: Store, settings: Settings, claimed: Claimed, stop: Stop, persist: Persist
) -> tuple[StudyResult | None, Failure | None]:
    """The result of a study, or what broke it. What it held before is taken up again; with a stop it is not complete.

    Raises AbandonedError when told to end at once, LeaseLostError.
    """
    try:
        study = study_of(study_pb2.Study.FromString(claimed.instance))
    except InstanceError:
        return None, Failure(FailureKind.FAULT, "this version of the service does not accept the study any more")
    engine = StudyProcesses(settings)
    cancel = Cancel()
    over = threading.Event()
    watch = threading.Thread(target=_heed, args=(stop, cancel, engine, over), name="study stop", daemon=True)
    watch.start()
    try:
        with span("study", kind=study.study.study.kind):
            return _run(study, _StoredRunner(engine, store, claimed.lease, cancel, persist)), None
    except LeaseLostError:
        raise
    except Exception:
        fault("study fault", job=claimed.lease.job_id)
        return None, Failure(FailureKind.FAULT, "a fault in the service; its log has it")
    finally:
        over.set()
        watch.join()
        engine.close()
        if stop.abandoned:
            raise AbandonedError


def _run(study: LoadedStudy, runner: _StoredRunner) -> StudyResult:
    from solver.study.kinds.registry import run_kind

    result = run_kind(study, runner)
    runner.tell_rows(result.rows)
    return result


def _heed(stop: Stop, cancel: Cancel, engine: StudyProcesses, over: threading.Event) -> None:
    """Pass a request to stop on; told to end at once, its workers are killed."""
    while not over.wait(LOOK_SECONDS):
        if stop.asked or stop.abandoned:
            cancel.ask()
        if stop.abandoned:
            for worker in engine.worker_pids():
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)


class _StoredRunner(ServerRunner):
    """A runner whose answers and rows are in the store."""

    def __init__(self, engine: StudyProcesses, store: Store, lease: Lease, cancel: Cancel, persist: Persist) -> None:
        self._answers = _Answers(store, lease, persist)
        self._told_at = 0.0
        super().__init__(engine, self._answers, cancel, self._done)

    def rows(self, study: LoadedStudy, scenarios: Sequence[Scenario]) -> list[Row]:
        """A plan for each scenario, in their order."""
        self._answers.of_rows = {scenario.index: scenario for scenario in scenarios}
        try:
            found = Runner.rows(self, study, scenarios)
        finally:
            self._answers.of_rows = {}
        self.tell_rows(found)
        return found

    def tell_rows(self, rows: Sequence[Row]) -> None:
        """Those that have not been told: two scenarios of one answer, rows of other kinds of study."""
        for row in rows:
            self._answers.tell(row)

    def _done(self, done: Done) -> None:
        if time.monotonic() - self._told_at >= PROGRESS_SECONDS or done.ended == done.total:
            self._told_at = time.monotonic()
            self._answers.progress(done)


class _Answers:
    """Answers of one study, under its lease. `of_rows`: scenarios whose tasks are rows, while those run."""

    def __init__(self, store: Store, lease: Lease, persist: Persist) -> None:
        self._store, self._lease, self._persist = store, lease, persist
        self.of_rows: dict[int, Scenario] = {}
        self._told = _told_rows(store, lease.job_id)

    def get(self, key: str) -> Answer | None:
        """Stored answer."""
        packed = self._store.answer(self._lease.job_id, key)
        found: Answer | None = None if packed is None else json.loads(packed)
        return found

    def put(self, outcome: Outcome) -> None:
        """Keep an answer. Of a row also a failure: it has been told, and is not tried again behind its back."""
        scenario = self.of_rows.get(outcome.task.index)
        answer = outcome.answer
        if answer is None and scenario is not None:
            answer = {"status": FAILED, "reason": outcome.failure}
        event = None if scenario is None else self._event(row_of(scenario, outcome))
        packed = None if answer is None else json.dumps(answer, separators=(",", ":")).encode()
        self._persist(lambda: self._store.answered(self._lease, outcome.task.key, packed, event))

    def tell(self, row: Row) -> None:
        """Tell a row that has not been told."""
        event = self._event(row)
        if event is not None:
            # Under a key of its own, so that a write whose confirmation was lost tells it once.
            self._persist(lambda: self._store.answered(self._lease, f"row {row.index}", b"null", event))

    def progress(self, done: Done) -> None:
        """Progress is worth no waiting for; what has become of the lease is the heartbeat's to find."""
        with suppress(LeaseLostError, StoreUnavailableError):
            self._store.tell(self._lease, study_job_pb2.StudyJobEvent(progress=progress_of_study(done)))

    def _event(self, row: Row) -> study_job_pb2.StudyJobEvent | None:
        if row.index in self._told:
            return None
        self._told.add(row.index)
        return study_job_pb2.StudyJobEvent(row=row_message(row))


def _told_rows(store: Store, job_id: str) -> set[int]:
    """Indices of the rows that an earlier attempt told."""
    found: set[int] = set()
    after = 0
    while True:
        followed = store.follow(None, job_id, after, PAGE, STUDY)
        if followed is None or not followed[1]:
            return found
        for event in followed[1]:
            after = event.sequence
            if event.HasField("row"):
                found.add(event.row.index)


def ended_study(result: StudyResult | None, failure: Failure | None, *, stopped: bool) -> study_job_pb2.StudyJob:
    """The final state of a study."""
    from inferplan.v1 import job_pb2

    if failure is not None:
        told = job_pb2.JobFailure(reason=job_pb2.JOB_FAILURE_REASON_INTERNAL, detail=failure.detail)
        return study_job_pb2.StudyJob(state=job_pb2.JOB_STATE_FAILED, failure=told)
    complete = result is not None and result.complete
    state = job_pb2.JOB_STATE_CANCELLED if stopped and not complete else job_pb2.JOB_STATE_SUCCEEDED
    return study_job_pb2.StudyJob(state=state)


class StudyTrade:
    """How workers take and run studies."""

    kind = STUDY

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings

    def run(self, claimed: Claimed, stop: Stop, persist: Persist, closing: threading.Event) -> int:
        """Run a study, and write how it ended; the state that it is in then."""
        result, failure = run_study(self._store, self._settings, claimed, stop, persist)
        if failure is not None and closing.is_set():
            raise AbandonedError
        packed = None if result is None else result_message(result)
        ended = ended_study(result, failure, stopped=stop.asked)
        note("study ran", job=claimed.lease.job_id, complete=result is not None and result.complete)
        kept: study_job_pb2.StudyJob = persist(lambda: self._store.end(claimed.lease, ended, packed))
        return kept.state
