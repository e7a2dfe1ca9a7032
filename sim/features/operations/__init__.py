"""Keeping the app running: copies of the database and the way back."""
