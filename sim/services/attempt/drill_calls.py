"""The calls of a drill given with interruptions: for the console without the right replies, for the score with them."""

from typing import Any

from sim.db.rows import AttemptRow
from sim.drill.interruptions import CALL_S, Call, make_calls
from sim.drill.options import DrillOption
from sim.drill.profile import get_profile
from sim.services.app.wiring import App


def list_calls(app: App, row: AttemptRow) -> tuple[Call, ...]:
    """Return the calls of an attempt; none for one without interruptions."""
    if DrillOption.INTERRUPTIONS not in row.options:
        return ()
    recording = app.catalog.get_recording(row.recording_id)
    shown = {camera.camera_id: camera.name for camera in recording.manifest.cameras}
    right = {camera_id: name for camera_id, name in shown.items() if recording.site.get_camera(camera_id).name == name}
    return make_calls(
        row.form_id,
        limit_s=row.timing.limit_s,
        site=recording.site,
        camera_names=right,
        has_plan=get_profile(row.profile).map,
    )


def list_right_replies(app: App, row: AttemptRow) -> dict[str, str] | None:
    """Return the right reply to each call; None for an attempt without interruptions."""
    if DrillOption.INTERRUPTIONS not in row.options:
        return None
    return {call.call_id: call.right for call in list_calls(app, row)}


def describe_calls(app: App, row: AttemptRow) -> dict[str, Any]:
    """Return `calls` of the console's data."""
    return {
        "call_s": CALL_S,
        "list": [
            {
                "call_id": call.call_id,
                "at_s": call.at_s,
                "channel": call.channel.value,
                "caller": call.caller,
                "message": call.message,
                "question": call.question,
                "replies": [{"value": reply.value, "label": reply.label} for reply in call.replies],
                "from_memory": call.from_memory,
            }
            for call in list_calls(app, row)
        ],
    }
