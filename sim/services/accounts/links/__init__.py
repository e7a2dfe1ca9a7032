"""Links that people were given: listed, and ended."""
