"""Where an errand leads, and what the way there has to be fit for."""

from dataclasses import dataclass

from sim.crowd.people.people import Aid, Person
from sim.crowd.places.errands import Act, Away, Errand, Leave, Pass, Stop
from sim.crowd.places.routes import Need, Place, RouteMap


def find_goal(routes: RouteMap, errand: Errand) -> Place:
    match errand:
        case Stop() | Act():
            return errand.spot.place
        case Pass():
            return routes.get_node_place(errand.nodes[-1])
        case Away() | Leave():
            return routes.get_node_place(routes.get_door_node(errand.door_id))


def find_need(person: Person) -> Need:
    """Return what a person's ways must be fit for."""
    return Need.WHEELS if person.aid is Aid.WHEELCHAIR else Need.FEET


def name_errand(errand: Errand) -> str:
    """Return an errand in a few words: "to locker on floor 1", "out by door a-boys"."""
    match errand:
        case Stop() | Act():
            return f"to {errand.spot.pose.name.lower()} on floor {errand.spot.place.floor}"
        case Pass():
            return f"by {', '.join(errand.nodes)}"
        case Away() | Leave():
            return f"out by door {errand.door_id}"


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
