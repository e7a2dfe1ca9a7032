"""Faults and attacks against a real server."""
