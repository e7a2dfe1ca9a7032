"""The tiny corridor on two floors, its east half upstairs, seen by many cameras with long names."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.crowd.people.people import Track
from sim.footage.recording.open import Recording
from sim.site.model import CameraSpec, Floor, Site
from tests.support.tiny_crowd import make_tiny_crowd
from tests.support.tiny_recording import build_planned, plan_recording
from tests.support.tiny_site import ZONE_LENGTH_M, ZONES, make_tiny_site

CAMERAS = 20
UPPER_M = 3.5
MIDDLE_M = 2 * ZONE_LENGTH_M


def make_tall_site(cameras: int = CAMERAS) -> Site:
    tiny = make_tiny_site()
    return Site(
        **{
            **{name: getattr(tiny, name) for name in Site.model_fields},
            "site_id": "tall",
            "name": "Tall Corridor",
            "floors": (
                Floor(floor_id="1", name="Ground floor", elevation_m=0.0, height_m=3.0),
                Floor(floor_id="2", name="Upper floor", elevation_m=UPPER_M, height_m=3.0),
            ),
            "spaces": tuple(
                space.model_copy(update={"floor": _name_floor(space.polygon[0][0])}) for space in tiny.spaces
            ),
            "openings": tuple(
                o.model_copy(update={"floor": _name_floor(o.at[0])}) for o in tiny.openings if o.at[0] != MIDDLE_M
            ),
            "walk_nodes": tuple(n.model_copy(update={"floor": _name_floor(n.at[0])}) for n in tiny.walk_nodes),
            "walk_edges": tuple(edge for edge in tiny.walk_edges if edge != ("n-hall-a", "n-hall-b")),
            "cameras": tuple(_make_camera(number) for number in range(1, cameras + 1)),
        }
    )


def build_tall_recording(target: Path) -> Recording:
    tiny = make_tiny_crowd()
    crowd = replace(tiny, tracks=tuple(map(_lift, tiny.tracks)))
    plan = plan_recording("tall", "Tall corridor", make_tall_site(), crowd)
    return build_planned(plan, target)


def _make_camera(number: int) -> CameraSpec:
    row, place = divmod(number - 1, len(ZONES))
    x_m = (place + 0.5) * ZONE_LENGTH_M + 0.4 * row
    floor = _name_floor(x_m)
    name = ZONES[place][1] if row == 0 else f"{ZONES[place][1]} looking north past display case {row}"
    return CameraSpec(
        floor=floor,
        camera_id=f"CAM-{number:02d}",
        name=name,
        position_m=(x_m, -0.6, 2.2 + (UPPER_M if floor == "2" else 0.0)),
        yaw_deg=90.0,
        pitch_deg=-20.0,
        hfov_deg=80.0,
    )


def _lift(track: Track) -> Track:
    upstairs = track.xyz_m[:, 0] >= MIDDLE_M
    xyz_m = track.xyz_m.copy()
    xyz_m[:, 2] += np.where(upstairs, UPPER_M, 0.0)
    return replace(track, xyz_m=xyz_m, floor=tuple("2" if up else "1" for up in upstairs))


def _name_floor(x_m: float) -> str:
    return "2" if x_m >= MIDDLE_M else "1"
