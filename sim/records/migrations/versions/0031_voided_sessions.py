"""A session in which nobody got a drill can be voided: when that was, and why."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is in the table stays."""
    op.add_column("session", sa.Column("voided_at", UtcDateTime))
    op.add_column("session", sa.Column("void_reason", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("session", "void_reason")
    op.drop_column("session", "voided_at")
