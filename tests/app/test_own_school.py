"""The page Our school and its routes: who may, what is refused in words, and what the buttons of the page do."""

import io
import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.builds import queue
from sim.crowd.generator.levels import Level
from sim.db.builds import BuildState
from sim.db.ledger import NO_SUBJECTS, LedgerKind
from sim.errors import AccessError
from sim.features.library import recordings
from sim.features.library.recordings import Request
from sim.features.library.sites import SITES
from sim.features.own_clips.routes import make_own_school_routes
from sim.features.own_school.editing import get_drawing
from sim.features.own_school.folder import PICTURES, get_folder, list_schools, make_school
from sim.features.own_school.ready import make_example
from sim.rules import school_rights as rights
from sim.rules.viewer import AT_THIS_MACHINE, Role, Viewer
from sim.site.model import PLATES_FOLDER, SITE_FILE, load_site
from sim.ui.page.request_origin import PEER_HEADER
from sim.ui.parts import access as shown_rights
from tests.app.conftest import RunPage, read_page
from tests.support.builds import put_build, run_builds

HALL = {"floor": "1", "name": "Hall", "kind": "hall", "polygon": [[0, 0], [20, 0], [20, 4], [0, 4]]}
TAB = "0f0f0f0f-tab"
TRAINER = Viewer(account_id="a", person_id=None, name="Kim Lee", role=Role.TRAINER)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "start_worker", lambda app: None)


@pytest.fixture
def school(drill_app: App) -> str:
    rights.confirm(drill_app, AT_THIS_MACHINE)
    return make_school(drill_app, "Oak School")


@pytest.fixture
def own_client(drill_app: App) -> Iterator[TestClient]:
    opened = Starlette(routes=make_own_school_routes(lambda: drill_app))
    with TestClient(opened, raise_server_exceptions=False, headers={PEER_HEADER: "local"}) as client:
        yield client


def put(
    client: TestClient, school: str, *changes: tuple[str, str, object], base: int | None = None
) -> dict[str, object]:
    path = f"/api/schools/{school}"
    revision = client.get(path, params={"tab": TAB}).json()["revision"] if base is None else base
    sent = [{"kind": kind, "name": name, "now": now} for kind, name, now in changes]
    body = {"tab": TAB, "step": str(uuid4()), "base": revision, "kind": "do", "changes": sent}
    answer = client.post(f"{path}/steps", json=body)
    return {"status": answer.status_code, **answer.json()}


def make_png(size_wh: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size_wh).save(file, format="PNG")
    return file.getvalue()


def test_a_school_is_drawn_step_by_step(own_client: TestClient, school: str) -> None:
    assert put(own_client, school, ("spaces", "hall", HALL))["status"] == 200
    (problem,) = own_client.get(f"/api/schools/{school}/check").json()["problems"]
    assert problem["text"] == "Put at least one camera on the plan."
    refused = put(own_client, school, ("spaces", "hall", {**HALL, "kind": "moat"}))
    assert (refused["status"], "kind" in str(refused["error"])) == (422, True)
    late = put(own_client, school, ("spaces", "gym", HALL), base=1)
    assert (late["status"], "another window" in str(late["error"])) == (409, True)
    assert own_client.get("/api/schools/own-none").status_code == 409


def test_pictures_come_in_and_go_out(
    own_client: TestClient, drill_app: App, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(own_client, school, ("cameras", "CAM-01", {"floor": "1", "name": "Hall", "at": [1, 1]}))
    path = f"/api/schools/{school}/pictures"
    taken = own_client.post(f"{path}/CAM-01", content=make_png((768, 576)))
    assert taken.json()["size_wh"] == [1024, 576]
    shown = own_client.get(f"{path}/CAM-01")
    assert (shown.status_code, shown.headers["content-type"], shown.headers["cache-control"]) == (
        200,
        "image/webp",
        "no-store",
    )
    assert own_client.post(f"{path}/plan-1", content=make_png((900, 500))).status_code == 200
    for part, content in (("CAM-02", make_png((640, 360))), ("plan-9", b"x"), ("..", b"x")):
        assert own_client.post(f"{path}/{part}", content=content).status_code in (404, 405, 409)
    for content, said in ((b"", "empty"), (b"<svg/>", "SVG"), (make_png((768, 576))[:500], "cut short")):
        answer = own_client.post(f"{path}/CAM-01", content=content)
        assert (answer.status_code, said in answer.json()["error"]) == (422, True)
    monkeypatch.setattr("sim.footage.stills.uploaded.MOST_PLAN_BYTES", 1000)
    answer = own_client.post(f"{path}/plan-1", content=b"x" * 5000)
    assert (answer.status_code, "MB" in answer.json()["error"]) == (422, True)
    assert own_client.get(f"{path}/CAM-01").content == shown.content
    left = {each.name for each in (get_folder(drill_app, school) / PICTURES).iterdir()}
    assert left == {"CAM-01.webp", "CAM-01.mark", "plan-1.webp"}


def test_boxes_are_painted_out_of_a_picture_for_good(own_client: TestClient, drill_app: App, school: str) -> None:
    camera = {"floor": "1", "name": "Hall", "at": [1, 1], "picture_wh": [640, 360], "boxes": [[0.25, 0.25, 0.5, 0.75]]}
    put(own_client, school, ("cameras", "CAM-01", camera))
    path = f"/api/schools/{school}/pictures"
    assert own_client.post(f"{path}/CAM-01/paint").status_code == 409
    picture = Image.new("RGB", (640, 360), (200, 180, 150))
    picture.paste((10, 10, 90), (180, 110, 300, 260))
    file = io.BytesIO()
    picture.save(file, format="PNG")
    assert own_client.post(f"{path}/CAM-01", content=file.getvalue()).json()["people"] == []
    assert own_client.post(f"{path}/CAM-01/paint").json() == {"painted": 1}
    with Image.open(io.BytesIO(own_client.get(f"{path}/CAM-01").content)) as shown:
        red, _, blue = shown.convert("RGB").getpixel((240, 180))  # type: ignore[misc]
    assert (red > 150, blue > 110) == (True, True)
    left = {each.name for each in (get_folder(drill_app, school) / PICTURES).iterdir()}
    assert left == {"CAM-01.webp", "CAM-01.mark"}
    own_client.post(f"{path}/plan-1", content=make_png((900, 500)))
    assert own_client.post(f"{path}/plan-1/paint").status_code == 409
    put(own_client, school, ("cameras", "CAM-01", {**camera, "boxes": [[0.5, 0, 2, 1]]}))
    assert own_client.get(f"/api/schools/{school}").json()["drawing"]["cameras"]["CAM-01"]["boxes"] == camera["boxes"]


def test_the_page_makes_opens_and_deletes_a_school(run_page: RunPage, drill_app: App) -> None:
    page = run_page("our-school")
    assert not [button for button in page.button if button.key == "make"]
    page.button(key="rights-on").click().run()
    assert shown_rights.NEED in [each.value for each in page.error]
    page.checkbox(key="rights-agreed").check()
    page.button(key="rights-on").click().run()
    assert shown_rights.DONE in [each.value for each in page.success]
    page.button(key="make").click().run()
    assert "Enter a name (1 to 60 characters)." in [each.value for each in page.error]
    page.text_input(key="name").set_value("Elm  School")
    page.button(key="make").click().run()
    assert "Check the box first: the plan of a real building needs that person's word." in [
        each.value for each in page.error
    ]
    page.checkbox(key="agreed").check()
    page.button(key="make").click().run()
    assert not page.exception
    (school,) = list_schools(drill_app)
    assert (school.name, page.title[0].value) == ("Elm School", "Elm School")
    page.button(key="ready").click().run()
    assert "Starting" in page.get("progress")[0].proto.text
    run_builds(drill_app)
    page.run()
    assert "Mend this first:" in [each.value for each in page.error]
    page.button(key="delete-sure").click().run()
    assert list_schools(drill_app) == ()
    assert any("deleted" in each.value for each in page.success)
    with drill_app.store.read() as work:
        on, begun = work.ledger.list_of(NO_SUBJECTS, kinds=[LedgerKind.SCHOOL_RIGHTS])
    assert (rights.STATEMENT in (on.body or ""), school.school_id in (begun.body or "")) == (True, True)
    assert "Elm" not in (begun.body or "")


def test_the_ages_of_students_are_asked_and_kept(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a minute's work, and no plate is looked at here
    monkeypatch.setattr("sim.features.own_school.ready.make_own_plate", lambda *_, **__: None)
    school_id = make_example(drill_app)
    page = run_page("our-school", school=school_id)
    assert page.selectbox(key="ages").value == (11, 18)
    page.selectbox(key="ages").set_value((5, 11))
    page.button(key="ready").click().run()
    run_builds(drill_app)
    assert not page.run().exception
    assert load_site(get_folder(drill_app, school_id)).ages == (5, 11)
    assert run_page("our-school", school=school_id).selectbox(key="ages").value == (5, 11)
    (get_folder(drill_app, school_id) / SITE_FILE).write_text("schema_version: [", encoding="utf-8")
    again = run_page("our-school", school=school_id)
    assert not again.exception
    assert again.selectbox(key="ages").value == (11, 18)


def test_rights_are_turned_off_again(run_page: RunPage, own_client: TestClient, drill_app: App, school: str) -> None:
    put(own_client, school, ("spaces", "hall", HALL))
    rights.note_school(drill_app, AT_THIS_MACHINE, school)
    example_id = make_example(drill_app)
    page = run_page("accounts")
    page.button(key="rights-off-sure").click().run()
    assert shown_rights.OFF_DONE in [each.value for each in page.success]
    assert page.button(key="rights-on")
    assert not [button for button in page.button if button.key == "rights-off-sure"]
    refused = put(own_client, school, ("spaces", "gym", HALL))
    assert (refused["status"], "turned off" in str(refused["error"])) == (403, True)
    picture = f"/api/schools/{school}/pictures/plan-1"
    assert own_client.post(picture, content=make_png((900, 500))).status_code == 403
    assert put(own_client, example_id, ("spaces", "gym", HALL))["status"] == 200
    assert list(get_drawing(drill_app, school)["spaces"]) == ["hall"]
    opened = run_page("our-school", school=school)
    assert "Plans and pictures of your schools were turned off. This school can no longer" in read_page(opened)
    assert not [button for button in opened.button if button.key == "ready"]
    with pytest.raises(AccessError):
        rights.withdraw(drill_app, TRAINER)
    rights.confirm(drill_app, AT_THIS_MACHINE)
    assert put(own_client, school, ("spaces", "gym", HALL))["status"] == 200
    rights.withdraw(drill_app, AT_THIS_MACHINE)
    begun, ended = LedgerKind.SCHOOL_RIGHTS, LedgerKind.SCHOOL_RIGHTS_WITHDRAWN
    with drill_app.store.read() as work:
        kinds = [each.kind for each in work.ledger.list_of(NO_SUBJECTS, kinds=[begun, ended])]
    assert kinds == [begun, begun, ended, begun, ended]
    opened = run_page("our-school", school=school)
    opened.button(key="delete-sure").click().run()
    assert [each.school_id for each in list_schools(drill_app)] == [example_id]


def test_no_drill_is_made_where_rights_were_withdrawn(run_page: RunPage, drill_app: App, school: str) -> None:
    folder = get_folder(drill_app, school)
    shutil.copyfile(SITES / "birch-elementary" / SITE_FILE, folder / SITE_FILE)
    shutil.copytree(SITES / "birch-elementary" / PLATES_FOLDER, folder / PLATES_FOLDER)
    wish = Request(site=school, story="arrival", level=Level.EASY, seed=1, people=12, minutes=1.0)
    assert school in dict(recordings.list_options(drill_app).sites)
    assert run_page("new-drill", school=school).selectbox(key="site").value == school
    begun = put_build(drill_app, owner=school, name=f"{school}-x", asked=wish.model_dump(mode="json"))
    shipped = put_build(drill_app, owner="birch-elementary", name="y", asked={})
    rights.withdraw(drill_app, AT_THIS_MACHINE)
    assert school not in dict(recordings.list_options(drill_app).sites)
    with pytest.raises(AccessError, match="turned off"):
        recordings.start(drill_app, wish)
    assert queue.tell(drill_app, begun).row.state is BuildState.CANCELED, "nor is one gone on with that was begun"
    assert queue.tell(drill_app, shipped).is_open
    with pytest.raises(AccessError, match="turned off"):
        recordings.go_on(drill_app, begun)


def test_no_real_school_before_it_is_confirmed(own_client: TestClient, drill_app: App, run_page: RunPage) -> None:
    path = f"/api/schools/{make_example(drill_app)}/pictures/plan-1"
    assert own_client.get(path).status_code == 200
    refused = own_client.post(path, content=make_png((900, 500)))
    assert (refused.status_code, "ask your administrator" in refused.json()["error"].lower()) == (403, True)
    with pytest.raises(AccessError):
        rights.confirm(drill_app, TRAINER)
    assert run_page("accounts").button(key="rights-on")
    rights.confirm(drill_app, AT_THIS_MACHINE)
    assert own_client.post(path, content=make_png((900, 500))).status_code == 200
