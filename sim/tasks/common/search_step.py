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
    """One act."""

    at_s: float  # seconds since release
    kind: StepKind  # what is done
    camera_id: str | None = None  # FOCUS, MARK, CLIP: the camera
    from_s: float = 0.0  # SEEK: site time left; CLIP: its start
    t_s: float = 0.0  # site time on screen; SEEK: site time reached; CLIP: its end
    speed: float = 1.0  # PLAY: playback rate
    # x, y: MARK: the point, 0..1 of the picture
    x: float = 0.0
    y: float = 0.0
    mark_number: int = 0  # MARK, UNMARK: which mark, from 1
    clip_number: int = 0
    # key, value: CHOICE
    key: str = ""
    value: str = ""
    cameras: tuple[str, ...] = ()  # VIEW: the cameras that the wall is to show
    final_zone: str | None = None  # SUBMIT
    not_on_camera: bool = False  # SUBMIT
