"""Vehicles: where along a road they can stop, and where they are in every frame."""
