"""How a crew shared the work of one search: measures of a team drill, see docs/team-drills.md."""
