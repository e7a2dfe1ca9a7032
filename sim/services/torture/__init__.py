"""Faults and attacks, tried on purpose against the real server: what was acknowledged stays, and nobody is let in."""
