"""The page that draws a school: its plan, its cameras, their pictures."""
