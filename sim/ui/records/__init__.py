"""Parts of the records page."""
