"""Single methods: arrays in, one result type out."""
