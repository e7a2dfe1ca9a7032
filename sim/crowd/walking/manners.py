"""How much room people leave each other: what a scenario file of each schema brings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How near people come to each other. Distances are between the middles of two people, radii of one, meters."""

    gap_m: float  # nobody steps nearer than this
    walking_m: float  # radius of somebody on the way
    squeezed_m: float  # radius of somebody who has not got on for a while
    standing_m: float  # radius of somebody who stands
    takes_turns: bool  # a place where somebody is belongs to them: others wait beside it, and a group looks for another


CLOSE = Manners(gap_m=0.34, walking_m=0.24, squeezed_m=0.18, standing_m=0.26, takes_turns=False)
"""Of scenario files of schema 1: shoulders could go through each other where many stand."""

APART = Manners(gap_m=0.53, walking_m=0.28, squeezed_m=0.268, standing_m=0.28, takes_turns=True)
"""Of scenario files from schema 2 on: a grown man is 0.49 m wide from arm to arm, and arms swing."""
