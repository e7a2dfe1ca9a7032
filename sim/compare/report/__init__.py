"""The whole comparison of one team, and the word it ends in."""
