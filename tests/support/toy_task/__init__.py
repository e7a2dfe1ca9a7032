"""A task type that exists in tests alone: which camera shows the most people. One folder, as every type is."""
