"""Other people's renderers, side by side with ours."""
