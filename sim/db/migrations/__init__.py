"""How a database gets from one version to the next; run by `sim.db.migrate`."""
