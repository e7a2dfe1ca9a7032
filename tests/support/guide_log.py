"""The log of somebody who goes through every step of the familiarization drill, in its order."""

from typing import Any

from sim.attempt.events import Event, EventKind, read_act

_AT = {"camera_id": "CAM-01", "t_s": 5.0}
_MARK = {"mark_id": "m1"}
WHOLE_GUIDE: tuple[tuple[EventKind, dict[str, Any]], ...] = (
    (EventKind.FOCUS, _AT),
    (EventKind.PLAY, {"t_s": 5.0, "speed": 1.0}),
    (EventKind.PAUSE, {"t_s": 6.0}),
    (EventKind.SEEK, {"from_s": 6.0, "t_s": 16.0}),
    (EventKind.STEP, {"t_s": 16.1}),
    (EventKind.SPEED, {"t_s": 16.1, "speed": 2.0}),
    (EventKind.PLAY, {"t_s": 16.1, "speed": -1.0}),
    (EventKind.SEEK, {"from_s": 16.0, "t_s": 40.0}),
    (EventKind.MAP, {"camera_id": "CAM-01"}),
    (EventKind.LINK, {"camera_id": "CAM-02"}),
    (EventKind.VIEW, {"name": "wall"}),
    (EventKind.FIND, {"camera_id": "CAM-01"}),
    (EventKind.ZOOM, {"x": 0.5, "y": 0.5, "scale": 2.0}),
    (EventKind.MARK, {**_MARK, **_AT, "frame": 5, "x": 0.5, "y": 0.5}),
    (EventKind.UNMARK, _MARK),
    (EventKind.BOOKMARK, {"bookmark_id": "b1", **_AT, "text": ""}),
    (EventKind.FAULT, {"fault_id": "f1", "fault": "wrong-clock", **_AT}),
    (EventKind.SUBMIT, {"final_zone": None, "not_on_camera": False, "note": ""}),
)
WHOLE_GUIDE_ACTS = tuple(read_act(kind, payload) for kind, payload in WHOLE_GUIDE)


def make_guide_events(tab_id: str) -> list[Event]:
    return [
        Event.read(tab_id=tab_id, seq=number, t_client_ms=1000.0 * number, kind=kind, payload=payload)
        for number, (kind, payload) in enumerate(WHOLE_GUIDE, start=1)
    ]
