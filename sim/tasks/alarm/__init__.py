"""Who set off the entrance detector, and what came of it."""
