"""Which schools an account is for."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; accounts so far are for all schools."""
    op.add_column("account", sa.Column("schools", sa.Text))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("account", "schools")
