"""The training itself: planned or entered afterwards, signed in to, closed."""
