"""A staged walk on the school's own cameras: from clips that are sent to a practice drill, and deleting all of it."""
