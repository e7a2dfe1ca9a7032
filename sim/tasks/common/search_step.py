"""What a simulated searcher does, before it becomes console events."""

from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """One kind of act, by the kind of console event that it becomes."""

    OPEN = "open"
    FOCUS = "focus"
    SEEK = "seek"
    PLAY = "play"
    PAUSE = "pause"
    MARK = "mark"
    UNMARK = "unmark"
    CHOICE = "choice"
    CLIP = "clip"
    VIEW = "view"
    SUBMIT = "submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStep:
    """One act.

    Attributes:
        at_s: seconds since release.
        kind: what is done.
        camera_id: FOCUS, MARK, CLIP: the camera.
        from_s: SEEK: site time left; CLIP: its start.
        t_s: site time on screen; SEEK: site time reached; CLIP: its end.
        speed: PLAY: playback rate.
        x, y: MARK: the point, 0..1 of the picture.
        mark_number: MARK, UNMARK: which mark, from 1.
        clip_number: CLIP: which clip, from 1.
        key, value: CHOICE.
        cameras: VIEW: the cameras that the wall is to show.
        final_zone: SUBMIT.
        not_on_camera: SUBMIT.
    """

    at_s: float
    kind: StepKind
    camera_id: str | None = None
    from_s: float = 0.0
    t_s: float = 0.0
    speed: float = 1.0
    x: float = 0.0
    y: float = 0.0
    mark_number: int = 0
    clip_number: int = 0
    key: str = ""
    value: str = ""
    cameras: tuple[str, ...] = ()
    final_zone: str | None = None
    not_on_camera: bool = False
