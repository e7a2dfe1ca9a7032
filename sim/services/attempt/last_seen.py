"""Where and when the student was last seen, in words and as a place on the plan."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.drill.forms import Form
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import Manifest, RecordedCamera
from sim.services.app.camera_names import find_wrong_names
from sim.text.times import write_clock


def list_shown_cameras(form: Form, manifest: Manifest) -> tuple[RecordedCamera, ...]:
    """Return the cameras that a form is about, in the recording's order, by the names that its console shows."""
    kept, wrong = form.cameras, find_wrong_names(form)
    return tuple(
        camera.model_copy(update={"name": wrong.get(camera.camera_id, camera.name)})
        for camera in manifest.cameras
        if kept is None or camera.camera_id in kept
    )


def number_cameras(form: Form, manifest: Manifest) -> dict[str, int]:
    """Return what the console calls each camera by its camera_id, in the order of the wall: 14 for CAM-14.

    That number stands in the camera's picture too, and a drill on a part of the site keeps it. Where the ids of a
    recording do not end in numbers, or two in the same one, it is the place on the wall of all cameras, from 1.
    """
    every = [name for wall in manifest.walls for name in wall.cameras]
    ends = [int(found[0]) if (found := re.search(r"[0-9]+$", name)) else 0 for name in every]
    has_own = 0 not in ends and len(set(ends)) == len(ends)
    numbers = ends if has_own else range(1, len(every) + 1)
    shown = {camera.camera_id for camera in list_shown_cameras(form, manifest)}
    return {name: number for name, number in zip(every, numbers, strict=True) if name in shown}


def write_known(form: Form, recording: Recording) -> str:
    """Return "Last seen 8:05:10 AM at Main entrance (camera 3)"; "" where nothing is known.

    The camera has the name that the drill shows; of a person it is said who saw the student and where.
    """
    known = form.known
    if known is None:
        return ""
    manifest = recording.manifest
    clock = write_clock(manifest.start_time, known.t_s)
    if known.camera_id is not None:
        name = next(c.name for c in manifest.cameras if c.camera_id == known.camera_id)
        return f"Last seen {clock} at {name} (camera {number_cameras(form, manifest)[known.camera_id]})"
    place = next(space.name for space in recording.site.spaces if space.zone_id == known.zone_id)
    return f"Last seen {clock} at {place}, by {known.seen_by}"


def describe_known(form: Form, recording: Recording) -> dict[str, Any] | None:
    """Return `known` of the console's data: words, t_s, camera_id (or None), floor, x and y in plan meters; or None."""
    known = form.known
    if known is None:
        return None
    if known.camera_id is not None:
        camera = recording.site.get_camera(known.camera_id)
        floor, (x, y) = camera.floor, camera.position_m[:2]
    else:
        space = next(each for each in recording.site.spaces if each.zone_id == known.zone_id)
        floor, (x, y) = space.floor, _find_middle(space.polygon)
    return {
        "words": write_known(form, recording),
        "t_s": known.t_s,
        "camera_id": known.camera_id,
        "floor": floor,
        "x": round(x, 2),
        "y": round(y, 2),
    }


def _find_middle(polygon: Sequence[tuple[float, float]]) -> tuple[float, float]:
    x, y = np.mean(np.asarray(polygon, dtype=np.float64), axis=0).tolist()
    return x, y
