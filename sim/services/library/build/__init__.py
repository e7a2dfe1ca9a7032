"""Building footage: recordings from scenarios, and silhouettes added to those that have none."""
