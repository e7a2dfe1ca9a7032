"""Fresh school days: recordings that nobody has played yet, kept ready for each school."""
