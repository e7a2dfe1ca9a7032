"""The folder of one recording: its manifest and how it is opened.

`recording.json` names every file with its sha256, so that a changed or missing file is found before it is used.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.checked import describe_first
from sim.errors import NewerSchemaError, RecordingError
from sim.site.model import Identifier

RECORDING_SCHEMA = 1
MANIFEST_NAME = "recording.json"
RECORDINGS = "recordings"
"""Folder of a library that holds recording folders; the files of their forms lie in `FORMS` beside it."""
FORMS = "forms"
GROUP_FRAMES = 30
"""A key frame every so many frames, in every clip that is made."""

RelativePath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.[a-z0-9]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecordedCamera(_Part):
    camera_id: Identifier
    name: str
    size_wh: tuple[int, int]
    main: RelativePath
    thumbs: RelativePath


class Wall(_Part):
    """One mosaic video: `cameras` fill `columns` x `rows` tiles row by row."""

    file: RelativePath
    columns: int
    rows: int
    tile_wh: tuple[int, int]
    cameras: tuple[Identifier, ...]


class ThumbLayout(_Part):
    """Every sprite sheet: one thumbnail each `every_s` seconds, row by row."""

    tile_wh: tuple[int, int]
    every_s: float
    columns: int


class Neighbors(_Part):
    a: Identifier
    b: Identifier
    meters: float = Field(ge=0)


class Staged(_Part):
    """What is special about a recording of real clips, in which truth knows one person only: the walker."""

    neighbors: tuple[Neighbors, ...] = ()  # of cameras that are on no plan; empty where the site has its own ways
    has_plan: bool  # the site is one that was drawn; without, it has one square a camera, which nobody may be shown
    has_photo: bool  # there is a photo of the walker


def _is_none(value: object) -> bool:
    return value is None


class Manifest(_Part):
    """`recording.json`.

    `start_time` is the site's wall clock at frame 0, without zone: the time burnt into the pictures. `files` holds the
    sha256 of every other file of the folder, `sizes` their bytes. `staged` is there for real clips alone; `bodies`
    names the body set that people were painted with, None where they are real.
    """

    schema_version: int
    recording_id: Identifier
    title: str
    notice: str
    site_id: Identifier
    scenario_id: Identifier
    seed: int
    start_time: datetime
    fps: float = Field(gt=0, le=60)
    frame_count: int = Field(gt=0)
    generator_version: str
    bodies: Identifier | None = Field(default=None, exclude_if=_is_none)
    cameras: tuple[RecordedCamera, ...] = Field(min_length=1)
    walls: tuple[Wall, ...]
    thumbs: ThumbLayout
    files: dict[RelativePath, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]]
    sizes: dict[RelativePath, Annotated[int, Field(ge=0)]]
    staged: Staged | None = Field(default=None, exclude_if=_is_none)

    @property
    def duration_s(self) -> float:
        return self.frame_count / self.fps


def load_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST_NAME
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected=f"a recording folder with {MANIFEST_NAME}",
            todo="check the path, or build the recording again",
        ) from error
    return parse_manifest(text, source=str(path))


def replace_manifest(path: Path, manifest: Manifest) -> None:
    """Write `recording.json`; an older one stays until the new one is whole."""
    made = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        made.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def parse_manifest(text: str | bytes, *, source: str) -> Manifest:
    """Return the manifest that a text read from `source` holds. Raises as `load_manifest`."""
    try:
        probe = _SchemaProbe.model_validate_json(text)
        if probe.schema_version > RECORDING_SCHEMA:
            raise NewerSchemaError(
                f"{source} has schema_version {probe.schema_version}",
                expected=f"at most {RECORDING_SCHEMA}",
                todo="update Sightline, or build the recording again with this version",
            )
        if probe.schema_version < RECORDING_SCHEMA:
            raise RecordingError(
                f"{source} has schema_version {probe.schema_version}",
                expected=f"{RECORDING_SCHEMA}",
                todo="build the recording again from its scenario; no release wrote this format",
            )
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise RecordingError(describe_first(error, source=source), todo="build the recording again") from error


class _SchemaProbe(BaseModel):
    schema_version: int


Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    person_id: str
    # bounds of the visible pixels in the painted picture, pixels; x2 and y2 exclusive
    box_xyxy: tuple[float, float, float, float]
    visible: float  # pixels won in the depth test / pixels covered alone, 0..1
    # cells in which the person is front-most, [r, 3], see `sim.truth.silhouettes`
    runs: NDArray[np.int16] = field(compare=False)
    shared: NDArray[np.int32] = field(compare=False)  # cells that show the person and somebody else, [s, 3], see there
    # [p, 2] x, y of the pixels that show the person, None where they were not asked for
    pixels: NDArray[np.int64] | None = field(default=None, compare=False)


class FrameSource(Protocol):
    """Paints one camera. Frames are asked for once each, in rising order."""

    def paint(self, frame: int) -> tuple[Picture, Sequence[Sighting]]:
        """Return the picture, [height, width, 3] uint8 in blue-green-red order, and everybody visible in it."""
        ...


class SourceFactory(Protocol):
    """Makes the source of a camera inside the process that renders it, so it must be picklable."""

    def __call__(self, camera_id: str) -> FrameSource: ...
