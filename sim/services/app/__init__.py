"""What every service needs: wiring, catalogue, clock, signed links, logs."""
