"""Whether a recording is what it says it is."""
