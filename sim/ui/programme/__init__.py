"""Parts of the pages Programme and Board."""
