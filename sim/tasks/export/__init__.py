"""Cutting the evidence."""
