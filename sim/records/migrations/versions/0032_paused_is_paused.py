"""The pauses of an attempt one by one, and what was done in them.

Tabs were heard by drill time so far and are by real time from here on, which differs only for attempts that run now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("attempt", sa.Column("ended_pauses", sa.Text, nullable=False, server_default="[]"))
    op.add_column("attempt", sa.Column("paused_actions", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop them."""
    for name in ("paused_actions", "ended_pauses"):
        op.drop_column("attempt", name)
