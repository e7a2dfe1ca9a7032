"""What every page and route stands on: its address and state, whom it is open to, colours, words."""
