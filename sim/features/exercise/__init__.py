"""Team exercises: two to four people on one incident, see docs/decisions/027."""
