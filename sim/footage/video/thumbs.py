"""Sprite sheets: one small picture a second of a camera, for hovering over the timeline."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from sim.footage.recording.recording import ThumbLayout
from sim.footage.source import Picture

WEBP_LIMIT_PX = 16383


class ThumbSheet:
    """Collects the thumbnails of one camera, row by row as `layout` says."""

    def __init__(self, *, layout: ThumbLayout, fps: float, frame_count: int) -> None:
        self._layout = layout
        self._every = max(1, round(layout.every_s * fps))
        width, height = layout.tile_wh
        count = -(-frame_count // self._every)
        rows = -(-count // layout.columns)
        self._sheet = np.zeros((rows * height, layout.columns * width, 3), dtype=np.uint8)

    def add(self, frame: int, bgr: Picture) -> None:
        """Take a frame's picture of any size; frames between two thumbnails are passed over."""
        if frame % self._every:
            return
        width, height = self._layout.tile_wh
        row, column = divmod(frame // self._every, self._layout.columns)
        small = cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA)
        self._sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = small

    def save(self, path: Path, *, quality: int) -> None:
        """Write the sheet as WebP."""
        Image.fromarray(np.ascontiguousarray(self._sheet[:, :, ::-1])).save(path, "WEBP", quality=quality, method=4)


def choose_layout(*, frame_count: int, fps: float, tile_wh: tuple[int, int], every_s: float) -> ThumbLayout:
    """Return a layout 20 tiles wide, taking fewer thumbnails when a sheet would be higher than WebP allows."""
    columns = 20
    most = (WEBP_LIMIT_PX // tile_wh[1]) * columns
    spacing = every_s
    while -(-frame_count // max(1, round(spacing * fps))) > most:
        spacing *= 2
    return ThumbLayout(tile_wh=tile_wh, every_s=spacing, columns=columns)
