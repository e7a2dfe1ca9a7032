"""Rosters from files: reading them, what they would change, and changing it."""
