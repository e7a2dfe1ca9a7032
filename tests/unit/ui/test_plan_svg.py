from xml.etree import ElementTree

from sim.services.views import PathPoint
from sim.ui.plan_svg import UNITS_PER_M, write_plan

SVG = "{http://www.w3.org/2000/svg}"
PLAN = {
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


def draw(true_path=(), claimed_path=()):
    return ElementTree.fromstring(
        write_plan(PLAN, floor="1", true_path=true_path, claimed_path=claimed_path, title='Plan "1"')
    )


def test_names_are_escaped_and_other_floors_left_out():
    texts = [element.text for element in draw().iter(f"{SVG}text")]
    assert "Hall <b>&" in texts
    assert "Attic" not in texts


def test_unseen_stretches_are_dashed():
    lines = list(draw(true_path=[make_point(1), make_point(2), make_point(3, seen=False)]).iter(f"{SVG}line"))[1:]
    assert [line.get("stroke-dasharray") is not None for line in lines] == [False, True]
    assert float(lines[0].get("x2")) - float(lines[0].get("x1")) == UNITS_PER_M


def test_claims_are_numbered_in_order_and_points_of_other_floors_left_out():
    drawn = draw(claimed_path=[make_point(1), make_point(2, floor="2"), make_point(3)])
    numbers = [text.text for text in drawn.iter(f"{SVG}text") if text.get("font-weight") == "700"]
    assert numbers == ["1", "2"]


def test_the_picture_has_a_name_for_screen_readers():
    assert draw().get("aria-label") == 'Plan "1"'
    assert draw().get("role") == "img"
