"""The page of a drill: briefing, console, debrief, and its routes."""
