"""A school of two floors as somebody draws it: a hall on each, doors, cameras, and stairs as one rectangle."""

from collections.abc import Sequence

from sim.site.drawing import Change, Drawing, apply_changes, make_empty_drawing
from sim.site.model import PointXY

TURNING = ((20.0, 4.0), (24.0, 4.0), (24.0, 11.0), (20.0, 11.0))
STRAIGHT = ((20.0, 4.0), (22.0, 4.0), (22.0, 13.0), (20.0, 13.0))
HALL = ((0.0, 0.0), (40.0, 0.0), (40.0, 4.1), (0.0, 4.1))
ROUND_THE_STAIRS = (
    (0.0, 0.0),
    (40.0, 0.0),
    (40.0, 4.1),
    (26.0, 4.1),
    (26.0, 17.0),
    (20.0, 17.0),
    (20.0, 4.1),
    (0.0, 4.1),
)
"""A hall that goes on behind straight stairs, to where they come up."""


def draw_two_floors(
    *,
    shape: str = "left",
    up_deg: float = 90.0,
    stairs: Sequence[PointXY] | None = TURNING,
    elevation_m: float = 3.6,
    upper_hall: Sequence[PointXY] = HALL,
) -> Drawing:
    """Return it; with `stairs` None nothing joins the floors."""
    halls = {"1": HALL, "2": upper_hall}
    changes = [Change(kind="floors", name="2", now={"name": "Upper floor", "elevation_m": elevation_m})]
    for floor, hall in halls.items():
        room = {"floor": floor, "name": f"Hall {floor}", "polygon": hall}
        changes.append(Change(kind="spaces", name=f"hall-{floor}", now=room))
        for number, x in enumerate(range(3, 40, 6), start=1):
            door = {"floor": floor, "name": f"Room {floor}{number:02d}", "at": (float(x), 0.0)}
            changes.append(Change(kind="doors", name=f"door-{floor}{number}", now=door))
    for name, x in (("Main entrance", 0.0), ("East exit", 40.0)):
        exit_door = {"floor": "1", "name": name, "kind": "exterior", "width_m": 1.8, "at": (x, 2.0)}
        changes.append(Change(kind="doors", name=name.split()[0].lower(), now=exit_door))
    cameras = (("1", 1.0, 1.0, 10.0), ("1", 39.0, 3.0, 190.0), ("2", 1.0, 1.0, 10.0), ("2", 39.0, 3.0, 190.0))
    for number, (floor, x, y, yaw_deg) in enumerate(cameras, start=1):
        camera = {"floor": floor, "name": f"Camera {number}", "at": (x, y), "yaw_deg": yaw_deg}
        changes.append(Change(kind="cameras", name=f"CAM-{number:02d}", now=camera))
    if stairs is not None:
        block = {"floor": "1", "upper": "2", "name": "Main stairs", "polygon": stairs, "up_deg": up_deg, "shape": shape}
        changes.append(Change(kind="stairs", name="stairs-1", now=block))
    return apply_changes(make_empty_drawing("Elm School"), changes)
