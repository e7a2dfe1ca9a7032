"""The training record's ledger, append-only by triggers, and legal holds."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REFUSAL = "the ledger is append-only"
NEVER = ("ledger_entry", "ledger_removal")


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "ledger_entry",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("previous_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_index("ix_ledger_entry_at", "ledger_entry", ["at"])
    op.create_table(
        "ledger_content",
        sa.Column("number", sa.Integer, sa.ForeignKey("ledger_entry.number"), primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("team_id", sa.String(32)),
        sa.Column("session_id", sa.String(32)),
        sa.Column("person_id", sa.String(32)),
        sa.Column("attempt_id", sa.String(64)),
    )
    for name in ("team_id", "session_id", "person_id", "attempt_id"):
        op.create_index(f"ix_ledger_content_{name}", "ledger_content", [name])
    op.create_table(
        "ledger_removal",
        sa.Column("number", sa.Integer, sa.ForeignKey("ledger_entry.number"), primary_key=True, autoincrement=False),
        sa.Column("by_number", sa.Integer, sa.ForeignKey("ledger_entry.number"), nullable=False),
    )
    op.create_table(
        "legal_hold",
        sa.Column("hold_id", sa.String(32), primary_key=True),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("placed_by", sa.String(120), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("released_by", sa.String(120), nullable=False, server_default=""),
        sa.Column("release_reason", sa.String(300), nullable=False, server_default=""),
    )
    op.create_index("ix_legal_hold_subject_id", "legal_hold", ["subject_id"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for table in (*NEVER, "ledger_content"):
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    for table in NEVER:
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    op.execute(
        "CREATE TRIGGER ledger_content_no_delete BEFORE DELETE ON ledger_content "
        "WHEN NOT EXISTS (SELECT 1 FROM ledger_removal WHERE ledger_removal.number = OLD.number) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION ledger_check_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM ledger_removal WHERE ledger_removal.number = OLD.number) THEN "
        f"RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN OLD; END $$"
    )
    for table in NEVER:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
        )
    op.execute(
        "CREATE TRIGGER ledger_content_no_update BEFORE UPDATE ON ledger_content "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
    )
    op.execute(
        "CREATE TRIGGER ledger_content_no_delete BEFORE DELETE ON ledger_content "
        "FOR EACH ROW EXECUTE FUNCTION ledger_check_removal()"
    )
    for table in (*NEVER, "ledger_content"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )


def downgrade() -> None:
    """Drop them."""
    for table in ("legal_hold", "ledger_removal", "ledger_content", "ledger_entry"):
        op.drop_table(table)
