"""Workers: they take queued jobs, run each to its end, and leave what they could not end to the next start."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from inferplan.v1 import instance_pb2, job_pb2
from server import metrics
from server.asked import resolved_message
from server.contract.progress import incumbent_message, progress_message
from server.heartbeat import Heartbeat
from server.logs import fault, note
from server.settings import Settings
from server.solving import Outcome, SolveFailedError, plan_phase, solve_instance
from server.stop import AbandonedError, Stop
from server.store import SOLVE, Claimed, Lease, LeaseLostError, Store, StoreUnavailableError
from server.store.changes import QUEUE
from server.store.kinds import Kind
from server.study_work import StudyTrade
from server.tracing import joined, span
from solver.instance.diagnostics import InstanceError
from solver.solve.failure import Failure, FailureKind
from solver.solve.progress import Progress

_T = TypeVar("_T")
Persist = Callable[[Callable[[], Any]], Any]
"""Does a write however long the database is away."""

IDLE_SECONDS = 1.0
PROGRESS_SECONDS = 1.0
"""Between two events of plain progress of one job."""
KEEP_SECONDS = 1.0
KEEP_TIMES = 10.0
"""Between two plans of a running job that are stored: at least so long, and so many times as long as one takes."""
AGAIN_SECONDS = 0.5
"""Between two tries to write a result while the database is away."""
_REASONS = {
    FailureKind.CRASH: job_pb2.JOB_FAILURE_REASON_CRASH,
    FailureKind.NOT_STARTED: job_pb2.JOB_FAILURE_REASON_CRASH,
    FailureKind.OUT_OF_MEMORY: job_pb2.JOB_FAILURE_REASON_OUT_OF_MEMORY,
    FailureKind.OVERTIME: job_pb2.JOB_FAILURE_REASON_OVERTIME,
    FailureKind.FAULT: job_pb2.JOB_FAILURE_REASON_INTERNAL,
}
_CRASHES = (FailureKind.CRASH, FailureKind.NOT_STARTED)
"""What may go better the next time."""


class Trade(Protocol):
    """What one kind of worker does: which work it takes, and how it runs it."""

    @property
    def kind(self) -> Kind:
        """Kind of work."""
        ...

    def run(self, claimed: Claimed, stop: Stop, persist: Persist, closing: threading.Event) -> int:
        """Do it, and write how it ended; the state that it is in then. Raises AbandonedError, LeaseLostError."""
        ...


class Workers:
    """A bounded number of jobs and of studies at a time."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._closing = threading.Event()
        self._ending = threading.Event()
        self._heartbeat = Heartbeat(store, settings.lease_seconds, settings.attempts)
        trades: list[Trade] = [SolveTrade(store, settings)] * settings.workers
        trades += [StudyTrade(store, settings)] * settings.study_workers
        self._threads = [
            threading.Thread(target=self._work, args=(trade,), name=f"worker {number}", daemon=True)
            for number, trade in enumerate(trades)
        ]

    def start(self) -> None:
        """Work; where no other server can be at it, queue again at once what a lost one left."""
        if not self._store.shared:
            self._store.take_back(self._settings.attempts, everything=True)
        self._heartbeat.start()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Take no more jobs."""
        self._closing.set()
        self._store.changes.tell((QUEUE,))

    def stop(self) -> None:
        """End all work at once. Jobs that ran are queued again, for another server or the next start."""
        self.close()
        self._ending.set()
        self._heartbeat.abandon_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._heartbeat.close()

    def _work(self, trade: Trade) -> None:
        with self._store.changes.following(QUEUE) as change:
            while not self._closing.is_set():
                try:
                    worked = self._work_once(trade)
                except StoreUnavailableError as error:
                    note("store away", detail=str(error))
                    worked = False
                except Exception:
                    fault("worker fault")
                    worked = False
                if not worked:
                    change.wait(IDLE_SECONDS)

    def _work_once(self, trade: Trade) -> bool:
        claimed = self._store.claim(self._settings.lease_seconds, trade.kind)
        if claimed is None:
            return False
        metrics.job_waited(claimed.waited_seconds)
        stop = self._heartbeat.watch_over(claimed.lease)
        if self._closing.is_set():
            stop.abandon()
        note("job started", job=claimed.job.id, attempt=claimed.job.attempts)
        try:
            with joined(claimed.trace), span("job", job=claimed.job.id, attempt=claimed.job.attempts):
                state = trade.run(claimed, stop, self._persist, self._closing)
            note("job ended" if state != job_pb2.JOB_STATE_QUEUED else "job queued again", job=claimed.job.id)
        except AbandonedError:
            with suppress(LeaseLostError):
                self._persist(lambda: self._store.release(claimed.lease))
            note("job left for the next start", job=claimed.job.id)
        except LeaseLostError:
            note("job lost to another server", job=claimed.job.id)
        finally:
            self._heartbeat.forget(claimed.lease)
        return True

    def _persist(self, write: Callable[[], _T]) -> _T:
        """Write, however long the database is away. LeaseLostError where the server ends first: the lease runs out."""
        while True:
            try:
                return write()
            except StoreUnavailableError:
                if self._ending.wait(AGAIN_SECONDS):
                    raise LeaseLostError from None


class SolveTrade:
    """How workers run jobs that are one instance."""

    kind = SOLVE

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings

    def run(self, claimed: Claimed, stop: Stop, persist: Persist, closing: threading.Event) -> int:
        """Solve, and write how it ended; the state that the job is in then."""
        lease = claimed.lease
        outcome: Outcome | None = None
        try:
            resolved = resolved_message(instance_pb2.Instance.FromString(claimed.instance))
            teller = _Teller(self._store, lease, plan_phase(resolved))
            outcome = solve_instance(resolved, self._settings, stop, teller.tell, keep=teller.keep)
            failure = outcome.failure
        except (AbandonedError, LeaseLostError):
            raise
        except SolveFailedError as error:
            failure = error.failure
        except InstanceError:
            failure = Failure(FailureKind.FAULT, "this version of the service does not accept the instance any more")
        except Exception:
            fault("job fault", job=lease.job_id)
            failure = Failure(FailureKind.FAULT, "a fault in the service; its log has it")
        if failure is not None and closing.is_set():
            raise AbandonedError  # whoever ends the server may have ended its solvers too
        plan = None if outcome is None else outcome.plan
        if failure is not None and failure.kind in _CRASHES:
            told = job_pb2.JobFailure(reason=_REASONS[failure.kind], detail=_times(claimed.job, failure))
            left: job_pb2.Job = persist(lambda: self._store.crash(lease, told, plan, self._settings.attempts))
            return left.state
        ended = _ended(failure, outcome)
        kept: job_pb2.Job = persist(lambda: self._store.end(lease, ended, plan))
        return kept.state


class _Teller:
    """A job's progress into the store: every better plan, and plain progress now and then."""

    def __init__(self, store: Store, lease: Lease, phase: str) -> None:
        self._store = store
        self._lease = lease
        self._phase = phase
        self._best: float | None = None
        self._told_at = 0.0
        self._plan: tuple[bytes, float] | None = None
        self._keep_at = 0.0

    def keep(self, packed: bytes, usd: float) -> None:
        """A better plan, for whatever becomes of solver and server; while the store is busy with one, only the newest after it."""
        self._plan = packed, usd
        self._keep_newest()

    def _keep_newest(self) -> None:
        if self._plan is None or time.monotonic() < self._keep_at:
            return
        (packed, usd), self._plan = self._plan, None
        began = time.monotonic()
        with suppress(LeaseLostError, StoreUnavailableError):
            self._store.keep(self._lease, packed, usd)
        now = time.monotonic()
        self._keep_at = now + max(KEEP_SECONDS, KEEP_TIMES * (now - began))

    def tell(self, progress: Progress) -> None:
        """One state of one of the solve's problems."""
        self._keep_newest()
        found = progress.incumbent
        if progress.phase == self._phase and found is not None and (self._best is None or found < self._best):
            self._best = found
            self._write(job_pb2.JobEvent(incumbent=incumbent_message(progress)))
        elif time.monotonic() - self._told_at >= PROGRESS_SECONDS:
            self._told_at = time.monotonic()
            self._write(job_pb2.JobEvent(progress=progress_message(progress)))

    def _write(self, event: job_pb2.JobEvent) -> None:
        """Progress is worth no waiting for; what has become of the lease is the heartbeat's to find."""
        try:
            self._store.tell(self._lease, event)
        except (LeaseLostError, StoreUnavailableError):
            return


def _ended(failure: Failure | None, outcome: Outcome | None) -> job_pb2.Job:
    plan = None if outcome is None else outcome.plan
    if failure is not None and (plan is None or failure.kind is not FailureKind.OVERTIME):
        told = job_pb2.JobFailure(reason=_REASONS[failure.kind], detail=failure.detail)
        job = job_pb2.Job(state=job_pb2.JOB_STATE_FAILED, failure=told)
        if plan is not None:
            job.termination.CopyFrom(plan.termination)
        return job
    assert outcome is not None
    state = job_pb2.JOB_STATE_CANCELLED if outcome.interrupted else job_pb2.JOB_STATE_SUCCEEDED
    return job_pb2.Job(state=state, termination=outcome.plan.termination)


def _times(job: job_pb2.Job, failure: Failure) -> str:
    return failure.detail if job.attempts == 1 else f"{failure.detail} (attempt {job.attempts})"
