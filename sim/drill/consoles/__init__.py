"""Console profiles that people write as files."""
