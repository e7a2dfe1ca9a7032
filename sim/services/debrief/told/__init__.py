"""Moments of a search put into words."""
