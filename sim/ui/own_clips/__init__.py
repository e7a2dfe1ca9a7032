"""Our footage: a staged walk on the school's own cameras, from the clips to a practice drill."""
