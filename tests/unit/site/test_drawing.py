import networkx as nx
import numpy as np
import pytest

from sim.errors import SiteError
from sim.features.library.sites import SITES
from sim.features.own_school.ready import describe_site, draw_plan
from sim.site.checks import list_drawn_problems, list_problems, make_site
from sim.site.drawing import Change, Drawing, History, apply_changes, make_empty_drawing
from sim.site.model import Site, load_site

HALL = {"floor": "1", "name": "Hall", "kind": "hall", "polygon": [(0, 0), (20, 0), (20, 4), (0, 4)]}
DOOR = {"floor": "1", "name": "Exit", "kind": "exterior", "at": (0.2, 2.1), "width_m": 1.8}
CAMERA = {"floor": "1", "name": "Hall", "at": (1.0, 2.0), "yaw_deg": 0.0}


def put(kind: str, name: str, now: dict[str, object] | None) -> Change:
    return Change.model_validate({"kind": kind, "name": name, "now": now})


def draw(*changes: Change) -> Drawing:
    return apply_changes(make_empty_drawing("Oak"), changes)


OFF_M = 0.1


@pytest.fixture(scope="module")
def birch() -> Site:
    return load_site(SITES / "birch-elementary")


@pytest.fixture(scope="module")
def shaken(birch: Site) -> Drawing:
    dice = np.random.default_rng(7)

    def shake(point: tuple[float, float]) -> tuple[float, float]:
        x, y = np.asarray(point) + dice.uniform(-OFF_M, OFF_M, 2)
        return float(x), float(y)

    changes = []
    for change in describe_site(birch, size_wh=draw_plan(birch).size):
        now = dict(change.now or {})
        if change.kind == "spaces":
            now["polygon"] = [shake(point) for point in now["polygon"]]
        if change.kind == "doors":
            now["at"] = shake(now["at"])
        if change.kind != "things":
            changes.append(change.model_copy(update={"now": now}))
    return apply_changes(make_empty_drawing("Birch"), changes)


def test_steps_go_back_and_forth_and_leave_the_drawing_as_it_was() -> None:
    history = History(drawing=make_empty_drawing("Oak"))
    first = history.drawing
    history.do([put("spaces", "hall", HALL)])
    second = history.drawing
    history.do([put("spaces", "hall", {**HALL, "name": "Long hall"}), put("doors", "exit", DOOR)])
    third = history.drawing
    assert history.undo()[-1].now is not None
    assert history.drawing == second
    history.undo()
    assert (history.drawing, history.undo()) == (first, ())
    history.redo()
    history.redo()
    assert (history.drawing, history.redo()) == (third, ())
    history.undo()
    history.do([put("spaces", "hall", None)])
    assert history.redo() == ()
    assert history.drawing["spaces"] == {}


@pytest.mark.parametrize(
    ("kind", "name", "now"),
    [
        ("spaces", "hall", {**HALL, "polygon": [(0, 0), (1, 1)]}),
        ("spaces", "hall", {**HALL, "polygon": [(0, 0), (float("nan"), 1), (2, 2)]}),
        ("spaces", "hall", {**HALL, "floor": "9"}),
        ("doors", "exit", {**DOOR, "width_m": 400}),
        ("cameras", "CAM-01", {**CAMERA, "points": [{"at": (0, 0), "u": 1.5, "v": 0}]}),
        ("spaces", "hall", {**HALL, "extra": 1}),
    ],
)
def test_a_part_that_is_none_is_refused_and_nothing_changes(kind: str, name: str, now: dict[str, object]) -> None:
    history = History(drawing=make_empty_drawing("Oak"))
    with pytest.raises(SiteError):
        history.do([put(kind, name, now)])
    assert (history.drawing, history.place) == (make_empty_drawing("Oak"), 0)
    for bad in ("../x", "", "a b", "x" * 60):
        with pytest.raises(ValueError, match="name"):
            put(kind, bad, now)


def test_problems_are_said_with_their_place() -> None:
    assert [p.text for p in list_drawn_problems(draw(), site_id="own-x")] == [
        "Draw the rooms and halls that people walk in.",
        "Put at least one camera on the plan.",
    ]
    bow = {**HALL, "polygon": [(0, 0), (4, 4), (4, 0), (0, 4)]}
    (problem,) = list_drawn_problems(
        draw(put("spaces", "hall", bow), put("cameras", "CAM-01", CAMERA)), site_id="own-x"
    )
    assert "Hall crosses itself" in problem.text
    far = {**DOOR, "at": (60.0, 60.0)}
    drawn = draw(put("spaces", "hall", HALL), put("doors", "exit", far), put("cameras", "CAM-01", CAMERA))
    (problem,) = list_drawn_problems(drawn, site_id="own-x")
    assert (problem.at, "no wall near" in problem.text) == ((60.0, 60.0), True)
    unscaled = {"name": "Main floor", "picture": {"size_wh": (800, 600), "m_per_px": 0.1}}
    drawn = draw(put("floors", "1", unscaled), put("spaces", "hall", HALL), put("cameras", "CAM-01", CAMERA))
    assert "Set the scale of Main floor" in list_drawn_problems(drawn, site_id="own-x")[0].text


def test_odd_plans_are_said_in_words_each_with_its_place() -> None:
    apart = {**HALL, "name": "Annex", "polygon": [(x + 60, y) for x, y in HALL["polygon"]]}
    whole = [put("spaces", "hall", HALL), put("doors", "exit", DOOR), put("cameras", "CAM-01", CAMERA)]
    (problem,) = list_drawn_problems(draw(*whole, put("spaces", "annex", apart)), site_id="own-x")
    assert "No way leads to Annex" in problem.text
    assert problem.at[0] > 50
    x, y = HALL["polygon"][0]
    in_wall = {**CAMERA, "at": (x + 1.0, y + 0.02)}
    found = list_drawn_problems(draw(*whole[:2], put("cameras", "CAM-01", in_wall)), site_id="own-x")
    assert "is in a wall" in found[0].text
    assert "yaml" not in found[0].text
    twins = list_drawn_problems(draw(*whole, put("cameras", "CAM-02", CAMERA)), site_id="own-x")
    assert "CAM-01 and CAM-02 are both called" in twins[0].text


def test_a_school_drawn_15_cm_off_has_nothing_wrong_and_all_its_ways(shaken: Drawing, birch: Site) -> None:
    assert [p.text for p in list_drawn_problems(shaken, site_id="own-x")] == []
    site = make_site(shaken, site_id="own-x")
    assert list_problems(site) == ()
    graph = nx.Graph(list(site.walk_edges))
    assert nx.is_connected(graph)
    assert {node.door for node in site.walk_nodes} >= {d.door_id for d in site.openings if d.leads_to is None}
    wanted = {door.name: door.leads_to is None for door in birch.openings}
    assert {door.name: door.leads_to is None for door in site.openings} == wanted


def test_only_cameras_that_are_matched_and_have_a_picture_come_into_drills() -> None:
    drawn = draw(put("spaces", "hall", HALL), put("doors", "exit", DOOR), put("cameras", "CAM-01", CAMERA))
    assert len(make_site(drawn, site_id="own-x").cameras) == 1
    with pytest.raises(SiteError, match="no camera that is matched"):
        make_site(drawn, site_id="own-x", ready_only=True)
