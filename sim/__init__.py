"""Sightline: a camera-search drill simulator for schools."""

import os

__version__ = "0.1.0"

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
"""Chosen when Arrow is loaded: its own pools keep 20 MB after a truth was read; what the system's keeps,
`give_back_memory` gives back."""
