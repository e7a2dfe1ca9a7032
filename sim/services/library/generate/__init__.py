"""Generating scenarios and forms."""
