"""How the people of a team were chosen, and the seed with which lots decided who waits."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of teams so far nobody has said it, and for programmes so far nothing was drawn."""
    op.add_column("team", sa.Column("chosen_by", sa.String(32), nullable=False, server_default=""))
    op.add_column("programme", sa.Column("waiting_seed", sa.Integer))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("programme", "waiting_seed")
    op.drop_column("team", "chosen_by")
