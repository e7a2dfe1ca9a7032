"""Whether reports keep their promises on teams whose truth is known."""
