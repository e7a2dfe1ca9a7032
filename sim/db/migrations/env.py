"""What Alembic runs: all missing steps on the connection, and in the transaction, that the caller opened."""

from alembic import context
from sqlalchemy import Connection

from sim.db.tables import metadata

connection = context.config.attributes["connection"]
if not isinstance(connection, Connection):
    raise TypeError("migrations run through sim.db.migrate only")
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
