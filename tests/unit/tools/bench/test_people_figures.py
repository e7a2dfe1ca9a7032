"""People painted now: the frame looked at is the one asked for, as the encoder leaves it."""

from collections.abc import Sequence

import numpy as np
import pytest

from sim.footage.build.camera_jobs.camera_job import Encoding
from sim.footage.recording.recording import GROUP_FRAMES
from sim.footage.source import Sighting
from tools.bench.people_figures import encode_last, is_inside, is_plain

SIZE_WH = (320, 180)


class _Source:
    """Paints each frame in a grey of its own, with somebody in it who is named after the frame."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def paint(self, frame: int) -> tuple[np.ndarray, Sequence[Sighting]]:
        self.asked.append(frame)
        picture = np.full((SIZE_WH[1], SIZE_WH[0], 3), 20 + 8 * (frame % 20), dtype=np.uint8)
        nothing = np.zeros((0, 3))
        seen = Sighting(
            person_id=f"P-{frame}",
            box_xyxy=(10.0, 10.0, 60.0, 120.0),
            visible=1.0,
            runs=nothing.astype(np.int16),
            shared=nothing.astype(np.int32),
        )
        return picture, (seen,)


@pytest.mark.parametrize("frame", [120, 125, 139])
def test_the_last_of_a_group_is_the_frame_asked_for(frame: int) -> None:
    source = _Source()
    bgr, sightings = encode_last(source, frame, size_wh=SIZE_WH, fps=10.0, encoding=Encoding())
    assert source.asked == list(range(frame - frame % GROUP_FRAMES, frame + 1))
    assert [s.person_id for s in sightings] == [f"P-{frame}"]
    assert bgr.shape == (180, 320, 3)
    assert float(bgr.mean()) == pytest.approx(20 + 8 * (frame % 20), abs=4)


@pytest.mark.parametrize(
    ("box", "share", "plain"),
    [((100, 80, 130, 170), 1.0, True), ((100, 80, 130, 170), 0.8, False), ((100, 80, 130, 126), 1.0, False)],
)
def test_plain_are_upright_people_in_full_view(box: tuple[int, ...], share: float, plain: bool) -> None:
    """Neither covered by a fifth nor as wide as somebody who sits."""
    assert is_plain(np.array(box, dtype=float), share) is plain


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        ((100, 80, 130, 170), True),
        ((100, 0, 130, 90), False),
        ((100, 100, 130, 180), False),
        ((0, 60, 30, 150), False),
        ((290, 60, 320, 150), False),
    ],
)
def test_who_is_cut_off_by_an_edge_is_told(box: tuple[int, ...], inside: bool) -> None:
    assert is_inside(np.array(box, dtype=float), size_wh=(320, 180)) is inside
