"""Jobs looked up: one, or pages of those that meet conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, select

from server.store.kinds import Kind
from server.store.rows import BASIC, JobRow, placed
from server.store.schema import JOB

NUL = "\0"
"""PostgreSQL has no text with it, and so no job has it in a name."""
LONGEST_ID = 100
"""Those that the service gives are shorter."""
LONGEST_TEXT = 1000
"""Names and digests are shorter; SQLite refuses patterns beyond 50,000 bytes as a fault of the query."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What listed jobs meet: None and empty are any. Times in microseconds since 1970, `created_before_us` excluded."""

    owner: str | None
    states: tuple[int, ...] = ()
    name_contains: str | None = None
    digest: str | None = None
    created_from_us: int | None = None
    created_before_us: int | None = None


def find(connection: Connection, kind: Kind, reach: str | None, job_id: str, *, lock: bool = False) -> JobRow | None:
    """A job's row in the basic view; None where it is not there, of another kind, or somebody's who is out of reach."""
    if NUL in job_id or len(job_id) > LONGEST_ID:
        return None
    query = select(*BASIC).where(JOB.c.id == job_id, JOB.c.kind == kind.number)
    if reach is not None:
        query = query.where(JOB.c.owner == reach)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def page(
    connection: Connection, kind: Kind, conditions: Conditions, before: int | None, size: int
) -> tuple[list[Any], int | None]:
    """Jobs, newest first, from below a number on; the number to go on below, if any."""
    query = (
        select(*BASIC)
        .where(JOB.c.kind == kind.number, *_where(conditions))
        .order_by(JOB.c.number.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(JOB.c.number < before)
    rows = connection.execute(query).all()
    jobs = [placed(connection, row) for row in rows[:size]]
    return jobs, rows[size - 1].number if len(rows) > size else None


def counts(connection: Connection, kind: Kind) -> dict[int, int]:
    """Jobs of a kind by state."""
    query = select(JOB.c.state, func.count()).where(JOB.c.kind == kind.number).group_by(JOB.c.state)
    found = connection.execute(query)
    return {int(row[0]): int(row[1]) for row in found}


def _where(conditions: Conditions) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if conditions.owner is not None:
        found.append(JOB.c.owner == conditions.owner)
    if conditions.states:
        found.append(JOB.c.state.in_(sorted(set(conditions.states))))
    for text in (conditions.name_contains, conditions.digest):
        if text is not None and (NUL in text or len(text) > LONGEST_TEXT):
            found.append(false())
            return found
    if conditions.name_contains is not None:
        folded = conditions.name_contains.casefold()
        found.append(JOB.c.instance_name_folded.contains(folded, autoescape=True))
    if conditions.digest is not None:
        found.append(JOB.c.instance_digest == conditions.digest)
    if conditions.created_from_us is not None:
        found.append(JOB.c.created_us >= conditions.created_from_us)
    if conditions.created_before_us is not None:
        found.append(JOB.c.created_us < conditions.created_before_us)
    return found
