"""How people walk: gait, steering, doors, jams."""
