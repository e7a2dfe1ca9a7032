"""The parts of a comparison's page."""
