"""Speed, memory and exactness, measured."""
