"""Parts of the page of a training event, and of signing in to it."""
