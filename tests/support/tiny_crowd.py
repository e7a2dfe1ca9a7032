"""Seven people who walk or stand in the tiny corridor on straight lines."""

import numpy as np

from sim.crowd.people.people import Crowd, Garment, Outfit, Person, Pose, Role, Track
from tests.support.tiny_site import ZONE_LENGTH_M, ZONES

FPS = 10.0
FRAMES = 160
TARGET = "P001"
LOOK_ALIKE = "P002"

_NONE = Garment(kind="none", colour="none", rgb=(0.0, 0.0, 0.0))
_COLOURS = {
    "red": (0.75, 0.05, 0.05),
    "maroon": (0.45, 0.03, 0.05),
    "green": (0.05, 0.45, 0.1),
    "blue": (0.05, 0.15, 0.7),
    "yellow": (0.8, 0.65, 0.05),
    "white": (0.85, 0.85, 0.85),
    "purple": (0.35, 0.08, 0.5),
}
# legs, shoes and hair, apart from the person who is to be mistaken for somebody
_PLAIN = (("jeans", "navy", (0.05, 0.07, 0.2)), "white", "brown")
_OTHERS = {
    "P003": (("trousers", "black", (0.02, 0.02, 0.02)), "black", "black"),
    "P004": (("shorts", "tan", (0.5, 0.4, 0.25)), "grey", "blond"),
    "P005": (("joggers", "grey", (0.3, 0.3, 0.3)), "red", "black"),
    "P006": (("skirt", "maroon", (0.25, 0.03, 0.05)), "blue", "blond"),
    "P007": (("leggings", "charcoal", (0.08, 0.08, 0.09)), "brown", "red"),
}
# person, top colour, first frame, last frame, x from and to (m), y (m)
_WALKS = (
    ("P001", "red", 0, 160, 0.3, 23.7, 2.6),
    ("P002", "maroon", 0, 160, 23.7, 0.3, 3.2),
    ("P003", "green", 30, 160, 0.3, 20.0, 2.2),
    ("P004", "blue", 10, 130, 17.0, 1.0, 3.5),
    ("P005", "yellow", 0, 160, 3.2, 3.2, 3.6),
    ("P006", "white", 0, 90, 8.0, 23.7, 2.9),
    ("P007", "purple", 100, 160, 23.7, 14.0, 2.4),
)


def make_tiny_crowd() -> Crowd:
    people, tracks = [], []
    for person_id, colour, first, last, from_m, to_m, y_m in _WALKS:
        people.append(_make_person(person_id, colour))
        count = last - first
        x_m = np.linspace(from_m, to_m, count)
        moving = from_m != to_m
        speed = abs(to_m - from_m) / (count - 1) * FPS
        zones = np.clip((x_m // ZONE_LENGTH_M).astype(int), 0, len(ZONES) - 1)
        tracks.append(
            Track(
                person_id=person_id,
                first_frame=first,
                xyz_m=np.stack([x_m, np.full(count, y_m), np.zeros(count)], axis=1),
                heading_rad=np.full(count, 0.0 if to_m >= from_m else np.pi),
                gait_phase=np.abs(x_m - from_m) / 1.4 % 1.0,
                speed_m_s=np.full(count, speed),
                pose=np.full(count, Pose.WALK if moving else Pose.STAND, dtype=np.int8),
                floor=("f1",) * count,
                zone=tuple(ZONES[zone][0] for zone in zones),
                look=np.zeros(count, dtype=np.int8),
            )
        )
    return Crowd(people=tuple(people), tracks=tuple(tracks), fps=FPS, frame_count=FRAMES)


def _make_person(person_id: str, colour: str) -> Person:
    (legs_kind, legs_colour, legs_rgb), shoes, hair = _OTHERS.get(person_id, _PLAIN)
    return Person(
        person_id=person_id,
        role=Role.STUDENT,
        body_id="plain",
        height_scale=1.0,
        outfit=Outfit(
            top=Garment(kind="hoodie", colour=colour, rgb=_COLOURS[colour]),
            bottom=Garment(kind=legs_kind, colour=legs_colour, rgb=legs_rgb),
            shoes=Garment(kind="trainers", colour=shoes, rgb=(0.8, 0.8, 0.8)),
            hair=Garment(kind="short", colour=hair, rgb=(0.15, 0.08, 0.04)),
            headwear=_NONE,
            bag=_NONE,
            lanyard=False,
            skin=(0.6, 0.4, 0.3),
        ),
        look_alike_of=TARGET if person_id == LOOK_ALIKE else None,
    )
