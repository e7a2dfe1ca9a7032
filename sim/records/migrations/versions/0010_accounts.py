"""Accounts, being signed in, and failures to sign in."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account",
        sa.Column("account_id", sa.String(32), primary_key=True),
        sa.Column("sign_in_name", sa.String(120), nullable=False),
        sa.Column("sign_in_key", sa.String(240), nullable=False, unique=True),
        sa.Column("display_name", sa.String(120), nullable=False),
        sa.Column("secret_hash", sa.String(200)),
        sa.Column("roles", sa.String(80), nullable=False),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE"), unique=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("disabled_at", UtcDateTime),
    )
    op.create_table(
        "account_identity",
        sa.Column("external_id", sa.String(255), primary_key=True),
        _make_account_id(),
    )
    op.create_index("ix_account_identity_account_id", "account_identity", ["account_id"])
    op.create_table(
        "account_session",
        sa.Column("secret_sha256", sa.String(64), primary_key=True),
        _make_account_id(),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("steady_s", sa.Double, nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
    )


def _make_account_id() -> sa.Column[str]:
    return sa.Column(
        "account_id", sa.String(32), sa.ForeignKey("account.account_id", ondelete="CASCADE"), nullable=False
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("sign_in_failure", "account_session", "account_identity", "account"):
        op.drop_table(table)
