"""What size of change a team's drills can show, found by simulating teams and judging them as a comparison does."""

from sim.services.comparison.power.detectable import DetectableChange, find_detectable_change

__all__ = ["DetectableChange", "find_detectable_change"]
