from xml.etree import ElementTree

from sim.features.debrief.map import MapMark, PathPoint
from sim.features.debrief.page_plan_svg import UNITS_PER_M, find_floors, write_plan

SVG = "{http://www.w3.org/2000/svg}"
PLAN = {
    "floors": [{"floor_id": "1", "name": "Ground floor"}, {"floor_id": "2", "name": "Upper <floor>"}],
    "zones": [
        {"zone_id": "hall", "name": "Hall <b>&", "floor": "1", "polygon": [[0, 0], [10, 0], [10, 4], [0, 4]]},
        {"zone_id": "attic", "name": "Attic", "floor": "2", "polygon": [[0, 0], [90, 0], [90, 90]]},
    ],
    "walls": {"1": [[0, 0, 10, 0]]},
    "cameras": [{"camera_id": "CAM-07", "name": "Hall", "floor": "1", "x": 1, "y": 1, "yaw_deg": 0, "cone": []}],
}


def make_point(x_m: float, *, seen: bool = True, floor: str = "1") -> PathPoint:
    return PathPoint(
        t_s=x_m, clock="8:00:00 AM", x_m=x_m, y_m=2, floor=floor, camera_id="CAM-07", zone="hall", seen=seen
    )


def make_mark(number, *, floor="1", kind="right", words="right"):
    return MapMark(
        number=number,
        kind=kind,
        words=words,
        count=1,
        t_s=float(number),
        clock="8:00:00 AM",
        camera_id="CAM-07",
        camera_name="Hall",
        x_m=float(number),
        y_m=2.0,
        floor=floor,
    )


def draw(true_path=(), marks=(), floor="1"):
    return ElementTree.fromstring(write_plan(PLAN, floor=floor, true_path=true_path, marks=marks, title='Plan "1"'))


def test_names_are_escaped_and_other_floors_left_out():
    texts = [element.text for element in draw().iter(f"{SVG}text")]
    assert "Hall <b>&" in texts
    assert "Attic" not in texts


def test_unseen_stretches_are_dashed():
    lines = list(draw(true_path=[make_point(1), make_point(2), make_point(3, seen=False)]).iter(f"{SVG}line"))[1:]
    assert [line.get("stroke-dasharray") is not None for line in lines] == [False, True]
    assert float(lines[0].get("x2")) - float(lines[0].get("x1")) == UNITS_PER_M


def read_numbers(drawn):
    return [text.text for text in drawn.iter(f"{SVG}text") if text.get("font-weight") == "700"]


def read_changes(drawn):
    return [text.text for text in drawn.iter(f"{SVG}text") if text.get("font-weight") == "600"]


def test_marks_keep_their_number_among_all_floors_and_only_neighbors_in_time_are_joined():
    marks = [make_mark(1), make_mark(2, floor="2"), make_mark(3), make_mark(4)]
    ground, upper = draw(marks=marks), draw(marks=marks, floor="2")
    assert read_numbers(ground) == ["1", "3", "4"]
    assert read_numbers(upper) == ["2"]
    assert len(list(ground.iter(f"{SVG}line"))) == 1 + 1
    assert len(list(upper.iter(f"{SVG}line"))) == 0


def test_where_the_path_changes_floors_both_plans_say_so():
    path = [make_point(1), make_point(2), make_point(3, floor="2"), make_point(4, floor="2"), make_point(5)]
    ground, upper = draw(true_path=path), draw(true_path=path, floor="2")
    assert read_changes(ground) == ["to Upper <floor>", "from Upper <floor>"]
    assert read_changes(upper) == ["from Ground floor", "to Ground floor"]
    assert len(list(ground.iter(f"{SVG}line"))) == 1 + 1
    assert len(list(upper.iter(f"{SVG}line"))) == 1


def test_floors_are_drawn_to_one_scale_and_only_those_that_a_path_touches():
    assert draw(floor="1").get("viewBox") == draw(floor="2").get("viewBox")
    assert find_floors(PLAN, [make_point(1, floor="2")], [make_point(2)]) == (
        ("1", "Ground floor"),
        ("2", "Upper <floor>"),
    )
    assert find_floors(PLAN, [make_point(1)], []) == (("1", "Ground floor"),)
    assert find_floors(PLAN, [], []) == ()
