"""An expert who searches as a person can: with eyes, a plan, a memory, and seconds to look and decide."""
