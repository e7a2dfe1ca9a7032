"""Reading tables of attempts from files."""
