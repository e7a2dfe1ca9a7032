"""Everything a person wears or carries beyond the dressed surface of the body."""

import zlib

import numpy as np

from sim.crowd.people import Person
from sim.footage.aids import make_aid
from sim.footage.bags import make_bag
from sim.footage.bodies import Body
from sim.footage.extra import Clothed, Extra
from sim.footage.glasses import make_glasses
from sim.footage.hair import make_hair
from sim.footage.handheld import make_handheld
from sim.footage.head import find_head
from sim.footage.headwear import make_headwear
from sim.footage.prints import make_prints
from sim.footage.tailoring import make_bottom_parts, make_top_parts


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
