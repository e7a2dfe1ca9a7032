"""Plates from pictures of real cameras: depth by the plan, the empty picture, its light and noise."""
