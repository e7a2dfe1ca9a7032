"""Links that open something to whoever has them: given out, read, listed and ended."""
