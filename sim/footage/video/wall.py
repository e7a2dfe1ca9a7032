"""The wall, small pictures of all cameras side by side in one video; and sprite sheets, a small picture a second."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image

from sim.footage.recording.recording import Picture, ThumbLayout
from sim.footage.video.encode import ClipWriter, Planes, split_planes
from sim.footage.video.sizes import TILE_WH

MOST_TILES = 16
_LONGEST_SIDE = 4
_BLACK = (16, 128, 128)


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLayout:
    """Tiles of one mosaic, row by row; places left over stay black."""

    columns: int
    rows: int
    cameras: tuple[str, ...]


def choose_layouts(camera_ids: Sequence[str]) -> tuple[WallLayout, ...]:
    """Return one layout for every 16 cameras: fewest empty tiles, then most square, then wider than high."""
    layouts = []
    for start in range(0, len(camera_ids), MOST_TILES):
        part = tuple(camera_ids[start : start + MOST_TILES])
        shapes = [
            (columns, rows)
            for columns in range(1, _LONGEST_SIDE + 1)
            for rows in range(1, columns + 1)
            if columns * rows >= len(part)
        ]
        columns, rows = min(shapes, key=lambda shape: (shape[0] * shape[1], shape[0] - shape[1]))
        layouts.append(WallLayout(columns=columns, rows=rows, cameras=part))
    return tuple(layouts)


def write_tile(file: BinaryIO, planes: Planes) -> None:
    """Append a small picture as `compute_planes` lays it out: its length in four bytes, then one gray JPEG."""
    data = cv2.imencode(".jpg", planes, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    file.write(len(data).to_bytes(4) + data)


def encode_wall(
    path: Path,
    *,
    layout: WallLayout,
    tile_files: Sequence[Path],
    frame_count: int,
    fps: float,
    crf: float,
    preset: str,
    on_frame: Callable[[int], None],
) -> None:
    """Encode a mosaic from the tiles that were stored while the cameras were rendered.

    `tile_files` are in the order of `layout.cameras`, each `frame_count` pictures as `write_tile` writes them.
    """
    size_wh = (layout.columns * TILE_WH[0], layout.rows * TILE_WH[1])
    canvas = np.empty((size_wh[1] * 3 // 2, size_wh[0]), dtype=np.uint8)
    mosaic = split_planes(canvas, size_wh)
    for plane, value in zip(mosaic, _BLACK, strict=True):
        plane[:] = value
    with ExitStack() as stack:
        files = [stack.enter_context(tiles.open("rb")) for tiles in tile_files]
        clip = stack.enter_context(ClipWriter(path, size_wh=size_wh, fps=fps, crf=crf, preset=preset))
        for frame in range(frame_count):
            for place, file in enumerate(files):
                row, column = divmod(place, layout.columns)
                data = np.frombuffer(file.read(int.from_bytes(file.read(4))), dtype=np.uint8)
                tile = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
                for target, source in zip(mosaic, split_planes(tile, TILE_WH), strict=True):
                    height, width = source.shape
                    target[row * height : (row + 1) * height, column * width : (column + 1) * width] = source
            clip.write_planes(canvas)
            on_frame(frame)


WEBP_LIMIT_PX = 16383


class ThumbSheet:
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
        Image.fromarray(np.ascontiguousarray(self._sheet[:, :, ::-1])).save(path, "WEBP", quality=quality, method=4)


def choose_layout(*, frame_count: int, fps: float, tile_wh: tuple[int, int], every_s: float) -> ThumbLayout:
    """Return a layout 20 tiles wide, taking fewer thumbnails when a sheet would be higher than WebP allows."""
    columns = 20
    most = (WEBP_LIMIT_PX // tile_wh[1]) * columns
    spacing = every_s
    while -(-frame_count // max(1, round(spacing * fps))) > most:
        spacing *= 2
    return ThumbLayout(tile_wh=tile_wh, every_s=spacing, columns=columns)
