"""Days of a program and of a session: what is due when, and who came."""
