"""The text a camera writes into its picture: its number and name at the top, the site's clock at the bottom.

Characters are drawn once in OpenCV's own TrueType face, white with a dark edge so that they read on any ground, and
kept as small bitmaps; a frame only pays for the characters that changed.
"""

from datetime import datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled

FloatArray = NDArray[np.float32]

_WEIGHT = 520
_HEIGHT_SHARE = 0.031
_MARGIN_SHARE = 0.020
_EDGE_STRENGTH = 1.6
_INK = 0.965


class CharacterCell:
    def __init__(self, *, size_px: int) -> None:
        self._size = size_px
        self._face = cv2.FontFace("sans")
        self._pad = max(size_px // 8, 2)
        self.height = size_px + 2 * self._pad + size_px // 4
        self._digit = max(self._measure(d) for d in "0123456789")
        self._cells: dict[str, FloatArray] = {}

    def _measure(self, text: str) -> int:
        box = cv2.getTextSize((9999, 200), text, (0, 100), self._face, self._size, _WEIGHT)
        return int(box[2])

    def _advance(self, character: str) -> int:
        if character.isdigit():
            return self._digit + self._size // 20
        if character == " ":
            return max(self._size // 3, 2)
        return self._measure(character) + max(self._size // 20, 1)

    def draw(self, character: str) -> FloatArray:
        """Return the ink coverage [h, w] 0..1 of a character; digits are all equally wide."""
        cell = self._cells.get(character)
        if cell is None:
            advance = self._advance(character)
            ink = np.zeros((self.height, advance), dtype=np.uint8)
            if character != " ":
                wide = self._measure(character)
                left = (advance - wide) // 2
                canvas = np.zeros((self.height * 3, advance + 200, 3), dtype=np.uint8)
                origin = (100 + left, self.height + self._pad + self._size)
                cv2.putText(canvas, character, origin, (255, 255, 255), self._face, self._size, _WEIGHT)
                ink = canvas[self.height : 2 * self.height, 100 : 100 + advance, 0]
            cell = self._cells[character] = (ink / 255).astype(np.float32)
        return cell


class TextLine:
    def __init__(self, cells: CharacterCell, *, left_px: int, top_px: int) -> None:
        self._cells = cells
        self._left, self._top = left_px, top_px
        self._text = ""
        self._starts: list[int] = []
        self._ink = np.zeros((0, 0), dtype=np.float32)
        self._keep = np.zeros((0, 0), dtype=np.float32)
        self._add = np.zeros((0, 0), dtype=np.float32)

    def set_text(self, text: str) -> None:
        if text == self._text:
            return
        drawn = [self._cells.draw(c) for c in text]
        widths = [d.shape[1] for d in drawn]
        same_shape = len(text) == len(self._text) and widths == [
            b - a for a, b in zip(self._starts, self._starts[1:], strict=False)
        ]
        pad = 4
        if not same_shape:
            self._starts = [pad + sum(widths[:i]) for i in range(len(widths) + 1)]
            self._ink = np.zeros((self._cells.height, self._starts[-1] + pad), dtype=np.float32)
        first, last = self._ink.shape[1], 0
        for i, part in enumerate(drawn):
            if not same_shape or text[i] != self._text[i]:
                self._ink[:, self._starts[i] : self._starts[i] + widths[i]] = part
                first, last = min(first, self._starts[i]), max(last, self._starts[i] + widths[i])
        self._text = text
        if not same_shape:
            high, wide = self._ink.shape
            self._keep = np.ones((high, 3 * wide), dtype=np.float32)
            self._add = np.zeros((high, 3 * wide), dtype=np.float32)
            first, last = 0, self._ink.shape[1]
        self._blend_columns(max(first - pad, 0), min(last + pad, self._ink.shape[1]))

    def _blend_columns(self, first: int, last: int) -> None:
        reach = 6
        low, high = max(first - reach, 0), min(last + reach, self._ink.shape[1])
        ink = self._ink[:, low:high]
        wide = cv2.dilate(ink, np.ones((3, 3), dtype=np.uint8))
        edge = np.minimum(cv2.GaussianBlur(wide, (0, 0), 0.9) * _EDGE_STRENGTH, 0.92)
        cut = slice(first - low, last - low)
        coverage = ink[:, cut]
        shade = np.asarray(edge)[:, cut]
        values = slice(3 * first, 3 * last)
        self._keep[:, values] = np.repeat((1 - shade) * (1 - coverage), 3, axis=1)
        self._add[:, values] = np.repeat(255 * (_INK * coverage + 0.04 * shade * (1 - coverage)), 3, axis=1)

    def blend(self, picture: NDArray[np.uint8]) -> None:
        """Write the line into a picture [h, w, 3], in place. Raises ValueError when the picture is not contiguous."""
        high, wide = self._ink.shape
        lines = picture.reshape(picture.shape[0], -1, copy=False)
        target = lines[self._top : self._top + high, 3 * self._left : 3 * (self._left + wide)]
        _mix(target, self._keep, self._add)


@compiled
def _mix(lines: NDArray[np.uint8], keep: FloatArray, add: FloatArray) -> None:
    """Keep a share [h, w * 3] of lines of three values a pixel and add display levels [h, w * 3], in place.

    Lines that end at the picture's edge take what of the text has room.
    """
    for y in range(lines.shape[0]):
        line, kept, added = lines[y], keep[y], add[y]
        for i in range(len(line)):
            line[i] = np.uint8(np.int32(np.float32(line[i]) * kept[i] + added[i]))


class CameraText:
    """Both lines of one camera, whose clock may be `clock_offset_s` fast."""

    def __init__(
        self,
        *,
        camera_id: str,
        name: str,
        size_wh: tuple[int, int],
        start_time: datetime,
        fps: float,
        clock_offset_s: float = 0.0,
    ) -> None:
        height = size_wh[1]
        cells = CharacterCell(size_px=max(round(height * _HEIGHT_SHARE), 12))
        margin = round(height * _MARGIN_SHARE)
        self._title = TextLine(cells, left_px=margin, top_px=margin)
        self._title.set_text(f"{camera_id}  {name}")
        self._clock = TextLine(cells, left_px=margin, top_px=height - margin - cells.height)
        self._start = start_time + timedelta(seconds=clock_offset_s)
        self._fps = fps

    def write(self, picture: NDArray[np.uint8], frame: int) -> None:
        self._title.blend(picture)
        self._clock.set_text(format_clock(self._start, frame / self._fps))
        self._clock.blend(picture)


def format_clock(start_time: datetime, t_s: float) -> str:
    """Return the clock in the picture, cut to tenths: "2026-10-14 08:02:40.3"."""
    now = start_time + timedelta(milliseconds=round(t_s * 1000))
    return f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 100000}"
