"""Which options an attempt was given with; attempts made before had none."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older attempts have no options."""
    op.add_column("attempt", sa.Column("options", sa.String(120), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("attempt", "options")
