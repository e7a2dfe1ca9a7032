"""The debrief."""
