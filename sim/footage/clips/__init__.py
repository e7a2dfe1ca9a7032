"""Clips of a school's own cameras: read under limits, blurred before anything is stored, made into a recording."""
