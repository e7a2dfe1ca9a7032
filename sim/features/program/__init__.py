"""Training programs: planning, giving drills in their turn, the board, the calendar and reminders."""
