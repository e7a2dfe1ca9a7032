"""The footage store: its settings, opening it, filling and emptying it."""
