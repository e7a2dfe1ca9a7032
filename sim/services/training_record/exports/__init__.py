"""The training record as files."""
