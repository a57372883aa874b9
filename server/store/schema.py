"""Tables. A study is a job of its own kind, with Study and StudyResult messages for instance and plan. Times are microseconds since 1970 on the database's clock; `migrations/` brings a database here."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only under this name of the type."""

JOB = Table(
    "job",
    METADATA,
    Column("number", NUMBER, primary_key=True, comment="order of acceptance"),
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False, comment="SHA-256 of the request's instance"),
    Column("state", Integer, nullable=False),
    Column("instance_name", Text, nullable=False),
    Column("instance_name_folded", Text, nullable=False, comment="case-folded, for searching"),
    Column("instance_digest", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("started_us", BigInteger, comment="when a worker first took it"),
    Column("ended_us", BigInteger),
    Column("holder", Text, comment="server that has the lease"),
    Column("claim", Text, comment="the claim that gave the lease, so that a claim can be repeated"),
    Column("lease_until_us", BigInteger),
    Column("token", BigInteger, nullable=False, comment="fencing token, rises with every lease given or taken back"),
    Column("attempts", Integer, nullable=False, comment="leases given, without those given back"),
    Column("crashes", Integer, nullable=False, comment="leases that ended in a crash or ran out"),
    Column("last_sequence", BigInteger, nullable=False),
    Column(
        "diagnostics", LargeBinary, nullable=False, comment="Job message with this part only; so are the next three"
    ),
    Column("progress", LargeBinary),
    Column("termination", LargeBinary),
    Column("failure", LargeBinary),
    Column("instance", LargeBinary, nullable=False, comment="Instance message, as it was accepted"),
    Column("plan", LargeBinary, comment="Plan message"),
    Column("kind", Integer, nullable=False, server_default="0", comment="0 job, 1 study"),
    Column("plan_usd", Float, comment="lifecycle cost of a plan kept while the job runs"),
    Column("trace", Text, comment="W3C trace context of the call that submitted it"),
    Index("uq_job_owner_kind_idempotency_key", "owner", "kind", "idempotency_key", unique=True),
    Index("ix_job_state_kind_owner_number", "state", "kind", "owner", "number"),
    sqlite_autoincrement=True,
)

EVENT = Table(
    "event",
    METADATA,
    Column("job", NUMBER, ForeignKey("job.number", ondelete="CASCADE"), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("message", LargeBinary, nullable=False, comment="JobEvent; the last one's content is the job itself"),
)

ANSWER = Table(
    "answer",
    METADATA,
    Column("job", NUMBER, ForeignKey("job.number", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True, comment="digest of all that the answer depends on"),
    Column("answer", LargeBinary, nullable=False, comment="JSON"),
)
"""Of a study: what came back of its tasks, so that none is done again."""

SERVER = Table(
    "server",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, comment="host and process"),
    Column("started_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False, comment="last heartbeat"),
)
