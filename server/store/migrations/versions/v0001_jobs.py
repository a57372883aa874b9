"""Jobs, their events, and the servers that work on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """An empty database becomes one of jobs."""
    op.create_table(
        "job",
        sa.Column("number", NUMBER, nullable=False, comment="order of acceptance"),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False, comment="SHA-256 of the request's instance"),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("instance_name", sa.Text, nullable=False),
        sa.Column("instance_name_folded", sa.Text, nullable=False, comment="case-folded, for searching"),
        sa.Column("instance_digest", sa.Text, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("started_us", sa.BigInteger, comment="when a worker first took it"),
        sa.Column("ended_us", sa.BigInteger),
        sa.Column("holder", sa.Text, comment="server that has the lease"),
        sa.Column("claim", sa.Text, comment="the claim that gave the lease, so that a claim can be repeated"),
        sa.Column("lease_until_us", sa.BigInteger),
        sa.Column(
            "token", sa.BigInteger, nullable=False, comment="fencing token, rises with every lease given or taken back"
        ),
        sa.Column("attempts", sa.Integer, nullable=False, comment="leases given, without those given back"),
        sa.Column("crashes", sa.Integer, nullable=False, comment="leases that ended in a crash or ran out"),
        sa.Column("last_sequence", sa.BigInteger, nullable=False),
        sa.Column(
            "diagnostics",
            sa.LargeBinary,
            nullable=False,
            comment="Job message with this part only; so are the next three",
        ),
        sa.Column("progress", sa.LargeBinary),
        sa.Column("termination", sa.LargeBinary),
        sa.Column("failure", sa.LargeBinary),
        sa.Column("instance", sa.LargeBinary, nullable=False, comment="Instance message, as it was accepted"),
        sa.Column("plan", sa.LargeBinary, comment="Plan message"),
        sa.PrimaryKeyConstraint("number", name="pk_job"),
        sa.UniqueConstraint("id", name="uq_job_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_job_owner_idempotency_key", "job", ["owner", "idempotency_key"], unique=True)
    op.create_index("ix_job_state_owner_number", "job", ["state", "owner", "number"])
    op.create_table(
        "event",
        sa.Column("job", NUMBER, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column(
            "message", sa.LargeBinary, nullable=False, comment="JobEvent; the last one's content is the job itself"
        ),
        sa.ForeignKeyConstraint(["job"], ["job.number"], name="fk_event_job", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "sequence", name="pk_event"),
    )
    op.create_table(
        "server",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, comment="host and process"),
        sa.Column("started_us", sa.BigInteger, nullable=False),
        sa.Column("seen_us", sa.BigInteger, nullable=False, comment="last heartbeat"),
        sa.PrimaryKeyConstraint("id", name="pk_server"),
    )


def downgrade() -> None:
    """Everything is gone."""
    op.drop_table("server")
    op.drop_table("event")
    op.drop_table("job")
