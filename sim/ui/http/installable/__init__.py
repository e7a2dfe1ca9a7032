"""What makes the app installable."""
