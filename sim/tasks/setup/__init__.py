"""Setting up a view."""
