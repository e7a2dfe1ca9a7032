"""The briefing's device check: a small component of its own."""
