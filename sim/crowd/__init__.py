"""People and their clothes, timetables, routes and walking: site + seed gives trajectories."""
