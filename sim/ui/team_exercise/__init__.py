"""Team exercises."""
