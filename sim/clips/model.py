"""What is known of a staged walk, as its files and pages say it.

Clip time is seconds from a clip's first picture; site time is seconds from the start of the recording that is made of
the clips. Boxes are x1, y1, x2, y2 in shares 0..1 of the picture.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from sim.site.model import Identifier

WALK_SCHEMA = 1
MOST_CLIPS = 64
MOST_CAMERAS = 64
FPS = 10.0
PICTURE_WH = (960, 540)

CameraId = Annotated[str, Field(pattern=r"^CAM-[0-9]{2}$")]
ClipId = Annotated[str, Field(pattern=r"^clip-[0-9]{2}$")]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Box(_Part):
    x1: Share
    y1: Share
    x2: Share
    y2: Share

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not (self.x1 < self.x2 and self.y1 < self.y2):
            raise ValueError("a box needs a width and a height")
        return self

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        return (self.x1, self.y1, self.x2, self.y2)


class BlurMode(StrEnum):
    HEADS = "heads"
    MOVING = "moving"
    NONE = "none"


class Rights(_Part):
    may_use: bool  # the school may use this footage for training
    everyone_agreed: bool  # those who act in it agreed to be filmed for it
    all_signed: bool = False  # everyone who can be seen has signed, so that nothing need be blurred


class Neighbor(_Part):
    a: CameraId
    b: CameraId
    meters: float = Field(ge=0, le=500, allow_inf_nan=False)

    @model_validator(mode="after")
    def _check_two(self) -> Self:
        if self.a == self.b:
            raise ValueError("a camera is no neighbor of itself")
        return self


class WalkCamera(_Part):
    camera_id: CameraId
    name: Name


class Looked(_Part):
    """Who looked at a clip and said that it can be used, and when (UTC). `by` is "" where nobody signs in."""

    by: str
    at: AwareDatetime


class Clip(_Part):
    clip_id: ClipId
    camera_id: CameraId
    file_name: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # of the file that was sent, so that the same one is known
    # size_wh, codec, pictures_s: of that file; its pictures upright
    size_wh: tuple[int, int]
    codec: str
    pictures_s: float
    duration_s: float = Field(gt=0, allow_inf_nan=False)  # from its first picture to the end of its last
    # the shares of width and height that are black on each side of the picture here, which is 16:9
    bars: tuple[float, float] = (0.0, 0.0)
    recorded_at: datetime | None = None  # what the file says of itself, without a zone; None where it says nothing
    notes: tuple[str, ...] = ()  # what is doubtful about it, sentences for people
    # frames at ten a second that somebody has to look at before the clip is used, because much moves in it and almost
    # no heads were found; () for most clips
    look_at: tuple[int, ...] = ()
    looked: Looked | None = None  # who did

    @property
    def must_be_looked_at(self) -> bool:
        return bool(self.look_at) and self.looked is None


class Walk(_Part):
    schema_version: int = WALK_SCHEMA
    walk_id: Identifier
    name: Name
    rights: Rights
    blur: BlurMode
    site_id: Identifier | None = None  # the own site whose cameras these are; None where neighbors are typed
    cameras: tuple[WalkCamera, ...] = Field(default=(), max_length=MOST_CAMERAS)
    clips: tuple[Clip, ...] = Field(default=(), max_length=MOST_CLIPS)
    neighbors: tuple[Neighbor, ...] = Field(default=(), max_length=500)
    confirmed: tuple[CameraId, ...] = ()  # cameras whose blurring somebody looked through
    has_photo: bool = False
    recording_id: str = ""  # of the drill that was made; "" before

    def get_clip(self, clip_id: str) -> Clip | None:
        return next((clip for clip in self.clips if clip.clip_id == clip_id), None)


class Reading(_Part):
    clip_id: ClipId
    clip_s: Seconds  # clip time of the picture
    clock: datetime  # what it says, without a zone
    is_tick: bool = False  # the second has just changed in this picture
    has_tenths: bool = False  # the clock shows tenths of seconds, and they are typed


class SharedEvent(_Part):
    """One moment that two clips show: clip time in each."""

    clip_a: ClipId
    a_s: Seconds
    clip_b: ClipId
    b_s: Seconds


class ClockNotes(_Part):
    """`clocks.json`. `reference` is the camera whose clock is taken as right, None for the first."""

    schema_version: int = WALK_SCHEMA
    reference: CameraId | None = None
    readings: tuple[Reading, ...] = Field(default=(), max_length=1000)
    events: tuple[SharedEvent, ...] = Field(default=(), max_length=1000)


class Sight(StrEnum):
    SEEN = "seen"
    HIDDEN = "hidden"
    OUT = "out"


class Keyframe(_Part):
    clip_id: ClipId
    clip_s: Seconds
    sight: Sight
    box: Box | None = None

    @model_validator(mode="after")
    def _check_box(self) -> Self:
        if (self.sight is Sight.SEEN) != (self.box is not None):
            raise ValueError("a person who is seen has a box, and nobody else")
        return self


class Track(_Part):
    revision: int = Field(default=0, ge=0)
    keyframes: tuple[Keyframe, ...] = Field(default=(), max_length=50_000)


class Clothes(_Part):
    top_kind: Name
    top_color: Name
    bottom_kind: Name
    bottom_color: Name
    shoe_color: Name
    hair_color: Name
    bag_kind: Name = "none"
    bag_color: Name = "none"


class DrillWish(_Part):
    title: Name
    tasks: tuple[str, ...] = Field(min_length=1, max_length=4)
    clothes: Clothes
    limit_s: float | None = Field(default=None, gt=0, le=7200, allow_inf_nan=False)
