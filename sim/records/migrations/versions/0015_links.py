"""Links that were given out, and where somebody's PIN is from."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: earlier links are not known and end. Of earlier PINs it is not known who chose them."""
    op.create_table(
        "link",
        sa.Column("link_id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False),
        sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE")),
        sa.Column("issued_by", sa.String(120), nullable=False),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    op.create_index("ix_link_person_id", "link", ["person_id"])
    op.create_index("ix_link_attempt_id", "link", ["attempt_id"])
    op.add_column("account", sa.Column("secret_source", sa.String(16), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop both."""
    op.drop_column("account", "secret_source")
    op.drop_table("link")
