"""One attempt: briefing, console, events, scores."""
