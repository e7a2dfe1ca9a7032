"""Whether each alarm was cleared before the student walked on."""
