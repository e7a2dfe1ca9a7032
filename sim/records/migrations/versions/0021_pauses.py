"""Clocks that a trainer stops, the countdown before a start, and the footage that was chosen for a session."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_SESSION = ("starts_at", "paused_at", "paused_s", "recording_id", "form_id")


def upgrade() -> None:
    """Add the columns; no clock has been stopped so far."""
    op.add_column("attempt", sa.Column("paused_at", UtcDateTime))
    op.add_column("attempt", sa.Column("paused_s", sa.Double, nullable=False, server_default="0"))
    op.add_column("session", sa.Column("starts_at", UtcDateTime))
    op.add_column("session", sa.Column("paused_at", UtcDateTime))
    op.add_column("session", sa.Column("paused_s", sa.Double, nullable=False, server_default="0"))
    op.add_column("session", sa.Column("recording_id", sa.String(80)))
    op.add_column("session", sa.Column("form_id", sa.String(80)))


def downgrade() -> None:
    """Drop them."""
    for name in _SESSION:
        op.drop_column("session", name)
    for name in ("paused_at", "paused_s"):
        op.drop_column("attempt", name)
