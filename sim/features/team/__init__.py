"""A team and its people: given drills, choosing forms, re-drills."""
