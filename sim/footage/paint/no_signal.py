"""What a recorder stores while a camera sends nothing: its own plain picture, without the camera's clock."""

import cv2
import numpy as np

from sim.footage.paint.overlay import CharacterCell, TextLine
from sim.footage.source import Picture

WORDS = "NO SIGNAL"
_GROUND_BGR = (26, 22, 20)
_SIZE_SHARE = 0.055
_NAME_SHARE = 0.031
_MARGIN_SHARE = 0.020


def draw_no_signal(*, camera_id: str, name: str, size_wh: tuple[int, int]) -> Picture:
    """Return the picture [h, w, 3] uint8, blue-green-red: dark, the words in its middle, number and name as usual."""
    width, height = size_wh
    picture = np.full((height, width, 3), _GROUND_BGR, dtype=np.uint8)
    cells = CharacterCell(size_px=max(round(height * _SIZE_SHARE), 14))
    wide = sum(cells.draw(character).shape[1] for character in WORDS)
    line = TextLine(cells, left_px=(width - wide) // 2, top_px=(height - cells.height) // 2)
    line.set_text(WORDS)
    line.blend(picture)
    dimmed = np.asarray(cv2.addWeighted(picture, 0.72, picture, 0, 6), dtype=np.uint8)
    small = CharacterCell(size_px=max(round(height * _NAME_SHARE), 12))
    margin = round(height * _MARGIN_SHARE)
    title = TextLine(small, left_px=margin, top_px=margin)
    title.set_text(f"{camera_id}  {name}")
    title.blend(dimmed)
    return dimmed
