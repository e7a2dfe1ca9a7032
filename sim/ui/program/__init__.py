"""Parts of the pages Program and Board."""
