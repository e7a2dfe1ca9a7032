"""How a team shared the work of one search: measures of a team exercise, see docs/team-exercises.md."""
