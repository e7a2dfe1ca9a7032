"""Hand-made scenes whose answer geometry gives: how tall somebody looks, and who and what hides whom."""

from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.people.people import Garment, Pose, Prop
from sim.footage.paint.light import make_daylight
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.things import Thing, Things, make_prop_mesh
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance
from sim.site.model import SunSpec
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand

TALL_M = 1.70


class _Pole:
    """A figure made exactly as tall as asked for, its lowest point on the ground."""

    def __init__(self, figure: Figure, tall_m: float) -> None:
        self.dressed, self.albedo_bgr = figure.dressed, figure.albedo_bgr
        self._figure, self._tall_m = figure, tall_m

    def place(self, stance: Stance) -> tuple[np.ndarray, np.ndarray]:
        vertices, normals = self._figure.place(stance)
        low, high = vertices[:, 2].min(), vertices[:, 2].max()
        stretched = vertices.copy()
        stretched[:, 2] = (vertices[:, 2] - low) / (high - low) * self._tall_m + stance.xyz_m[2]
        return stretched, normals

    def make_coarse(self) -> "_Pole":
        return _Pole(self._figure.make_coarse(), self._tall_m)


@pytest.mark.parametrize("k1", [0.0, -0.18])
@pytest.mark.parametrize("away_m", [5.0, 10.0, 20.0])
def test_somebody_of_170_cm_has_the_height_that_geometry_demands(away_m: float, k1: float) -> None:
    view = replace(make_hall_view(), size_wh=(1280, 720), k1=k1)
    person = make_hall_people()[0]
    pole = _Pole(make_figure(person), TALL_M)
    stance = stand(person, away_m, 1.0, pose=Pose.STAND)
    painter = ScenePainter(view, make_hall_plate(replace(view, k1=0.0)), {(person.person_id, 0): pole})
    _, sightings = painter.paint([stance])
    vertices, _ = pole.place(stance)
    pixels, _ = view.compute_pixels(vertices.astype(np.float64))
    demanded = float(np.ptp(pixels[:, 1]))
    ends, _ = view.compute_pixels(np.array([[away_m, 1.0, 0.0], [away_m, 1.0, TALL_M]]))
    _, top, _, bottom = sightings[0].box_xyxy
    assert bottom - top == pytest.approx(demanded, abs=1.0)
    assert bottom - top == pytest.approx(ends[0, 1] - ends[1, 1], abs=0.12 * demanded)


def test_a_bag_left_on_the_floor_is_drawn_while_it_is_there_and_hides_feet() -> None:
    view = make_hall_view()
    person = make_hall_people()[0]
    bag = Garment(kind="backpack", colour="red", rgb=(0.6, 0.05, 0.05))
    prop = Prop(
        prop_id="bag", garment=bag, first_frame=5, last_frame=9, xyz_m=(4.85, 0.0, 0.0), heading_rad=0.0, floor="1"
    )
    things = Things([prop])
    figures = {(person.person_id, 0): make_figure(person), ("bag", 0): Thing(make_prop_mesh(bag))}
    painter = ScenePainter(view, make_hall_plate(view), figures)
    behind = [stand(person, 5.2, 0.0, pose=Pose.STAND)]
    before, free = painter.paint(behind, things.get(4))
    during, hidden = painter.paint(behind, things.get(5))
    after, _ = painter.paint(behind, things.get(10))
    assert [s.person_id for s in hidden] == [person.person_id]
    assert hidden[0].visible < free[0].visible == 1.0
    red = [(p[..., 2].astype(int) - p[..., 1] > 40).sum() for p in (before, during)]
    assert red[1] - red[0] > 200
    assert (before == after).all()


def test_a_camera_may_have_a_sun_of_its_own_or_none() -> None:
    view = make_hall_view()
    person = make_hall_people()[0]
    figures = {(person.person_id, 0): make_figure(person)}
    plate = make_hall_plate(view)
    azimuth_deg = float(np.rad2deg(np.arctan2(1.1, -0.8)))

    def paint(sun: SunSpec) -> tuple[float, float]:
        lighting = make_daylight(sun)
        picture, _ = ScenePainter(view, plate, figures, lighting=lighting).paint([stand(person, 7.0, 0.0)])
        beside, _ = view.compute_pixels(np.array([[6.2, 1.1, 0.0], [7.8, -1.1, 0.0]]))
        one, other = (picture[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].mean() for x, y in beside)
        return float(one), float(other)

    towards_us = paint(SunSpec(strength=1.0, azimuth_deg=azimuth_deg, elevation_deg=30))
    assert towards_us[1] < 0.75 * towards_us[0]
    behind = paint(SunSpec(strength=1.0, azimuth_deg=azimuth_deg + 180, elevation_deg=30))
    assert behind[0] < 0.75 * behind[1]
    hazy = paint(SunSpec(strength=0.4, azimuth_deg=azimuth_deg, elevation_deg=30))
    assert towards_us[1] + 5 < hazy[1] < hazy[0] - 5
    overcast = paint(SunSpec(strength=0.0))
    assert overcast[0] == pytest.approx(overcast[1], abs=2)
