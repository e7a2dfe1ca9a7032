"""What the animated map is given, and that its modules join."""

import json
from datetime import datetime

from sim.services.debrief.map import MapMark, MapSpan, MapView, PathPoint
from sim.ui.path_map.component import make_data

PLAN = {
    "floors": [{"floor_id": "1", "name": "Main"}, {"floor_id": "2", "name": "Upper"}, {"floor_id": "3", "name": "Top"}],
    "zones": [{"zone_id": "hall", "name": "Hall", "floor": "1", "polygon": [[0, 0], [10, 0], [10, 4]]}],
    "walls": {"1": [[0, 0, 10, 0]]},
    "cameras": [{"camera_id": "CAM-07", "name": "Hall", "floor": "1", "x": 1, "y": 2, "cone": [[0, 0]]}],
}


def make_view() -> MapView:
    point = PathPoint(
        t_s=12.30000001, clock="", x_m=1.23456, y_m=2.0, floor="1", camera_id="CAM-07", zone="hall", seen=True
    )
    mark = MapMark(
        number=1,
        kind="wrong person",
        words="wrong person",
        count=2,
        t_s=14.0,
        clock="",
        camera_id="CAM-07",
        camera_name="Hall",
        x_m=3.0,
        y_m=1.0,
        floor="2",
    )
    span = MapSpan(camera_id="CAM-07", camera_name="Hall", from_s=12.3, to_s=20.0)
    return MapView(
        plan=PLAN,
        start=datetime(2026, 9, 14, 7, 55, 30),
        window_s=(0.0, 60.0),
        true_path=(point,),
        marks=(mark,),
        marks_listed=(mark,),
        student=(span,),
        watched=(span,),
    )


def test_the_map_is_given_floors_that_are_touched_times_of_day_and_no_cones() -> None:
    data = make_data(make_view())
    assert [floor["name"] for floor in data["floors"]] == ["Main", "Upper"]
    assert data["day_s"] == 7 * 3600 + 55 * 60 + 30
    assert data["path"] == [[12.3, 1.235, 2.0, "1", True]]
    assert data["marks"][0]["words"] == "wrong person"
    assert data["student"] == [{"id": "CAM-07", "name": "CAM-07 Hall", "from_s": 12.3, "to_s": 20.0}]
    assert data["cameras"] == [{"id": "CAM-07", "floor": "1", "x": 1, "y": 2}]
    assert json.loads(json.dumps(data)) == data
