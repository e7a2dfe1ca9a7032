"""Tables of attempts: written from the database, and read from files."""
