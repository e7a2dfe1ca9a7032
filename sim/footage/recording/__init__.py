"""A recording on disk: its manifest, its files, its tables."""
