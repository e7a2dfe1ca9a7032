"""How a video says that its pictures are to be turned before they are shown, as phones and corridor cameras write it.

A display matrix comes with the file (MP4, MOV, MKV) or with a picture (H.264, H.265, MJPEG); files of older programs
have a tag `rotate` instead, in degrees clockwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from av.container import InputContainer
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sim.errors import TurnError
from sim.footage.source import Picture

TAG = "rotate"
_SLACK = 0.02
"""A turn may be off by this much, about a degree: what was written as whole numbers is never exact."""
_TODO = "open it in a video program, turn it upright, and export it again as MP4 with H.264"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What makes a picture upright: rows and columns change places first, then it is mirrored across or down."""

    is_transposed: bool = False
    mirrors_x: bool = False
    mirrors_y: bool = False

    def find_size(self, width: int, height: int) -> tuple[int, int]:
        """Return the width and height of the upright picture; of an upright one, those of the picture as stored."""
        return (height, width) if self.is_transposed else (width, height)

    def apply(self, bgr: Picture) -> Picture:
        turned = bgr.swapaxes(0, 1) if self.is_transposed else bgr
        turned = turned[:: -1 if self.mirrors_y else 1, :: -1 if self.mirrors_x else 1]
        return np.ascontiguousarray(turned)


AS_STORED = Turn()
_BY_DEGREES: Mapping[int, Turn] = {
    0: AS_STORED,
    90: Turn(is_transposed=True, mirrors_x=True),
    180: Turn(mirrors_x=True, mirrors_y=True),
    270: Turn(is_transposed=True, mirrors_y=True),
}


def read_tag(container: InputContainer, stream: VideoStream) -> str:
    """Return what the tag `rotate` of a clip says, "" without one."""
    for tags in (stream.metadata, container.metadata):
        for key, value in tags.items():
            if key.lower() == TAG and value.strip():
                return value.strip()
    return ""


class TurnReader:
    """Reads off each decoded picture of a clip what makes it upright, by its display matrix, else by the clip's tag.

    The matrix is read once for each angle: PyAV keeps a picture whose side data was asked for until the garbage
    collector comes by, with its memory and the threads that scale it.
    """

    def __init__(self, *, tag: str, name: str) -> None:
        self._tag, self._name = tag, name
        self._known: dict[int, Turn] = {}

    def find(self, frame: VideoFrame) -> Turn:
        angle = frame.rotation
        if angle not in self._known:
            self._known[angle] = self._read(frame)
        return self._known[angle]

    def _read(self, frame: VideoFrame) -> Turn:
        try:
            matrix = frame.side_data.get("DISPLAYMATRIX")
        except ValueError:
            # PyAV lists nothing where a picture has a kind of side data that it does not know, such as EXIF in MJPEG
            return _find_by_degrees(-frame.rotation, self._name)
        if isinstance(matrix, SideData):
            return _read_matrix(np.frombuffer(bytes(matrix), dtype=np.int32).astype(np.float64), self._name)
        if not self._tag:
            return AS_STORED
        try:
            return _find_by_degrees(round(float(self._tag)), self._name)
        except (ValueError, OverflowError) as error:
            raise _refuse(self._name) from error


def _find_by_degrees(clockwise: int, name: str) -> Turn:
    turn = _BY_DEGREES.get(clockwise % 360)
    if turn is None:
        raise _refuse(name, clockwise)
    return turn


def _read_matrix(matrix: np.ndarray[tuple[int], np.dtype[np.float64]], name: str) -> Turn:
    if matrix.shape != (9,):
        raise _refuse(name)
    a, b, u, c, d, v = matrix[:6]
    straight, across = min(abs(a), abs(d)), min(abs(b), abs(c))
    if u == 0 == v and straight > 0 and max(abs(b), abs(c)) <= _SLACK * straight:
        return Turn(mirrors_x=bool(a < 0), mirrors_y=bool(d < 0))
    if u == 0 == v and across > 0 and max(abs(a), abs(d)) <= _SLACK * across:
        return Turn(is_transposed=True, mirrors_x=bool(c < 0), mirrors_y=bool(b < 0))
    is_turn = u == 0 == v and abs(a * d - b * c) > _SLACK * np.hypot(a, b) * np.hypot(c, d)
    raise _refuse(name, float(np.degrees(np.arctan2(b, a))) if is_turn else None)


def _refuse(name: str, degrees: float | None = None) -> TurnError:
    if degrees is None:
        return TurnError(f"{name} says in a way that makes no sense how its picture is to be turned", todo=_TODO)
    return TurnError(
        f"{name} says that its picture is to be turned by {degrees % 360:.0f} degrees",
        expected="0, 90, 180 or 270",
        todo=_TODO,
    )
