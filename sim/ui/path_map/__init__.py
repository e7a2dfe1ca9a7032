"""The debrief's animated map: a small component of its own."""
