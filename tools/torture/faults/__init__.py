"""What goes wrong by itself, and attacks on routes, files and texts: each file tries one kind."""
