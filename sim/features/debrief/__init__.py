"""What a trainee sees after a drill."""
