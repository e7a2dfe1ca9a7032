"""Writing scenarios for any site: a story, a level of difficulty and a seed give a scenario file."""
