"""When and where something happened."""
