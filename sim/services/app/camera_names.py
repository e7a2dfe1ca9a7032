"""What cameras are called: in a drill as they call themselves, in the debrief as they should."""

from collections.abc import Collection, Mapping
from typing import Any

from sim.drill.forms import Form
from sim.footage.recording.open import Recording
from sim.site.drawn_plan import make_plan
from sim.tasks.setup import WRONG_NAMES


def make_shown_plan(recording: Recording, camera_ids: Collection[str] | None = None) -> dict[str, Any]:
    """Return the site's plan (see `sim.site.drawn_plan.make_plan`) with the names that the recorder knows.

    With `camera_ids` it has no other cameras.
    A misnamed camera is misnamed here too: its right name would give the fault away.
    """
    shown = {camera.camera_id: camera.name for camera in recording.manifest.cameras}
    plan = make_plan(recording.site.keep_cameras(camera_ids))
    cameras = [camera | {"name": shown.get(camera["camera_id"], camera["name"])} for camera in plan["cameras"]]
    return plan | {"cameras": cameras}


def find_wrong_names(form: Form) -> Mapping[str, str]:
    """Return what a drill's console calls cameras that bear another name in their picture, by camera_id."""
    names: Mapping[str, str] = form.params.get(WRONG_NAMES, {})
    return names


def write_right_names(recording: Recording, form: Form | None = None) -> dict[str, str]:
    """Return the right name of each camera by its camera_id, with the wrong one where the drill showed that."""
    names = {}
    wrong = {} if form is None else find_wrong_names(form)
    for camera in recording.manifest.cameras:
        right = recording.site.get_camera(camera.camera_id).name
        shown = wrong.get(camera.camera_id, camera.name)
        names[camera.camera_id] = right if right == shown else f"{right} (misnamed {shown})"
    return names
