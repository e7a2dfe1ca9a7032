"""Where a student came in."""
