"""Team drills: crews, their members and what they share."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "crew",
        sa.Column("crew_id", sa.String(32), primary_key=True),
        sa.Column("team_id", sa.String(32), sa.ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False),
        sa.Column("form_id", sa.String(80), nullable=False),
        sa.Column("leading", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score_json", sa.Text),
    )
    op.create_index("ix_crew_team_id", "crew", ["team_id"])
    op.create_table(
        "crew_member",
        sa.Column("crew_id", sa.String(32), sa.ForeignKey("crew.crew_id", ondelete="CASCADE")),
        sa.Column("role", sa.String(16)),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "attempt_id",
            sa.String(64),
            sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("camera_id", sa.String(80)),
        sa.PrimaryKeyConstraint("crew_id", "role"),
    )
    op.create_index("ix_crew_member_person_id", "crew_member", ["person_id"])
    op.create_table(
        "crew_feed",
        sa.Column("crew_id", sa.String(32), sa.ForeignKey("crew.crew_id", ondelete="CASCADE")),
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at_s", sa.Double, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("crew_id", "number"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("crew_feed", "crew_member", "crew"):
        op.drop_table(table)
