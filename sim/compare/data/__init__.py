"""The table of attempts: its columns, its names, and which attempts go together."""
