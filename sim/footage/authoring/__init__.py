"""Tools for whoever makes sites and bodies: they need Mitsuba or Anny, and their results are committed."""
