"""Other people's software renderers, each measured on one scene in a process of its own; only for `bench render`."""
