"""From how many browser tabs the marks of an attempt came."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of attempts so far it was not noted."""
    op.add_column("attempt", sa.Column("mark_tabs", sa.Integer))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("attempt", "mark_tabs")
