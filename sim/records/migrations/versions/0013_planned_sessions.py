"""When a session is to begin."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; sessions so far were opened for at once."""
    op.add_column("session", sa.Column("planned_at", UtcDateTime))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("session", "planned_at")
