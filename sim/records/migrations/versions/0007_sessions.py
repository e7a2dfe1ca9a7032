"""Session days: who is invited, came and asked for help; and how much longer an attempt's limit is than its form's."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and add the column; older attempts had the form's own limit."""
    op.add_column("attempt", sa.Column("extra_time", sa.Double, nullable=False, server_default="1.0"))
    op.create_table(
        "session",
        sa.Column("session_id", sa.String(32), primary_key=True),
        sa.Column("team_id", sa.String(32), sa.ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False),
        sa.Column("step_id", sa.String(32), sa.ForeignKey("programme_step.step_id", ondelete="SET NULL")),
        sa.Column("makes_up", sa.String(32), sa.ForeignKey("session.session_id", ondelete="SET NULL")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("starting", sa.String(16), nullable=False),
        sa.Column("profile", sa.String(16), nullable=False),
        sa.Column("options", sa.String(120), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("link_number", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("briefing_at", UtcDateTime),
        sa.Column("started_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
    )
    for column in ("team_id", "step_id", "code"):
        op.create_index(f"ix_session_{column}", "session", [column])
    op.create_table(
        "session_person",
        sa.Column(
            "session_id", sa.String(32), sa.ForeignKey("session.session_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("attendance", sa.String(16), nullable=False),
        sa.Column("extra_time", sa.Double, nullable=False),
        sa.Column("seat", sa.Integer, nullable=False),
        sa.Column("return_code", sa.String(16), nullable=False),
        sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="SET NULL")),
        sa.Column("joined_at", UtcDateTime),
        sa.Column("seen_at", UtcDateTime),
    )
    op.create_index("ix_session_person_attempt_id", "session_person", ["attempt_id"])
    op.create_table(
        "attendance_change",
        sa.Column("session_id", sa.String(32), primary_key=True),
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("was", sa.String(16), nullable=False),
        sa.Column("became", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "person_id"], ["session_person.session_id", "session_person.person_id"], ondelete="CASCADE"
        ),
    )
    op.create_table(
        "attempt_help",
        sa.Column(
            "attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("elapsed_s", sa.Double, nullable=False),
        sa.Column("answered_at", UtcDateTime),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("attempt_help", "attendance_change", "session_person", "session"):
        op.drop_table(table)
    op.drop_column("attempt", "extra_time")
