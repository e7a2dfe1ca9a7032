"""When somebody came onto their team, where that is later than onto the list.

Of people who were moved before this step it is not known: they count as there since they came onto the list, as before.
"""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is in the table stays."""
    op.add_column("person", sa.Column("joined_at", UtcDateTime))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("person", "joined_at")
