"""Mail that waits or was sent, days without drills, and the second step of signing in."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nothing of what was before goes into them."""
    op.create_table(
        "mail_message",
        sa.Column("message_id", sa.String(32), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("queued_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("refused", sa.String(200), nullable=False, server_default=""),
    )
    op.create_index("ix_mail_message_person_id", "mail_message", ["person_id"])
    op.create_table(
        "mail_state",
        sa.Column("server", sa.String(300), primary_key=True),
        sa.Column("sent_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("failed_at", UtcDateTime),
        sa.Column("failure", sa.String(300), nullable=False, server_default=""),
        sa.Column("queued_up_to", UtcDateTime),
    )
    op.create_table(
        "mail_stop",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("stopped_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "day_off",
        sa.Column("day_off_id", sa.String(32), primary_key=True),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
    )
    op.create_table(
        "account_totp",
        sa.Column(
            "account_id", sa.String(32), sa.ForeignKey("account.account_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("confirmed_at", UtcDateTime),
        sa.Column("last_step", sa.Integer, nullable=False, server_default="0"),
        sa.Column("recovery", sa.Text, nullable=False, server_default=""),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("account_totp", "day_off", "mail_stop", "mail_state", "mail_message"):
        op.drop_table(name)
