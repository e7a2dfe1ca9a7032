"""People painted into a camera's picture."""
