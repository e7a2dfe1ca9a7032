"""The course and Home: one next step, lessons, drills as cards, and what one has done."""
