"""Real clips of a walk that staff act: their clocks, where the walker is in them. Neither files nor pictures."""
