"""When the server heard of a tab, what bounds an event's time, and how much of an attempt is stored."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TAB_COLUMNS = ("heard_s", "since_s", "stored", "stored_bytes")


def upgrade() -> None:
    """Add columns and table; of what is stored already nothing of this was noted."""
    op.add_column("attempt", sa.Column("unheard_s", sa.Double))
    op.add_column("attempt", sa.Column("late_events", sa.Integer))
    op.add_column("attempt_event", sa.Column("floor_s", sa.Double))
    op.add_column("attempt_tab", sa.Column("heard_s", sa.Double))
    op.add_column("attempt_tab", sa.Column("since_s", sa.Double))
    op.add_column("attempt_tab", sa.Column("stored", sa.Integer, nullable=False, server_default="0"))
    op.add_column("attempt_tab", sa.Column("stored_bytes", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "attempt_silence",
        sa.Column(
            "attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("tab_id", sa.String(36), primary_key=True),
        sa.Column("from_s", sa.Double, primary_key=True),
        sa.Column("to_s", sa.Double, nullable=False),
        sa.Column("late", sa.Integer, nullable=False),
        sa.Column("is_offline", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("attempt_silence")
    for name in TAB_COLUMNS:
        op.drop_column("attempt_tab", name)
    op.drop_column("attempt_event", "floor_s")
    for name in ("unheard_s", "late_events"):
        op.drop_column("attempt", name)
