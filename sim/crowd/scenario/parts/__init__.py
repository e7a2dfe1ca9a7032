"""What all parts of a scenario file have in common."""
