"""Who may do what: roles, accounts, signing in, and the end of it."""
