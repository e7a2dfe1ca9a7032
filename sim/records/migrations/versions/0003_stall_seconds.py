"""How long playing had to wait for footage; attempts made before did not note it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is known of older attempts."""
    op.add_column("attempt", sa.Column("stall_s", sa.Double))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("attempt", "stall_s")
