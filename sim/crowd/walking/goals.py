"""Where an errand leads, and what the way there has to be fit for."""

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


GAP_M = 0.53
"""Nobody steps nearer to another: a grown man is 0.49 m wide from arm to arm, and arms swing. Between middles."""
