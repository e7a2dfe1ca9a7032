"""Rules that many pages ask: whether a drill counts, whether an answer is held back. Each is decided here alone."""
