"""Rows of the job table as messages, and events written under a job's next number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from server.store.database import Transaction
from server.store.kinds import KINDS, AnyEvent, Kind
from server.store.schema import EVENT, JOB
from server.store.states import ENDED, QUEUED

BASIC = [column for column in JOB.columns if column.name not in ("instance", "plan")]
"""Columns of the basic view: instance and plan are read only where they are wanted."""
JobRow = Row[Any]


def job_message(row: JobRow) -> Any:
    """A job in the basic view, without its place in the queue: the message of its kind."""
    kind = KINDS[row.kind]
    job = kind.job(
        id=row.id,
        state=row.state,
        owner=row.owner,
        idempotency_key=row.idempotency_key,
        attempts=row.attempts,
        last_sequence=row.last_sequence,
        **{kind.name: row.instance_name, kind.digest: row.instance_digest},
    )
    job.create_time.FromMicroseconds(row.created_us)
    if row.started_us is not None:
        job.start_time.FromMicroseconds(row.started_us)
    if row.ended_us is not None:
        job.end_time.FromMicroseconds(row.ended_us)
    for part in (row.diagnostics, row.progress, row.termination, row.failure):
        if part is not None:
            job.MergeFromString(part)
    return job


def placed(connection: Connection, row: JobRow) -> Any:
    """The same with its place in the queue."""
    job = job_message(row)
    if row.state == QUEUED:
        ahead = select(func.count()).where(JOB.c.state == QUEUED, JOB.c.kind == row.kind, JOB.c.number < row.number)
        job.queue_position = connection.execute(ahead).scalar_one()
    return job


def full_job(connection: Connection, row: JobRow, *, asked: bool) -> Any:
    """A job with its plan, and with its instance where that is wanted; a study with its result, and the study."""
    kind, job = KINDS[row.kind], placed(connection, row)
    parts = connection.execute(select(JOB.c.instance, JOB.c.plan).where(JOB.c.number == row.number)).one()
    if asked:
        name, message = kind.asked
        getattr(job, name).CopyFrom(message.FromString(parts.instance))
    if parts.plan is not None:
        name, message = kind.answer
        getattr(job, name).CopyFrom(message.FromString(parts.plan))
    return job


def part(kind: Kind, **parts: Any) -> bytes:
    """A job message with one part, as the columns hold them."""
    packed: bytes = kind.job(**parts).SerializeToString()
    return packed


def event_of(row: JobRow, **content: Any) -> AnyEvent:
    """An event of the job's kind."""
    event: AnyEvent = KINDS[row.kind].event(**content)
    return event


def append(transaction: Transaction, row: JobRow, event: AnyEvent, **changed: Any) -> None:
    """Write an event under the job's next number, and what changed in the job with it.

    The row was read for update in the same transaction, so that no other event gets the number.
    """
    sequence = row.last_sequence + 1
    event.sequence = sequence
    event.time.FromMicroseconds(transaction.now_us)
    # The last event's content is the job as it stands: kept once.
    kept = event_of(row, sequence=sequence, time=event.time) if changed.get("state") in ENDED else event
    connection = transaction.connection
    connection.execute(insert(EVENT).values(job=row.number, sequence=sequence, message=kept.SerializeToString()))
    connection.execute(update(JOB).where(JOB.c.number == row.number).values(last_sequence=sequence, **changed))
    transaction.touch(row.id)


def events_after(connection: Connection, row: JobRow, after: int, most: int) -> list[Any]:
    """Events of a job after a sequence number, in order. The last event of a job that has ended is the job itself."""
    query = (
        select(EVENT.c.message)
        .where(EVENT.c.job == row.number, EVENT.c.sequence > after)
        .order_by(EVENT.c.sequence)
        .limit(most)
    )
    events = [KINDS[row.kind].event.FromString(message) for (message,) in connection.execute(query)]
    for event in events:
        if event.WhichOneof("event") is None:
            event.ended.CopyFrom(full_job(connection, row, asked=False))
    return events
