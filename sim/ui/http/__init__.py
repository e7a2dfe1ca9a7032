"""Routes and middleware."""
