"""What every service needs: wiring, catalog, clock, signed links, logs."""
