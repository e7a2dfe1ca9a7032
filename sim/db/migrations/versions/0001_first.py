"""The tables of the first release, as `sim.db.columns` declares them: frozen here once there is a second step."""

from alembic import op

from sim.db.columns import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
