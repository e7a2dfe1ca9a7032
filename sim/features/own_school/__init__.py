"""A school of one's own: its plan and cameras are drawn on pages, and made into a site that drills can be made on."""
