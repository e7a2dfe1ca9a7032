"""Room for a console profile of a file: it is stored with everything it offers.

SQLite holds no text to a length, and widening a column there means making the table anew: nothing is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("attempt", "programme", "session")
SHORT, LONG = sa.String(16), sa.String(1200)


def upgrade() -> None:
    """Widen the columns; what is in them stays."""
    _retype(SHORT, LONG)


def downgrade() -> None:
    """Narrow them again; drills on a console of a file count as on the classic one, which has everything it had."""
    for table in TABLES:
        row = sa.table(table, sa.column("profile"))
        op.execute(row.update().where(sa.func.length(row.c.profile) > SHORT.length).values(profile="classic"))
    _retype(LONG, SHORT)


def _retype(before: sa.String, after: sa.String) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in TABLES:
        op.alter_column(table, "profile", existing_type=before, type_=after, existing_nullable=False)
