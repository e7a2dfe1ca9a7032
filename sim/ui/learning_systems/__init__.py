"""Parts of the page Learning systems."""
