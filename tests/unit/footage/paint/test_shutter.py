"""Motion blur against an average of many sharp pictures taken while the shutter is open."""

from dataclasses import dataclass, replace

import numpy as np

from sim.crowd.people.track import Pose
from sim.footage.paint.picture import ScenePainter
from sim.footage.people.motion import Stance
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand

SHARE = 0.5
STEP_M = 0.30
AWAY_M = 4.0


@dataclass
class _Slide:
    """A walk that goes sideways in one pose."""

    standing: Stance

    def get(self, row: int) -> Stance:
        x, y, z = self.standing.xyz_m
        return replace(self.standing, xyz_m=(x, y + STEP_M * (row - 1), z), row=row, walk=self)  # type: ignore[arg-type]

    def find_feet(self, row: int, find_soles: object) -> np.ndarray:
        return np.zeros((2, 3))


def _paint(stance: Stance, *, share: float) -> tuple[np.ndarray, object]:
    view, person = make_hall_view(), make_hall_people()[0]
    figures = {(person.person_id, 0): make_figure(person)}
    painter = ScenePainter(view, make_hall_plate(view), figures, coarse_px=0, shutter_share=share)
    picture, sightings = painter.paint([stance])
    return picture.astype(float), sightings


def _make_walk() -> _Slide:
    return _Slide(stand(make_hall_people()[0], AWAY_M, 0.0, pose=Pose.STAND))


def test_somebody_who_moves_is_the_mean_of_many_sharp_pictures() -> None:
    walk = _make_walk()
    now = walk.get(1)
    blurred, _ = _paint(now, share=SHARE)
    sharp, _ = _paint(now, share=0.0)
    x, y, z = now.xyz_m
    steps = [(k + 0.5) / 16 - 0.5 for k in range(16)]
    moved = [_paint(replace(now, xyz_m=(x, y + SHARE * STEP_M * s, z), walk=None), share=0.0)[0] for s in steps]
    wanted = np.mean(moved, axis=0)
    person = np.abs(sharp - wanted).max(axis=2) > 8
    assert person.sum() > 200
    off_now, off_sharp = np.abs(blurred - wanted)[person].mean(), np.abs(sharp - wanted)[person].mean()
    assert off_now < 0.4 * off_sharp


def test_who_is_seen_where_does_not_change() -> None:
    now = _make_walk().get(1)
    (_, blurred), (_, sharp) = _paint(now, share=SHARE), _paint(now, share=0.0)
    assert blurred == sharp


def test_who_stands_still_and_who_has_just_come_stay_sharp() -> None:
    walk = _make_walk()
    sharp, _ = _paint(walk.get(1), share=0.0)
    assert (_paint(replace(walk.get(1), row=0), share=SHARE)[0] == sharp).all()
    assert (_paint(replace(walk.get(1), walk=None), share=SHARE)[0] == sharp).all()
    assert (_paint(walk.get(1), share=0.001)[0] == sharp).all()


def test_a_picture_does_not_depend_on_what_was_painted_before() -> None:
    """After a long step sideways, pixels far beside the person are averaged: this picture's, not an earlier one's."""
    view, person = make_hall_view(), make_hall_people()[0]
    figures = {(person.person_id, 0): make_figure(person)}
    walk = _make_walk()
    painter = ScenePainter(view, make_hall_plate(view), figures, coarse_px=0, shutter_share=1.0)
    fresh = painter.paint([walk.get(3)])[0].copy()
    for row in (1, 2, 5, 4):
        painter.paint([walk.get(row)])
    assert (painter.paint([walk.get(3)])[0] == fresh).all()
