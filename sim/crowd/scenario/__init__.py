"""What happens on a school day: timetable, story, cast, camera faults."""
