"""Forms of drills: how hard they are, which may be asked, in which order a team gets them."""
