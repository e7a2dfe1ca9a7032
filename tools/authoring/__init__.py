"""Tools for anyone who makes sites and bodies: they need Mitsuba or Anny, and their results are committed."""
