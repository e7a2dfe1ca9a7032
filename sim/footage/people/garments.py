"""Everything a person wears or carries beyond the dressed surface of the body."""

import zlib

import numpy as np

from sim.crowd.people.people import Outfit, Person, Rgb
from sim.footage.people.aids import make_aid
from sim.footage.people.bags import make_bag
from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed, Extra, Side, lay_on, make_extra, make_of, make_ribbon
from sim.footage.people.hair import make_hair
from sim.footage.people.handheld import make_handheld
from sim.footage.people.head import find_head
from sim.footage.people.headwear import make_headwear
from sim.footage.people.materials import Material
from sim.footage.people.prints import make_prints
from sim.footage.people.tailoring import make_bottom_parts, make_top_parts

_FRAME: Rgb = (0.022, 0.018, 0.016)


def make_extras(body: Body, person: Person, cloth: Clothed) -> list[Extra]:
    """Return all extra meshes of a person; details that the outfit leaves open depend on the person_id alone."""
    outfit = person.outfit
    rng = np.random.default_rng(zlib.crc32(person.person_id.encode()))
    head = find_head(body)
    return [
        *make_of(Material.HAIR, make_hair(body, head, cloth, outfit, rng)),
        *make_of(Material.HAT, make_headwear(body, head, cloth, outfit)),
        *make_glasses(body, cloth, outfit),
        *make_of(Material.CLOTH, make_top_parts(body, cloth, outfit)),
        *make_of(Material.SKIRT, make_bottom_parts(body, outfit.top, outfit.bottom)),
        *make_prints(body, cloth, outfit, rng),
        *make_of(Material.BAG, make_bag(body, cloth, outfit.bag)),
        *make_aid(body, person.aid),
        *make_handheld(body, person.role),
    ]


def make_glasses(body: Body, cloth: Clothed, outfit: Outfit) -> list[Extra]:
    if not outfit.glasses:
        return []
    scale = float(body.rest_m[:, 2].max()) / 1.6
    parts = []
    for name in ("eye.L", "eye.R"):
        eye = body.get_joint(name)
        angle = np.linspace(0, 2 * np.pi, 15)
        rim = np.stack(
            [eye[1] + 0.0205 * scale * np.cos(angle), eye[2] - 0.003 * scale + 0.0155 * scale * np.sin(angle)], axis=1
        )
        points, faces = make_ribbon(rim, 0.0040 * scale)
        laid = lay_on(cloth, points, Side.FRONT, lift_m=0.0065)
        parts.append(make_extra(laid, faces, _FRAME))
        side = Side.LEFT if eye[1] > 0 else Side.RIGHT
        back = np.array([[eye[0] - 0.012, eye[2] + 0.002], [eye[0] - 0.085 * scale, eye[2] + 0.004]])
        points, faces = make_ribbon(np.linspace(back[0], back[1], 5), 0.0050 * scale)
        parts.append(make_extra(lay_on(cloth, points, side, lift_m=0.004), faces, _FRAME))
    bridge = np.stack([np.linspace(-0.010, 0.010, 3) * scale, np.full(3, float(body.get_joint("eye.L")[2]))], axis=1)
    points, faces = make_ribbon(bridge, 0.0040 * scale)
    parts.append(make_extra(lay_on(cloth, points, Side.FRONT, lift_m=0.006), faces, _FRAME))
    return parts
