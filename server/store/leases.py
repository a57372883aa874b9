"""Leases: a job is worked on by the server that holds it, until its lease runs out or is given back.

Every lease given or taken back raises the job's fencing token. A write by a holder names its token and finds nothing to
change where that is no longer the job's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from sqlalchemy import Connection, delete, func, select, update

from inferplan.v1 import job_pb2, plan_pb2, study_job_pb2, termination_pb2
from server.store.changes import CANCEL, QUEUE
from server.store.database import Transaction
from server.store.errors import LeaseLostError
from server.store.kinds import KINDS, SOLVE, AnyEvent, AnyJob, Kind
from server.store.rows import BASIC, JobRow, append, event_of, job_message, part
from server.store.schema import ANSWER, JOB, SERVER
from server.store.states import CANCELLED, CANCELLING, ENDED, FAILED, LEASED, QUEUED, RUNNING

MICROSECONDS = 1_000_000
FORGET_AFTER_LEASES = 100
"""A server that has not been seen for so many leases is no longer listed."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a job."""

    job_id: str
    token: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that was taken: basic view, Instance (or Study) message, lease; seconds it waited since it was accepted;
    trace context of the call that submitted it."""

    job: Any
    instance: bytes
    lease: Lease
    waited_seconds: float
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """What a heartbeat found: leases that are held, and of those the jobs that are to stop."""

    held: frozenset[Lease]
    to_stop: frozenset[str]


def claim(
    transaction: Transaction, holder: str, claim_id: str, lease_seconds: float, kind: Kind = SOLVE
) -> Claimed | None:
    """The next queued job of a kind, leased to a holder; None where no job is queued. Repeated with its id it gives the same job.

    First the caller with the fewest jobs running, then the job that has waited longest: nobody's thousand jobs stand
    before another's one.
    """
    connection = transaction.connection
    known = connection.execute(select(*BASIC).where(JOB.c.claim == claim_id, JOB.c.state.in_(LEASED))).one_or_none()
    if known is not None:
        return _claimed(transaction, known)
    for owner in _owners(connection, kind):
        mine = (JOB.c.state == QUEUED, JOB.c.kind == kind.number, JOB.c.owner == owner)
        query = select(*BASIC).where(*mine).order_by(JOB.c.number).limit(1)
        row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            continue  # another server takes it just now
        append(
            transaction,
            row,
            event_of(row, state=RUNNING),
            state=RUNNING,
            holder=holder,
            claim=claim_id,
            lease_until_us=transaction.now_us + int(lease_seconds * MICROSECONDS),
            token=row.token + 1,
            attempts=row.attempts + 1,
            started_us=transaction.now_us if row.started_us is None else row.started_us,
        )
        return _claimed(transaction, connection.execute(select(*BASIC).where(JOB.c.number == row.number)).one())
    return None


def beat(transaction: Transaction, server: str, name: str, leases: Collection[Lease], lease_seconds: float) -> Beat:
    """A server is there: its leases hold for another term, those it does not know of are given back."""
    connection, now = transaction.connection, transaction.now_us
    seen = connection.execute(update(SERVER).where(SERVER.c.id == server).values(seen_us=now))
    if seen.rowcount == 0:
        connection.execute(SERVER.insert().values(id=server, name=name, started_us=now, seen_us=now))
        old = now - int(FORGET_AFTER_LEASES * lease_seconds * MICROSECONDS)
        connection.execute(delete(SERVER).where(SERVER.c.seen_us < old))
    held: set[Lease] = set()
    to_stop: set[str] = set()
    mine = select(*BASIC).where(JOB.c.holder == server, JOB.c.state.in_(LEASED)).order_by(JOB.c.number)
    for row in connection.execute(mine.with_for_update()).all():
        lease = Lease(row.id, row.token)
        if lease in leases:
            held.add(lease)
            if row.state == CANCELLING:
                to_stop.add(row.id)
    if held:
        renewed = {"lease_until_us": now + int(lease_seconds * MICROSECONDS)}
        ids = [lease.job_id for lease in held]
        connection.execute(update(JOB).where(JOB.c.id.in_(ids), JOB.c.holder == server).values(**renewed))
    return Beat(frozenset(held), frozenset(to_stop))


def tell(transaction: Transaction, lease: Lease, event: AnyEvent) -> None:
    """Add progress or a better plan to a job. Raises LeaseLostError."""
    row = _held(transaction, lease)
    if event.HasField("progress"):
        append(transaction, row, event, progress=part(KINDS[row.kind], progress=event.progress))
    else:
        append(transaction, row, event)


def keep(transaction: Transaction, lease: Lease, plan: bytes, usd: float) -> None:
    """Keep the best plan so far of a job that runs; a dearer one than is kept changes nothing. Raises LeaseLostError."""
    row = _held(transaction, lease)
    if row.plan_usd is None or usd < row.plan_usd:
        changed = {"plan": plan, "plan_usd": usd}
        transaction.connection.execute(update(JOB).where(JOB.c.number == row.number).values(**changed))


def answered(transaction: Transaction, lease: Lease, key: str, answer: bytes | None, event: AnyEvent | None) -> None:
    """Keep what came back of a study's task, and tell its row. What goes on is not lost with its server again and again, so
    crashes are counted anew. Done twice it is done once. Raises LeaseLostError."""
    connection, row = transaction.connection, _held(transaction, lease)
    if answer is not None:
        known = select(ANSWER.c.key).where(ANSWER.c.job == row.number, ANSWER.c.key == key)
        if connection.execute(known).one_or_none() is not None:
            return
        connection.execute(ANSWER.insert().values(job=row.number, key=key, answer=answer))
    if event is not None:
        append(transaction, row, event, crashes=0)


def end(transaction: Transaction, lease: Lease, ended: AnyJob, plan: Message | None) -> Any:
    """Bring a job to the final state in `ended`, with its termination, failure and plan; the job as it is then.

    Done twice with one lease it changes nothing the second time. Raises LeaseLostError.
    """
    connection = transaction.connection
    query = select(*BASIC).where(JOB.c.id == lease.job_id, JOB.c.token == lease.token, JOB.c.state.in_(ENDED))
    before = connection.execute(query).one_or_none()
    if before is not None:
        return job_message(before)
    row = _held(transaction, lease)
    _end(transaction, row, ended, plan)
    return job_message(connection.execute(select(*BASIC).where(JOB.c.number == row.number)).one())


def crash(
    transaction: Transaction, lease: Lease, failure: job_pb2.JobFailure, plan: plan_pb2.Plan | None, most: int
) -> Any:
    """An attempt that ended in a crash: the job is queued again, or failed after `most` of them. Raises LeaseLostError.

    `plan`: the last one found, kept where this was the last attempt.
    """
    row = _held(transaction, lease)
    _crashed(transaction, row, failure, plan, most)
    return job_message(transaction.connection.execute(select(*BASIC).where(JOB.c.number == row.number)).one())


def release(transaction: Transaction, lease: Lease) -> None:
    """Give a lease back for no fault of the job: it is queued again, or ended where it was to stop. LeaseLostError."""
    row = _held(transaction, lease)
    if row.state == CANCELLING:
        _end(transaction, row, cancelled(row), None)
    else:
        _requeue(transaction, row, attempts=row.attempts - 1)


def take_back(transaction: Transaction, most: int, *, everything: bool = False) -> int:
    """Take back the leases that ran out, or all of them where no other server can be at work. How many it were."""
    query = select(*BASIC).where(JOB.c.state.in_(LEASED)).order_by(JOB.c.number)
    if not everything:
        query = query.where(JOB.c.lease_until_us < transaction.now_us)
    rows = transaction.connection.execute(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        failure = job_pb2.JobFailure(
            reason=job_pb2.JOB_FAILURE_REASON_WORKERS_LOST,
            detail=f"started {row.attempts} times; {row.crashes + 1} times its worker or server was lost",
        )
        _crashed(transaction, row, failure, None, most)
    return len(rows)


def cancel(transaction: Transaction, row: JobRow) -> None:
    """Ask a job to stop: one that waits ends here, one that runs is told with its server's next heartbeat."""
    if row.state == QUEUED:
        _end(transaction, row, cancelled(row), None)
    elif row.state == RUNNING:
        append(transaction, row, event_of(row, state=CANCELLING), state=CANCELLING)
        transaction.touch(CANCEL)


def cancelled(row: JobRow) -> AnyJob:
    """The end of a job that was asked to stop before it had anything to keep."""
    if row.kind != SOLVE.number:
        return study_job_pb2.StudyJob(state=CANCELLED)
    termination = termination_pb2.Termination(
        reason=termination_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND,
        limit=termination_pb2.TERMINATION_LIMIT_INTERRUPT,
        detail="cancelled before it had a plan to keep",
    )
    return job_pb2.Job(state=CANCELLED, termination=termination)


def _owners(connection: Connection, kind: Kind) -> list[str]:
    """Callers with queued jobs, in the order in which it is their turn."""
    waiting = connection.execute(
        select(JOB.c.owner, func.min(JOB.c.number))
        .where(JOB.c.state == QUEUED, JOB.c.kind == kind.number)
        .group_by(JOB.c.owner)
    ).all()
    if len(waiting) < 2:
        return [owner for owner, _ in waiting]
    leased = (JOB.c.state.in_(LEASED), JOB.c.kind == kind.number)
    at_work = select(JOB.c.owner, func.count()).where(*leased).group_by(JOB.c.owner)
    running = {row.owner: int(row[1]) for row in connection.execute(at_work)}
    return [owner for owner, _ in sorted(waiting, key=lambda found: (running.get(found[0], 0), found[1]))]


def _claimed(transaction: Transaction, row: JobRow) -> Claimed:
    query = select(JOB.c.instance).where(JOB.c.number == row.number)
    instance = transaction.connection.execute(query).scalar_one()
    waited = (transaction.now_us - row.created_us) / MICROSECONDS
    return Claimed(job_message(row), instance, Lease(row.id, row.token), waited, row.trace)


def _held(transaction: Transaction, lease: Lease) -> JobRow:
    query = select(*BASIC).where(JOB.c.id == lease.job_id, JOB.c.token == lease.token, JOB.c.state.in_(LEASED))
    row = transaction.connection.execute(query.with_for_update()).one_or_none()
    if row is None or row.lease_until_us < transaction.now_us:
        raise LeaseLostError(lease.job_id)
    return row


def _crashed(
    transaction: Transaction, row: JobRow, failure: job_pb2.JobFailure, plan: plan_pb2.Plan | None, most: int
) -> None:
    if row.state != CANCELLING and row.crashes + 1 < most:
        _requeue(transaction, row, crashes=row.crashes + 1)
        return
    if row.state == CANCELLING:
        _end(transaction, row, cancelled(row), plan)
    else:
        last = KINDS[row.kind].job(state=FAILED, failure=failure)
        _end(transaction, row, last, plan, crashes=row.crashes + 1)


def _kept_plan(connection: Connection, row: JobRow) -> plan_pb2.Plan | None:
    """The best plan that was kept of a job while it ran."""
    if row.plan_usd is None:
        return None
    packed = connection.execute(select(JOB.c.plan).where(JOB.c.number == row.number)).scalar_one()
    plan = plan_pb2.Plan.FromString(packed)
    plan.termination.limit = termination_pb2.TERMINATION_LIMIT_OTHER
    plan.termination.detail = "the last plan that was kept before its solver or server was lost"
    return plan


def _requeue(transaction: Transaction, row: JobRow, **changed: Any) -> None:
    append(
        transaction,
        row,
        event_of(row, state=QUEUED),
        state=QUEUED,
        token=row.token + 1,
        holder=None,
        claim=None,
        lease_until_us=None,
        **changed,
    )
    transaction.touch(QUEUE)


def _end(transaction: Transaction, row: JobRow, ended: AnyJob, plan: Message | None, **changed: Any) -> None:
    kind = KINDS[row.kind]
    if isinstance(ended, job_pb2.Job):
        if not (isinstance(plan, plan_pb2.Plan) and plan.termination.HasField("objective_usd")):
            plan = _kept_plan(transaction.connection, row) or plan
        if isinstance(plan, plan_pb2.Plan):
            ended.termination.CopyFrom(plan.termination)
    append(
        transaction,
        row,
        event_of(row),
        state=ended.state,
        ended_us=transaction.now_us,
        holder=None,
        claim=None,
        lease_until_us=None,
        termination=_part(kind, ended, "termination") if kind.has_termination else None,
        failure=_part(kind, ended, "failure"),
        plan=None if plan is None else plan.SerializeToString(),
        plan_usd=None,
        **changed,
    )


def _part(kind: Kind, ended: AnyJob, name: str) -> bytes | None:
    return part(kind, **{name: getattr(ended, name)}) if ended.HasField(name) else None
