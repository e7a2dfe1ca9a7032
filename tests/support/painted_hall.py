"""A bare hall seen by one camera, and a few dressed people to put into it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from sim.crowd.people.body_index import NEWEST_SET, draw_manner, load_body_index
from sim.crowd.people.people import Person, Pose
from sim.crowd.scenario.casting import make_people
from sim.footage.paint.plate import Plate, make_plate
from sim.footage.people.bodies import Body, load_body
from sim.footage.people.dressing import dress_person
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance
from sim.site.camera import CameraView

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
BODIES = SCENARIOS / NEWEST_SET
"""A body set as it was before schema 3, with one body."""
SIZE_WH = (640, 360)


@cache
def make_hall_people(count: int = 8, seed: int = 11) -> tuple[Person, ...]:
    bodies = load_body_index(BODIES)
    people = make_people(np.random.default_rng(seed), count=count, bodies=tuple(sorted(bodies)), staff_share=0.25)
    return tuple(replace(person, manner=draw_manner(person, bodies[person.body_id])) for person in people)


@cache
def get_body(body_id: str) -> Body:
    return load_body(BODIES, body_id)


@cache
def make_figure(person: Person) -> Figure:
    return Figure(dress_person(get_body(person.body_id), person))


def make_hall_view() -> CameraView:
    """Return a camera 2.6 m up that looks east and 14 degrees down."""
    pitch = np.deg2rad(-14.0)
    forward = np.array([np.cos(pitch), 0.0, np.sin(pitch)])
    right = np.array([0.0, -1.0, 0.0])
    return CameraView(
        rotation=np.stack([right, np.cross(right, forward), -forward]),
        position_m=np.array([0.0, 0.0, 2.6]),
        tan_half_wh=(0.8, 0.45),
        size_wh=SIZE_WH,
    )


def make_hall_plate(view: CameraView, *, pillar: bool = False) -> Plate:
    width, height = view.size_wh
    x = ((np.arange(width) + 0.5) / width * 2 - 1) * view.tan_half_wh[0]
    y = (1 - (np.arange(height) + 0.5) / height * 2) * view.tan_half_wh[1]
    ray_x, ray_y = np.meshgrid(x, y)
    down = view.rotation[0, 2] * ray_x + view.rotation[1, 2] * ray_y - view.rotation[2, 2]
    depth = np.where(down < -1e-6, view.position_m[2] / np.maximum(-down, 1e-6), 25.0)
    depth = np.minimum(depth, 25.0)
    if pillar:
        middle = np.abs(np.arange(width) - width / 2) < width / 20
        depth[:, middle] = np.minimum(depth[:, middle], 6.0)
    grey = np.full((height, width, 3), 128, dtype=np.uint8)
    return make_plate(grey, depth.astype(np.float32), size_wh=view.size_wh)


def stand(
    person: Person, x_m: float, y_m: float, *, heading_rad: float = 0.0, phase: float = 0.0, pose: Pose = Pose.WALK
) -> Stance:
    return Stance(
        person_id=person.person_id,
        xyz_m=(x_m, y_m, 0.0),
        heading_rad=heading_rad,
        gait_phase=phase,
        shares=tuple(float(p is pose) for p in Pose),
    )
