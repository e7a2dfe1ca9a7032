"""The library of drills."""
