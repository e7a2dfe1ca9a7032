"""The server measured under load."""
