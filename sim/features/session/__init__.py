"""The session day: opening a session, joining it, starting it, watching it, and who came."""
