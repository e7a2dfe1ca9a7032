"""Who met the student."""
