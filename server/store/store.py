"""The store as the service uses it: every method one transaction."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import Message
from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import DBAPIError

from inferplan.v1 import job_pb2, plan_pb2
from server.store import leases, listing
from server.store.adding import QueueLimits, add
from server.store.changes import Changes, Listener
from server.store.database import PATIENCE_SECONDS, Database, Transaction
from server.store.engine import lock_file, open_engine, shown, url_of
from server.store.errors import StoreError
from server.store.kinds import SOLVE, AnyEvent, AnyJob, Kind
from server.store.leases import Beat, Claimed, Lease
from server.store.listing import Conditions
from server.store.migrate import prepare
from server.store.rows import events_after, full_job, job_message, placed
from server.store.schema import ANSWER, JOB, SERVER
from server.store.states import ENDED

T = TypeVar("T")


class Store:
    """Jobs and their events. Safe to use from many threads. Methods raise StoreUnavailableError as their last resort."""

    def __init__(self, where: Path | str, *, migrate: bool = False, alone: bool | None = None) -> None:
        """Open or create. `alone`: refuse a store that another process has (default: a SQLite file).

        Raises StoreError where the store cannot be used.
        """
        url = url_of(where)
        self.name = shown(url)
        self.server = uuid.uuid4().hex
        self.shared = url.drivername != "sqlite"
        self.changes = Changes()
        self._lock = lock_file(url) if (not self.shared if alone is None else alone) else None
        self._listener: Listener | None = None
        try:
            engine = open_engine(url)
            self._database = Database(engine, self.changes)
            prepare(engine, self.name, migrate=migrate)
        except DBAPIError as error:
            self._unlock()
            raise StoreError(f"{self.name}: {error.orig}") from error
        except StoreError:
            self._unlock()
            raise
        if self.shared:
            self._listener = Listener(engine, self.changes)

    def close(self) -> None:
        """Give the database up."""
        if self._listener is not None:
            self._listener.close()
        self._database.close()
        self._unlock()

    def add(
        self,
        job: AnyJob,
        asked: bytes,
        fingerprint: str,
        limits: QueueLimits,
        trace: str | None = None,
        kind: Kind = SOLVE,
    ) -> Any:
        """Store new work as queued; None where it is stored now, else the job that its key already stands for.

        Raises QueueFullError, and KeyTakenError where the key stands for something else.
        """
        return self._database.write(lambda change: add(change, kind, job, asked, fingerprint, limits, trace))

    def get(self, reach: str | None, job_id: str, *, full: bool = False, kind: Kind = SOLVE) -> Any:
        """A job of an owner (None: of anybody), with its place in the queue; in the full view with question and answer."""

        def work(connection: Connection) -> Any:
            row = listing.find(connection, kind, reach, job_id)
            if row is None:
                return None
            return full_job(connection, row, asked=True) if full else placed(connection, row)

        return self._database.read(work)

    def page(
        self, conditions: Conditions, before: int | None, size: int, kind: Kind = SOLVE
    ) -> tuple[list[Any], int | None]:
        """Jobs that meet the conditions, newest first, from below a number on; the number to go on below, if any."""
        return self._database.read(lambda connection: listing.page(connection, kind, conditions, before, size))

    def follow(
        self, reach: str | None, job_id: str, after: int, most: int = 100, kind: Kind = SOLVE
    ) -> tuple[Any, list[Any]] | None:
        """A job and its events after a sequence number, in order, as of one moment; None where it is not there."""

        def work(connection: Connection) -> tuple[Any, list[Any]] | None:
            row = listing.find(connection, kind, reach, job_id)
            return None if row is None else (job_message(row), events_after(connection, row, after, most))

        return self._database.read(work)

    def delete(self, reach: str | None, job_id: str, kind: Kind = SOLVE) -> bool:
        """Delete a job that has ended, with its events; False for one that has not. One that is not there is deleted."""

        def work(transaction: Transaction) -> bool:
            row = listing.find(transaction.connection, kind, reach, job_id, lock=True)
            if row is not None and row.state not in ENDED:
                return False
            if row is not None:
                transaction.connection.execute(delete(JOB).where(JOB.c.number == row.number))
                transaction.touch(job_id)
            return True

        return self._database.write(work)

    def cancel(self, reach: str | None, job_id: str, kind: Kind = SOLVE) -> Any:
        """Ask a job to stop; what it was before, None where it is not there."""

        def work(transaction: Transaction) -> Any:
            row = listing.find(transaction.connection, kind, reach, job_id, lock=True)
            if row is None:
                return None
            leases.cancel(transaction, row)
            return job_message(row)

        return self._database.write(work)

    def claim(self, lease_seconds: float, kind: Kind = SOLVE) -> Claimed | None:
        """The job of a kind whose turn it is, now leased to this server; None where none is queued."""
        claim_id = uuid.uuid4().hex
        return self._database.write(lambda change: leases.claim(change, self.server, claim_id, lease_seconds, kind))

    def beat(self, held: Collection[Lease], lease_seconds: float) -> Beat:
        """Say that this server lives and renew its leases; which of them hold, and which jobs are to stop."""
        name = f"{socket.gethostname()}:{os.getpid()}"
        return self._leased(lambda change: leases.beat(change, self.server, name, held, lease_seconds))

    def tell(self, lease: Lease, event: AnyEvent) -> None:
        """Add progress or a better plan to a job that runs. Raises LeaseLostError."""
        self._leased(lambda change: leases.tell(change, lease, event))

    def keep(self, lease: Lease, plan: bytes, usd: float) -> None:
        """Keep the best plan so far of a job that runs, for whatever becomes of its solver. Raises LeaseLostError."""
        self._leased(lambda change: leases.keep(change, lease, plan, usd))

    def answer(self, job_id: str, key: str) -> bytes | None:
        """What came back of a study's task, if it has ended."""
        query = select(ANSWER.c.answer).join(JOB, JOB.c.number == ANSWER.c.job)
        query = query.where(JOB.c.id == job_id, ANSWER.c.key == key)
        return self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())

    def answered(self, lease: Lease, key: str, answer: bytes | None, event: AnyEvent | None) -> None:
        """Keep what came back of a study's task and tell its row, both or neither. Raises LeaseLostError."""
        self._leased(lambda change: leases.answered(change, lease, key, answer, event))

    def end(self, lease: Lease, ended: AnyJob, plan: Message | None) -> Any:
        """Bring a job to the final state in `ended`; the job as it is then. Raises LeaseLostError."""
        return self._leased(lambda change: leases.end(change, lease, ended, plan), PATIENCE_SECONDS)

    def crash(self, lease: Lease, failure: job_pb2.JobFailure, plan: plan_pb2.Plan | None, most: int) -> Any:
        """An attempt crashed: queued again, or failed after `most` of them. Raises LeaseLostError."""
        return self._leased(lambda change: leases.crash(change, lease, failure, plan, most), PATIENCE_SECONDS)

    def release(self, lease: Lease) -> None:
        """Queue a job again that was ended for no fault of its own: no attempt is counted. Raises LeaseLostError."""
        self._leased(lambda change: leases.release(change, lease))

    def take_back(self, most: int, *, everything: bool = False) -> int:
        """Queue jobs again whose leases ran out; all that are leased where this server is known to be the only one."""
        return self._leased(lambda change: leases.take_back(change, most, everything=everything))

    def counts(self, kind: Kind = SOLVE) -> dict[int, int]:
        """Jobs of a kind by state."""
        return self._database.read(lambda connection: listing.counts(connection, kind), patience_seconds=1.0)

    def servers(self, lease_seconds: float) -> list[str]:
        """Names (host and process) of the servers seen within a lease."""

        def work(transaction: Transaction) -> list[str]:
            since = transaction.now_us - int(lease_seconds * leases.MICROSECONDS)
            query = select(SERVER.c.name).where(SERVER.c.seen_us >= since).order_by(SERVER.c.started_us)
            return list(transaction.connection.execute(query).scalars())

        return self._database.write(work)

    def _leased(self, work: Callable[[Transaction], T], patience_seconds: float = 1.0) -> T:
        """What a worker or the heartbeat does: they come again by themselves."""
        return self._database.write(work, patience_seconds)

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
