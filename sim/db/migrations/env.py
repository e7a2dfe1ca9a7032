"""What Alembic runs: all missing steps on the connection, and in the transaction, that the caller opened."""

from alembic import context

from sim.db.columns import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
