"""Bringing up the camera for a place."""
