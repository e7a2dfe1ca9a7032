"""Which console an attempt is done on; every attempt made before had all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older attempts are classic."""
    op.add_column("attempt", sa.Column("profile", sa.String(16), nullable=False, server_default="classic"))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("attempt", "profile")
