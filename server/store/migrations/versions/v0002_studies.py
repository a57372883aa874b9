"""Submitted studies beside the jobs, their answers, and the best plan of a job that still runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """All that is there are jobs."""
    op.add_column("job", sa.Column("kind", sa.Integer, nullable=False, server_default="0", comment="0 job, 1 study"))
    op.add_column("job", sa.Column("plan_usd", sa.Float, comment="lifecycle cost of a plan kept while the job runs"))
    op.add_column("job", sa.Column("trace", sa.Text, comment="W3C trace context of the call that submitted it"))
    op.drop_index("uq_job_owner_idempotency_key", "job")
    op.drop_index("ix_job_state_owner_number", "job")
    op.create_index("uq_job_owner_kind_idempotency_key", "job", ["owner", "kind", "idempotency_key"], unique=True)
    op.create_index("ix_job_state_kind_owner_number", "job", ["state", "kind", "owner", "number"])
    op.create_table(
        "answer",
        sa.Column("job", NUMBER, nullable=False),
        sa.Column("key", sa.Text, nullable=False, comment="digest of all that the answer depends on"),
        sa.Column("answer", sa.LargeBinary, nullable=False, comment="JSON"),
        sa.ForeignKeyConstraint(["job"], ["job.number"], name="fk_answer_job", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "key", name="pk_answer"),
    )


def downgrade() -> None:
    """Studies are gone; the jobs stay."""
    op.drop_table("answer")
    op.execute("DELETE FROM job WHERE kind <> 0")
    op.drop_index("ix_job_state_kind_owner_number", "job")
    op.drop_index("uq_job_owner_kind_idempotency_key", "job")
    op.create_index("ix_job_state_owner_number", "job", ["state", "owner", "number"])
    op.create_index("uq_job_owner_idempotency_key", "job", ["owner", "idempotency_key"], unique=True)
    op.drop_column("job", "trace")
    op.drop_column("job", "plan_usd")
    op.drop_column("job", "kind")
