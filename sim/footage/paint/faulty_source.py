"""A camera with faults: which picture the recorder stores for each frame."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from sim.crowd.scenario.faults import AnyFault
from sim.footage.paint.fault_plan import NOTHING, CameraFaults
from sim.footage.paint.overlay import CharacterCell, TextLine
from sim.footage.source import FrameSource, Picture, Sighting

WORDS = "NO SIGNAL"
_GROUND_BGR = (26, 22, 20)
_SIZE_SHARE = 0.055
_NAME_SHARE = 0.031
_MARGIN_SHARE = 0.020


class FaultySource:
    """Paints what a faulty camera shows: nothing, an older picture again, or the view as the faults of the moment are.

    A picture that is shown again is the same picture, noise and clock included, and so are the people seen in it.
    """

    def __init__(
        self,
        faults: CameraFaults,
        *,
        make_source: Callable[[tuple[AnyFault, ...]], FrameSource],
        size_wh: tuple[int, int],
    ) -> None:
        """Make the source; `make_source` is asked for a painter each time the faults that change the view change."""
        self._faults = faults
        self._make_source = make_source
        self._size_wh = size_wh
        self._shown = faults.compute_shown_frames()
        self._nothing: Picture | None = None
        self._last: tuple[int, Picture, Sequence[Sighting]] | None = None
        self._source: tuple[tuple[AnyFault, ...], FrameSource] | None = None

    def paint(self, frame: int) -> tuple[Picture, Sequence[Sighting]]:
        """Return the picture [h, w, 3] uint8, blue-green-red, and everybody visible in it."""
        shown = int(self._shown[frame])
        if shown == NOTHING:
            return self._get_no_signal().copy(), ()
        if self._last is None or self._last[0] != shown:
            picture, sightings = self._get_source(shown).paint(shown)
            self._last = (shown, picture, sightings)
        return np.array(self._last[1], copy=True), self._last[2]

    def _get_source(self, frame: int) -> FrameSource:
        wanted = self._faults.find_visible(frame)
        if self._source is None or self._source[0] != wanted:
            self._source = (wanted, self._make_source(wanted))
        return self._source[1]

    def _get_no_signal(self) -> Picture:
        if self._nothing is None:
            self._nothing = draw_no_signal(
                camera_id=self._faults.camera.camera_id, name=self._faults.shown_name, size_wh=self._size_wh
            )
        return self._nothing


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
