"""Before and after of one team, from its table of attempts to the word that may be said of it."""
