"""Before/after statistics: arrays in, one result type out."""
