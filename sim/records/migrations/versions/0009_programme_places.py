"""Which place in the order of forms a person has in a programme."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "programme_place",
        sa.Column("programme_id", sa.String(32), sa.ForeignKey("programme.programme_id", ondelete="CASCADE")),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE")),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("programme_id", "person_id"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("programme_place")
