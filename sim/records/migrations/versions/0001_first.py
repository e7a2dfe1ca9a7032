"""Teams, people, attempts and their events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "team",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("is_demo", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("team_id", sa.String(32), sa.ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_person_team_id", "person", ["team_id"])
    op.create_table(
        "attempt",
        sa.Column("attempt_id", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE")),
        sa.Column("form_id", sa.String(80), nullable=False),
        sa.Column("form_version", sa.String(80), nullable=False),
        sa.Column("recording_id", sa.String(80), nullable=False),
        sa.Column("truth_sha256", sa.String(64), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("phase", sa.String(16)),
        sa.Column("is_demo", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("limit_s", sa.Double, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("briefed_at", sa.DateTime(timezone=True)),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("mark_wall", sa.DateTime(timezone=True)),
        sa.Column("mark_steady_s", sa.Double),
        sa.Column("mark_epoch", sa.String(32)),
        sa.Column("mark_elapsed_s", sa.Double),
        sa.Column("used_s", sa.Double),
        sa.Column("sealed", sa.Boolean, nullable=False),
        sa.Column("leader_tab", sa.String(36)),
        sa.Column("score_json", sa.Text),
        sa.Column("metric_versions", sa.Text),
    )
    op.create_index("ix_attempt_person_id", "attempt", ["person_id"])
    op.create_index("ix_attempt_state", "attempt", ["state"])
    op.create_table(
        "attempt_tab",
        sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE")),
        sa.Column("tab_id", sa.String(36)),
        sa.Column("acked_seq", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "tab_id"),
    )
    op.create_table(
        "attempt_event",
        sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE")),
        sa.Column("tab_id", sa.String(36)),
        sa.Column("seq", sa.Integer, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("t_client_ms", sa.Double, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_s", sa.Double, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "tab_id", "seq"),
    )


def downgrade() -> None:
    """Drop them all."""
    for table in ("attempt_event", "attempt_tab", "attempt", "person", "team"):
        op.drop_table(table)
