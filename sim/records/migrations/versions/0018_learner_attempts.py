"""Which browser a practice attempt was begun in, and which lesson it belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: of attempts so far no browser is known, and none was in a lesson."""
    op.create_table(
        "learner_attempt",
        sa.Column(
            "attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("browser_sha256", sa.String(64)),
        sa.Column("lesson_id", sa.String(80)),
        sa.Column("is_helped", sa.Boolean, nullable=False),
        sa.Column("is_easier", sa.Boolean, nullable=False),
    )
    op.create_index("ix_learner_attempt_browser_sha256", "learner_attempt", ["browser_sha256"])
    op.create_index("ix_learner_attempt_lesson_id", "learner_attempt", ["lesson_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("learner_attempt")
