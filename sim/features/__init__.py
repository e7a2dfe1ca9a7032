"""What the product does, a folder a feature: its logic, its pages (`page*.py`), its routes and its scripts."""
