"""Sightline: a camera-search drill simulator for schools."""

__version__ = "0.1.0"
