"""Logs without names."""
