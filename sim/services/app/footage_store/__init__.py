"""Recordings kept in an object store."""
