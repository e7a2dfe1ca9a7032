"""Links that open something to anyone who has them: given out, read, listed and ended."""
