"""What roster files say about people, and a number for each that is never given again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NEW = ("number", "external_id", "email", "training_group", "roster_role", "roster_source")


def upgrade() -> None:
    """Add the columns; number the people of each team in the order they were added, as their pseudonyms were."""
    op.add_column("team", sa.Column("external_id", sa.String(255)))
    op.add_column("team", sa.Column("last_number", sa.Integer, nullable=False, server_default="0"))
    op.add_column("person", sa.Column("number", sa.Integer, nullable=False, server_default="0"))
    op.add_column("person", sa.Column("external_id", sa.String(255)))
    op.add_column("person", sa.Column("email", sa.String(254)))
    for name in ("training_group", "roster_role", "roster_source"):
        op.add_column("person", sa.Column(name, sa.String(16), nullable=False, server_default=""))
    op.create_index("ix_team_external_id", "team", ["external_id"], unique=True)
    op.create_index("ix_person_external_id", "person", ["external_id"], unique=True)
    op.create_index("ix_person_email", "person", ["email"], unique=True)
    _number_people()


def _number_people() -> None:
    connection = op.get_bind()
    person = sa.table("person", *(sa.column(name) for name in ("person_id", "team_id", "created_at", "number")))
    team = sa.table("team", sa.column("team_id"), sa.column("last_number"))
    last: dict[str, int] = {}
    found = connection.execute(sa.select(person.c.team_id, person.c.created_at, person.c.person_id)).all()
    for team_id, _, person_id in sorted(found, key=lambda row: (row[1], row[2])):
        last[team_id] = last.get(team_id, 0) + 1
        connection.execute(sa.update(person).where(person.c.person_id == person_id).values(number=last[team_id]))
    for team_id, number in last.items():
        connection.execute(sa.update(team).where(team.c.team_id == team_id).values(last_number=number))


def downgrade() -> None:
    """Drop them."""
    for name in ("ix_person_email", "ix_person_external_id"):
        op.drop_index(name, "person")
    op.drop_index("ix_team_external_id", "team")
    for name in _NEW:
        op.drop_column("person", name)
    for name in ("external_id", "last_number"):
        op.drop_column("team", name)
