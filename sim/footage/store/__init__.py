"""Recordings that lie in a store behind an fsspec URL: the store, the cache on this disk, and what joins them."""
