"""Everything a person wears or carries beyond the dressed surface of the body."""

import zlib

import numpy as np

from sim.crowd.people.people import Person
from sim.footage.people.aids import make_aid
from sim.footage.people.bags import make_bag
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed, Extra
from sim.footage.people.glasses import make_glasses
from sim.footage.people.hair import make_hair
from sim.footage.people.handheld import make_handheld
from sim.footage.people.head import find_head
from sim.footage.people.headwear import make_headwear
from sim.footage.people.prints import make_prints
from sim.footage.people.tailoring import make_bottom_parts, make_top_parts


def make_extras(body: Body, person: Person, cloth: Clothed) -> list[Extra]:
    """Return all extra meshes of a person; details that the outfit leaves open depend on the person_id alone."""
    outfit = person.outfit
    rng = np.random.default_rng(zlib.crc32(person.person_id.encode()))
    head = find_head(body)
    return [
        *make_hair(body, head, cloth, outfit, rng),
        *make_headwear(body, head, cloth, outfit),
        *make_glasses(body, cloth, outfit),
        *make_top_parts(body, cloth, outfit),
        *make_bottom_parts(body, outfit.top, outfit.bottom),
        *make_prints(body, cloth, outfit, rng),
        *make_bag(body, cloth, outfit.bag),
        *make_aid(body, person.aid),
        *make_handheld(body, person.role),
    ]
