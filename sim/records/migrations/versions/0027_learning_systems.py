"""Learning systems that people come from (LTI 1.3), and the results that they are told."""

import sqlalchemy as sa
from alembic import op

from sim.records.columns.utc import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nothing of what was before goes into them."""
    op.create_table(
        "lti_platform",
        sa.Column("platform_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("deployments", sa.Text, nullable=False),
        sa.Column("auth_url", sa.String(1000), nullable=False),
        sa.Column("token_url", sa.String(1000), nullable=False),
        sa.Column("token_audience", sa.String(1000), nullable=False, server_default=""),
        sa.Column("keys_url", sa.String(1000), nullable=False),
        sa.Column("trusts_email", sa.Boolean, nullable=False),
        sa.Column("takes_in", sa.Boolean, nullable=False),
        sa.Column("school", sa.String(80), nullable=False, server_default=""),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("sent_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("failed_at", UtcDateTime),
        sa.Column("failure", sa.String(300), nullable=False, server_default=""),
        sa.UniqueConstraint("issuer", "client_id", name="uq_lti_platform_issuer_client_id"),
    )
    op.create_table(
        "lti_nonce",
        sa.Column("nonce_sha256", sa.String(64), primary_key=True),
        sa.Column("used_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_lti_nonce_used_at", "lti_nonce", ["used_at"])
    op.create_table(
        "lti_course",
        sa.Column("course_id", sa.String(32), primary_key=True),
        _make_platform_column(),
        sa.Column("context_id", sa.String(255), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("members_url", sa.String(1000), nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_lti_course_platform_id", "lti_course", ["platform_id"])
    op.create_table(
        "lti_result",
        sa.Column(
            "attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True
        ),
        _make_platform_column(),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("line_item", sa.String(1000), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", UtcDateTime),
        sa.Column("done_at", UtcDateTime),
        sa.Column("score", sa.Double),
        sa.Column("refused", sa.String(200), nullable=False, server_default=""),
    )
    op.create_index("ix_lti_result_platform_id", "lti_result", ["platform_id"])
    op.create_index("ix_lti_result_done_at", "lti_result", ["done_at"])


def downgrade() -> None:
    """Drop them."""
    for name in ("lti_result", "lti_course", "lti_nonce", "lti_platform"):
        op.drop_table(name)


def _make_platform_column() -> "sa.Column[str]":
    key = sa.ForeignKey("lti_platform.platform_id", ondelete="CASCADE")
    return sa.Column("platform_id", sa.String(32), key, nullable=False)
