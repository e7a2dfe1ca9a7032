"""A car drawn into the picture: whom it hides, what it darkens, and that it is nobody."""

from pathlib import Path

import numpy as np
import pytest

from sim.crowd.people.people import Kind, VehicleTrack
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.paint.light import OUTDOORS
from sim.footage.paint.meshes import Drawable
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.things import Thing, Things, load_vehicle
from sim.footage.people.motion import Stance
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand

RED = (0.4, 0.02, 0.02)


def make_van(x_m: float, y_m: float, *, heading_rad: float = np.pi / 2) -> Stance:
    track = VehicleTrack(
        vehicle_id="vehicle-1",
        kind=Kind.VAN,
        rgb=RED,
        first_frame=0,
        xyz_m=np.array([[x_m, y_m, 0.0]]),
        heading_rad=np.array([heading_rad]),
        is_open=np.array([False]),
        floor="1",
    )
    (stance,) = Things((), (track,)).get(0)
    return stance


@pytest.fixture
def painter() -> ScenePainter:
    view = make_hall_view()
    figures: dict[tuple[str, int], Drawable] = {(p.person_id, 0): make_figure(p) for p in make_hall_people(2)}
    figures["vehicle-1", 0] = Thing(load_vehicle(Kind.VAN, rgb=RED, is_open=False))
    return ScenePainter(view, make_hall_plate(view), figures, lighting=OUTDOORS)


def test_a_car_hides_who_is_behind_it_and_is_hidden_by_who_is_before_it(painter: ScenePainter) -> None:
    behind, before = make_hall_people(2)
    stances = [stand(behind, 12.0, 0.0), stand(before, 6.0, 1.0)]
    _, alone = painter.paint(stances)
    _, seen = painter.paint(stances, [make_van(9.0, 0.0)])
    shares = {sighting.person_id: sighting.visible for sighting in seen}
    assert {sighting.person_id for sighting in alone} == {behind.person_id, before.person_id}
    assert shares[before.person_id] == pytest.approx(1.0)
    assert shares.get(behind.person_id, 0.0) < 0.5
    assert set(shares) <= {behind.person_id, before.person_id}, "a car is nobody"
    measured = painter.measure(stances, [make_van(9.0, 0.0)])
    assert [m.box_xyxy for m in measured] == [s.box_xyxy for s in seen]


def test_a_car_is_red_where_it_is_and_dark_where_its_shadow_is(painter: ScenePainter) -> None:
    empty, _ = painter.paint([])
    picture, _ = painter.paint([], [make_van(9.0, 0.0)])
    change = picture.astype(int) - empty
    red = (change[..., 2] > change[..., 0] + 25) & (change[..., 2] > change[..., 1] + 25)
    _, columns = np.nonzero(red)
    assert red.sum() > 1500
    assert columns.min() > 90 and columns.max() < 550
    shadow = (change < -12).all(axis=2) & ~red
    assert shadow.sum() > 600
    gone, _ = painter.paint([])
    assert (gone == empty).all(), "nothing stays behind"


def test_a_file_that_is_missing_or_newer_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"gone\.npz cannot be read"):
        load_vehicle(Kind.VAN, rgb=RED, is_open=False, file=tmp_path / "gone.npz")
    np.savez(tmp_path / "new.npz", schema_version=np.asarray(99))
    with pytest.raises(NewerSchemaError, match="schema_version 99"):
        load_vehicle(Kind.VAN, rgb=RED, is_open=False, file=tmp_path / "new.npz")
    np.savez(tmp_path / "less.npz", schema_version=np.asarray(1))
    with pytest.raises(RecordingError, match="no vehicle 'van'"):
        load_vehicle(Kind.VAN, rgb=RED, is_open=False, file=tmp_path / "less.npz")
