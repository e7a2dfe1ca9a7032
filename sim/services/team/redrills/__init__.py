"""Drills given again for what is still to be practiced."""
