"""The drill: briefing and console."""
