"""Work accepted into the queue, once for each idempotency key, within its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, text

from server.store.changes import QUEUE
from server.store.database import Transaction
from server.store.errors import KeyTakenError, QueueFullError
from server.store.kinds import AnyJob, Kind
from server.store.rows import append, event_of, job_message, part
from server.store.schema import JOB
from server.store.states import QUEUED

_ACCEPTING = 7_305_116_002
"""PostgreSQL counts and accepts one job at a time, so that the bound of the queue is exact."""


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """Most jobs of a kind that wait: of all callers, and of the job's own."""

    queued: int
    queued_of_owner: int | None = None


def add(
    transaction: Transaction,
    kind: Kind,
    job: AnyJob,
    asked: bytes,
    fingerprint: str,
    limits: QueueLimits,
    trace: str | None,
) -> Any | None:
    """Store new work as queued; None where it is stored now, else the job that its key already stands for. `trace`: context of
    the call, for the spans of the work.

    Raises QueueFullError, and KeyTakenError where the key stands for something else.
    """
    connection = transaction.connection
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ACCEPTING})
    same = (JOB.c.owner == job.owner, JOB.c.kind == kind.number, JOB.c.idempotency_key == job.idempotency_key)
    known = connection.execute(select(JOB).where(*same)).one_or_none()
    if known is not None:
        if known.fingerprint != fingerprint:
            raise KeyTakenError(job.idempotency_key)
        return None if known.id == job.id else job_message(known)
    _refuse_beyond(connection, kind, job.owner, limits)
    name: str = getattr(job, kind.name)
    number = connection.execute(
        JOB.insert()
        .values(
            kind=kind.number,
            id=job.id,
            owner=job.owner,
            idempotency_key=job.idempotency_key,
            fingerprint=fingerprint,
            state=QUEUED,
            instance_name=name,
            instance_name_folded=name.casefold(),
            instance_digest=getattr(job, kind.digest),
            created_us=transaction.now_us,
            token=0,
            attempts=0,
            crashes=0,
            last_sequence=0,
            diagnostics=part(kind, diagnostics=job.diagnostics),
            instance=asked,
            trace=trace,
        )
        .returning(JOB.c.number)
    ).scalar_one()
    row = connection.execute(select(JOB).where(JOB.c.number == number)).one()
    append(transaction, row, event_of(row, state=QUEUED))
    transaction.touch(QUEUE)
    return None


def _refuse_beyond(connection: Connection, kind: Kind, owner: str, limits: QueueLimits) -> None:
    waiting = select(func.count()).where(JOB.c.state == QUEUED, JOB.c.kind == kind.number)
    if connection.execute(waiting).scalar_one() >= limits.queued:
        raise QueueFullError(limits.queued, of_owner=False)
    most = limits.queued_of_owner
    if most is not None and connection.execute(waiting.where(JOB.c.owner == owner)).scalar_one() >= most:
        raise QueueFullError(most, of_owner=True)
