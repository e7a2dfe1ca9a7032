"""A button that opens the browser's own print dialog."""
