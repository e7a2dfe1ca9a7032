"""Launches from course packages (cmi5)."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nothing of what was before goes into it."""
    op.create_table(
        "cmi5_session",
        sa.Column("session_id", sa.String(32), primary_key=True),
        sa.Column("attempt_id", sa.String(64), nullable=False),
        sa.Column("once", sa.String(64), nullable=False),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("activity", sa.String(1000), nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("is_judged", sa.Boolean, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", UtcDateTime),
        sa.Column("done_at", UtcDateTime),
        sa.Column("has_completed", sa.Boolean, nullable=False),
        sa.Column("has_passed", sa.Boolean, nullable=False),
        sa.Column("failure", sa.String(300), nullable=False, server_default=""),
    )
    for column in ("attempt_id", "once", "done_at"):
        op.create_index(f"ix_cmi5_session_{column}", "cmi5_session", [column])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("cmi5_session")
