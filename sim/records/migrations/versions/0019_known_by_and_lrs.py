"""How it was known who did a drill, and what waits to be sent to a learning record store."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables; of attempts so far it was not noted, and nothing of them waits."""
    op.add_column("attempt", sa.Column("known_by", sa.String(16)))
    op.create_table(
        "lrs_statement",
        sa.Column("statement_id", sa.String(36), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False),
        sa.Column("ledger_number", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("queued_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_lrs_statement_person_id", "lrs_statement", ["person_id"])
    op.create_index("ix_lrs_statement_ledger_number", "lrs_statement", ["ledger_number"])
    op.create_table(
        "lrs_state",
        sa.Column("store_url", sa.String(300), primary_key=True),
        sa.Column("ledger_number", sa.Integer, nullable=False),
        sa.Column("sent_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("failed_at", UtcDateTime),
        sa.Column("failure", sa.String(300), nullable=False, server_default=""),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("lrs_state")
    op.drop_table("lrs_statement")
    op.drop_column("attempt", "known_by")
