"""Text as screens and files show it: times, days, tables."""
