"""Schools, programmes with their steps, and who was given which form; what was given before is taken over."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_GIVEN_BEFORE = """
INSERT INTO exposure (person_id, form_id, attempt_id, given_at, how, reason)
SELECT person_id, form_id, MIN(attempt_id), created_at, 'before ledger', ''
FROM attempt AS given
WHERE person_id IS NOT NULL AND created_at = (
    SELECT MIN(other.created_at) FROM attempt AS other
    WHERE other.person_id = given.person_id AND other.form_id = given.form_id
)
GROUP BY person_id, form_id, created_at
"""


def upgrade() -> None:
    """Make the tables; a team's own name is its school until one is given."""
    op.add_column("team", sa.Column("school", sa.String(120), nullable=False, server_default=""))
    op.create_table(
        "programme",
        sa.Column("programme_id", sa.String(32), primary_key=True),
        sa.Column("team_id", sa.String(32), sa.ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False),
        sa.Column("aim", sa.String(300), nullable=False),
        sa.Column("recording_id", sa.String(80), nullable=False),
        sa.Column("profile", sa.String(16), nullable=False),
        sa.Column("options", sa.String(120), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("training_on", sa.Date),
        sa.Column("training_at", sa.String(5), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False, unique=True),
        sa.Column("calendar_number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_programme_team_id", "programme", ["team_id"])
    op.create_table(
        "programme_step",
        sa.Column("step_id", sa.String(32), primary_key=True),
        _refer_to_programme(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("due_from", sa.Date, nullable=False),
        sa.Column("due_to", sa.Date, nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_programme_step_programme_id", "programme_step", ["programme_id"])
    op.create_table(
        "programme_change",
        sa.Column("change_id", sa.Integer, primary_key=True),
        _refer_to_programme(),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
    )
    op.create_index("ix_programme_change_programme_id", "programme_change", ["programme_id"])
    op.add_column(
        "attempt",
        sa.Column("step_id", sa.String(32), sa.ForeignKey("programme_step.step_id")),
        inline_references=True,
    )
    op.create_index("ix_attempt_step_id", "attempt", ["step_id"])
    op.create_table(
        "exposure",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.person_id", ondelete="CASCADE")),
        sa.Column("form_id", sa.String(80)),
        sa.Column("attempt_id", sa.String(64), sa.ForeignKey("attempt.attempt_id", ondelete="SET NULL")),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "form_id"),
    )
    op.create_index("ix_exposure_attempt_id", "exposure", ["attempt_id"])
    op.execute(_GIVEN_BEFORE)


def _refer_to_programme() -> sa.Column[str]:
    owner = sa.ForeignKey("programme.programme_id", ondelete="CASCADE")
    return sa.Column("programme_id", sa.String(32), owner, nullable=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("exposure")
    op.drop_index("ix_attempt_step_id", "attempt")
    with op.batch_alter_table("attempt") as batch:
        batch.drop_column("step_id")
    for table in ("programme_change", "programme_step", "programme"):
        op.drop_table(table)
    op.drop_column("team", "school")
