"""Looking a machine over: what runs here, what is missing, and what to do about it."""
