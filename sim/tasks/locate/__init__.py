"""Where a student was last seen."""
