"""Re-drills: another drill of the same kind, for what a measured drill showed is still to be practised."""
