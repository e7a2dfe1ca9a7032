"""Building a recording from a scenario, one job a camera."""
