"""Where people can be: ground, routes, lanes, spots to stand."""
