"""Rows of the job table as messages, and events written under a job's next number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from inferplan.v1 import instance_pb2, job_pb2, plan_pb2
from server.store.database import Transaction
from server.store.schema import EVENT, JOB
from server.store.states import ENDED, QUEUED

BASIC = [column for column in JOB.columns if column.name not in ("instance", "plan")]
"""Columns of the basic view: instance and plan are read only where they are wanted."""
JobRow = Row[Any]


def job_message(row: JobRow) -> job_pb2.Job:
    """A job in the basic view, without its place in the queue."""
    job = job_pb2.Job(
        id=row.id,
        state=row.state,
        instance_name=row.instance_name,
        instance_digest=row.instance_digest,
        owner=row.owner,
        idempotency_key=row.idempotency_key,
        attempts=row.attempts,
        last_sequence=row.last_sequence,
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


def placed(connection: Connection, row: JobRow) -> job_pb2.Job:
    """The same with its place in the queue."""
    job = job_message(row)
    if row.state == QUEUED:
        ahead = select(func.count()).where(JOB.c.state == QUEUED, JOB.c.number < row.number)
        job.queue_position = connection.execute(ahead).scalar_one()
    return job


def full_job(connection: Connection, row: JobRow, *, instance: bool) -> job_pb2.Job:
    """A job with its plan, and with its instance where that is wanted."""
    job = placed(connection, row)
    parts = connection.execute(select(JOB.c.instance, JOB.c.plan).where(JOB.c.number == row.number)).one()
    if instance:
        job.instance.CopyFrom(instance_pb2.Instance.FromString(parts.instance))
    if parts.plan is not None:
        job.plan.CopyFrom(plan_pb2.Plan.FromString(parts.plan))
    return job


def part(**parts: Any) -> bytes:
    """A job message with one part, as the columns hold them."""
    return job_pb2.Job(**parts).SerializeToString()


def append(transaction: Transaction, row: JobRow, event: job_pb2.JobEvent, **changed: Any) -> None:
    """Write an event under the job's next number, and what changed in the job with it.

    The row was read for update in the same transaction, so that no other event gets the number.
    """
    sequence = row.last_sequence + 1
    event.sequence = sequence
    event.time.FromMicroseconds(transaction.now_us)
    # The last event's content is the job as it stands: kept once.
    kept = job_pb2.JobEvent(sequence=sequence, time=event.time) if changed.get("state") in ENDED else event
    connection = transaction.connection
    connection.execute(insert(EVENT).values(job=row.number, sequence=sequence, message=kept.SerializeToString()))
    connection.execute(update(JOB).where(JOB.c.number == row.number).values(last_sequence=sequence, **changed))
    transaction.touch(row.id)


def events_after(connection: Connection, row: JobRow, after: int, most: int) -> list[job_pb2.JobEvent]:
    """Events of a job after a sequence number, in order. The last event of a job that has ended is the job itself."""
    query = (
        select(EVENT.c.message)
        .where(EVENT.c.job == row.number, EVENT.c.sequence > after)
        .order_by(EVENT.c.sequence)
        .limit(most)
    )
    events = [job_pb2.JobEvent.FromString(message) for (message,) in connection.execute(query)]
    for event in events:
        if event.WhichOneof("event") is None:
            event.ended.CopyFrom(full_job(connection, row, instance=False))
    return events
