"""Encoding and decoding video."""
