"""Fixes, claims and one file per metric; the score card."""
