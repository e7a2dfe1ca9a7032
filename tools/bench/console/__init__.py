"""The search console measured in a browser."""
