import re
import threading
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import altair as alt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.errors import StoreError
from sim.features.debrief.map import MapMark
from sim.features.debrief.page_plan_svg import UNITS_PER_M, find_floors, write_plan
from sim.features.team.page_person import draw_own_accuracy, draw_own_times
from sim.features.team.team_view import PersonDrill
from sim.scoring.plan_points import TracePoint
from sim.ui.parts.actions import load_ahead
from sim.ui.parts.blocks import escape_markdown

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


def make_point(x_m: float, *, seen: bool = True, floor: str = "1") -> TracePoint:
    return TracePoint(t_s=x_m, x_m=x_m, y_m=2, floor=floor, zone="hall", camera_id="CAM-07", person_id="", seen=seen)


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


def test_marks_at_one_place_stand_side_by_side():
    drawn = draw(marks=[replace(make_mark(number), x_m=2.0) for number in (1, 2, 3, 4)])
    numbers = [text for text in drawn.iter(f"{SVG}text") if text.get("font-weight") == "700"]
    assert all(after - before >= 40 for before, after in pairwise(sorted(float(text.get("x")) for text in numbers)))


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


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "load-ahead":
            thread.join(60.0)


def test_work_is_done_beside_the_page_one_at_a_time_and_what_fails_keeps_nothing_from_being_tried_again() -> None:
    held, done = threading.Event(), list[str]()

    def work() -> None:
        held.wait(60.0)
        done.append("first")
        raise StoreError("the database is away")

    load_ahead(work)
    load_ahead(lambda: done.append("second"))
    assert done == []
    held.set()
    wait()
    assert done == ["first"]
    load_ahead(lambda: done.append("third"))
    wait()
    assert done == ["first", "third"]


def make_drill(number: int, phase: str, *, is_time_out: bool = False) -> PersonDrill:
    return PersonDrill(
        number=number,
        phase=phase,
        day="Nov 30, 2026",
        form="a",
        time_s=480.0 if is_time_out else 200.0,
        time="",
        is_time_out=is_time_out,
        accuracy=None if is_time_out else 50.0,
        text="passed",
    )


def test_a_time_out_has_its_own_mark_and_every_phase_its_shape() -> None:
    drills = [make_drill(1, "Before", is_time_out=True), make_drill(2, "Before"), make_drill(3, "After")]
    for chart, kinds in (
        (draw_own_times(drills), ["Ran out of time", "Before", "After"]),
        (draw_own_accuracy(drills), ["Before", "After"]),
    ):
        assert [row["kind"] for row in chart["data"]["values"]] == kinds
        shape = chart["layer"][1]["encoding"]["shape"]["scale"]
        assert sorted(shape["domain"]) == sorted(kinds)
        assert len(set(shape["range"])) == len(kinds)
        assert alt.LayerChart.from_dict(chart).to_dict()["layer"]


TURNED_LATER = (
    re.compile(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", re.IGNORECASE),
    re.compile(r"([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)"),
    re.compile(r":(?!\d\d?:)[-+\w/]+:"),
    re.compile(r"(?:^|\s)(<->|->|<-|--|>=|<=|~=)(?:\s|$)"),
)
"""What Streamlit 1.67 makes links, pictures and arrows of once the backslashes are gone (its StreamlitMarkdown)."""
PARTS = ("www", ".", "http", "https", ":", "//", "@", "a", "b1", " ", "-", "->", "<", ">", "=", "~", "material", "\\")


def read(escaped: str) -> str:
    return re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL)


@pytest.mark.parametrize("typed", ["Ana Lopez", "8:12:40 AM", "Expected: a name. What to do: type it.", "Room B @ 2"])
def test_nothing_is_put_into_a_text_that_nothing_turns(typed: str) -> None:
    assert read(escape_markdown(typed)) == typed


@example("WWW.example.com")
@example("See HTTPS://example.com/x?y=1")
@example("Kim (kim.lee@example.com)")
@example(":material/home: :smile: :+1:")
@example("Gym -> hall <-> lot")
@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
def test_addresses_and_signs_are_drawn_as_they_were_typed(typed: str) -> None:
    drawn = read(escape_markdown(typed))
    assert not any(each.search(drawn) for each in TURNED_LATER)
    assert drawn.replace("\u2060", "") == typed
