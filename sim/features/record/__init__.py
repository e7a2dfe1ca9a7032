"""The training record as it is shown."""
