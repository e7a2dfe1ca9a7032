"""Ground truth: who was where, when and how visible; appearances."""
