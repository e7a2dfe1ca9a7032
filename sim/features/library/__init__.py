"""The drills and recordings of this computer."""
