import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.__main__ import main
from sim.app.wiring import App
from sim.console import scores
from sim.db.lti import Cmi5Row
from sim.errors import MachineError, TaskError
from sim.features.learning_systems.cmi5 import GIVEN_UP_AFTER, KEPT, NAMESPACE, make_package, push_sessions
from sim.features.learning_systems.routes import make_lti_routes
from sim.features.privacy.person_data import delete_old_anonymous
from sim.forms.forms import Origin
from sim.ui.page.request_origin import COOKIE
from tests.support.cmi5_lms import Cmi5Lms
from tests.support.fake_clock import FakeClock
from tests.support.tiny_course import play

ADDRESS = "https://drills.example"
SPACE = {"c": NAMESPACE}


@dataclass
class Course:
    app: App
    clock: FakeClock
    lms: Cmi5Lms
    client: TestClient
    form_id: str
    url: str

    def launch(self, url: str = "", **headers: str) -> Any:
        return self.client.get(self.lms.write_launch(url or self.url), headers=headers)

    def begin(self) -> str:
        answer = self.launch()
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).rsplit("attempt=", 1)[1]

    def play(self, attempt_id: str, *, is_right: bool) -> None:
        play(self.app, self.clock, attempt_id, well=is_right)
        scores.settle(self.app, attempt_id)


def read_package(packed: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["cmi5.xml"]
        return ElementTree.fromstring(archive.read("cmi5.xml"))


@pytest.fixture
def course(drill_app: App, clock: FakeClock) -> Iterator[Course]:
    app = replace(drill_app, settings=replace(drill_app.settings, address=ADDRESS))
    form_id = app.catalog.list_forms()[0].form.form_id
    with (
        Cmi5Lms() as lms,
        TestClient(Starlette(routes=make_lti_routes(lambda: app)), base_url=ADDRESS, follow_redirects=False) as client,
    ):
        root = read_package(make_package(app, learning_systems=[lms.url], form_ids=[form_id]))
        url = root.findtext("c:au/c:url", namespaces=SPACE) or ""
        yield Course(app=app, clock=clock, lms=lms, client=client, form_id=form_id, url=url)


def test_a_package_is_as_the_course_structure_has_it(course: Course) -> None:
    root = read_package(make_package(course.app, learning_systems=["https://lms.example/xapi"]))
    assert root.tag == f"{{{NAMESPACE}}}courseStructure"
    first, *units = list(root)
    assert first.tag == f"{{{NAMESPACE}}}course" and first.get("id") == f"{ADDRESS}/cmi5/course"
    assert len(units) == len(course.app.catalog.list_forms())
    for each in (first, *units):
        assert [child.tag.split("}")[1] for child in each][:2] == ["title", "description"]
        assert all(child.find("c:langstring", SPACE) is not None for child in list(each)[:2])
    assert len({each.get("id") for each in units}) == len(units)
    for unit in units:
        assert unit.get("moveOn") == "Passed" and unit.get("launchMethod") == "OwnWindow"
        assert (unit.findtext("c:url", namespaces=SPACE) or "").startswith(f"{ADDRESS}/cmi5/launch?code=")


def test_a_package_needs_an_address_a_learning_system_and_drills_that_there_are(course: Course) -> None:
    bare = replace(course.app, settings=replace(course.app.settings, address=""))
    with pytest.raises(MachineError, match="SIGHTLINE_ADDRESS"):
        make_package(bare, learning_systems=["https://lms.example"])
    for wrong in ([], ["http://lms.example"], ["lms.example"]):
        with pytest.raises(MachineError, match="learning system"):
            make_package(course.app, learning_systems=wrong)
    with pytest.raises(TaskError, match="no practice drill 'nothing'"):
        make_package(course.app, learning_systems=["https://lms.example"], form_ids=["nothing"])


@pytest.mark.parametrize("origin", [Origin.STAGED, Origin.PRIVATE])
def test_real_footage_and_what_measures_is_in_no_package_and_old_packages_do_not_open_it(
    course: Course, monkeypatch: pytest.MonkeyPatch, origin: Origin
) -> None:
    all_forms = course.app.catalog.list_forms()
    one_kept = tuple(
        replace(each, origin=origin) if each.form.form_id == course.form_id else each for each in all_forms
    )
    monkeypatch.setattr(course.app.catalog, "list_forms", lambda: one_kept)
    root = read_package(make_package(course.app, learning_systems=[course.lms.url]))
    ids = [unit.get("id", "") for unit in list(root)[1:]]
    assert len(ids) == len(all_forms) - 1 and not any(each.endswith(f"/{course.form_id}") for each in ids)
    with pytest.raises(TaskError, match="no practice drill"):
        make_package(course.app, learning_systems=[course.lms.url], form_ids=[course.form_id])
    answer = course.launch()
    assert answer.status_code != 303 and "no practice drill" in answer.text
    assert course.lms.statements == []


def test_a_launch_opens_practice_of_nobody_once_and_its_end_is_told(course: Course) -> None:
    address = course.lms.write_launch(course.url)
    answer = course.client.get(address)
    assert answer.status_code == 303 and COOKIE not in answer.headers.get("set-cookie", "")
    again = course.client.get(address)
    assert again.status_code == 403 and "used before" in again.text
    attempt_id = str(answer.headers["location"]).rsplit("attempt=", 1)[1]
    with course.app.store.read() as work:
        assert work.attempts.get(attempt_id).person_id is None
    assert course.lms.list_verbs() == ["initialized"]
    assert push_sessions(course.app) == 0, "not while it runs"
    course.play(attempt_id, is_right=True)
    assert push_sessions(course.app) == 1
    assert course.lms.wrong == []
    assert course.lms.list_verbs() == ["initialized", "completed", "passed", "terminated"]
    assert push_sessions(course.app) == 0 and len(course.lms.statements) == 4


def test_a_second_try_repeats_neither_completed_nor_passed(course: Course) -> None:
    for is_right in (False, True, True):
        course.play(course.begin(), is_right=is_right)
        assert push_sessions(course.app) == 1
    assert course.lms.wrong == []
    assert course.lms.list_verbs() == [
        *("initialized", "completed", "failed", "terminated"),
        *("initialized", "passed", "terminated"),
        *("initialized", "terminated"),
    ]


def test_a_drill_that_was_never_begun_is_terminated_when_it_goes(course: Course) -> None:
    course.begin()
    course.clock.pass_s(3 * 24 * 3600)
    assert delete_old_anonymous(course.app) == 1
    assert push_sessions(course.app) == 1
    assert course.lms.list_verbs() == ["initialized", "terminated"]


def test_what_was_told_is_forgotten_but_for_having_told_it(course: Course) -> None:
    course.play(course.begin(), is_right=True)
    push_sessions(course.app)
    with course.app.store.engine.connect() as connection:
        once = str(connection.exec_driver_sql("SELECT once FROM cmi5_session").scalar_one())
    with course.app.store.read() as work:
        (row,) = work.list_rows(Cmi5Row, Cmi5Row.once == once, Cmi5Row.done_at.is_not(None))
    assert (row.actor, row.token, row.context) == ("", "", "") and row.has_passed and row.has_completed
    course.clock.pass_s(KEPT.total_seconds() + 60)
    course.begin()
    with course.app.store.read() as work:
        assert work.list_rows(Cmi5Row, Cmi5Row.once == once, Cmi5Row.done_at.is_not(None)) == ()


@pytest.mark.parametrize("status", [500, 401])
def test_what_is_not_taken_is_tried_again_for_a_week(course: Course, status: int) -> None:
    attempt_id = course.begin()
    course.play(attempt_id, is_right=True)
    course.lms.fails = {"/statements": status}
    assert push_sessions(course.app) == 0 and push_sessions(course.app) == 0
    course.lms.fails = {}
    course.clock.pass_s(31)
    assert push_sessions(course.app) == 1 and course.lms.list_verbs()[-1] == "terminated"
    second = course.begin()
    course.play(second, is_right=True)
    course.lms.fails = {"/statements": status}
    course.clock.pass_s(GIVEN_UP_AFTER.total_seconds())
    assert push_sessions(course.app) == 0
    course.lms.fails = {}
    course.clock.pass_s(24 * 3600)
    assert push_sessions(course.app) == 0, "given up"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "x"}, "not valid here"),
        ({"endpoint": "https://elsewhere.example/xapi/"}, "not for the learning system"),
        ({"fetch": "https://elsewhere.example/fetch"}, "not for the learning system"),
        ({"fetch": "file:///etc/passwd"}, "not for the learning system"),
        ({"endpoint": "https://["}, "not for the learning system"),
        ({"actor": "{}"}, "who opens the drill"),
        ({"actor": "["}, "who opens the drill"),
        ({"registration": "7"}, "who opens the drill"),
        ({"activityId": ""}, "with activityId"),
        ({"activityId": "x" * 1001}, "names no drill"),
        ({"activityId": "https://other.example/1"}, "no launch data"),
        ({"actor": ("ana", "ben")}, "no launch data (answer 401)"),
    ],
)
def test_a_launch_that_was_changed_opens_nothing(
    course: Course, change: dict[str, str | tuple[str, str]], said: str
) -> None:
    address = urlsplit(course.lms.write_launch(course.url))
    asked = dict(parse_qsl(address.query))
    for name, value in change.items():
        asked[name] = value if isinstance(value, str) else asked[name].replace(*value)
    answer = course.client.get(f"{address.path}?{urlencode(asked)}")
    assert answer.status_code in (403, 502)
    assert said in answer.text
    with course.app.store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM attempt").scalar_one() == 0
    assert course.lms.statements == []


def test_in_a_frame_the_token_is_left_for_the_window_of_its_own(course: Course) -> None:
    answer = course.launch(**{"sec-fetch-dest": "iframe"})
    assert answer.status_code == 200 and 'target="_blank"' in answer.text and "launch?code=" in answer.text
    assert course.lms.tokens == {}


def test_the_command_lists_and_writes(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"SIGHTLINE_DATA": str(course.app.settings.data), "SIGHTLINE_ADDRESS": ADDRESS}.items():
        monkeypatch.setenv(name, value)
    assert main(["cmi5", "--list"]) == 0
    ids = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    made = tmp_path / "package.zip"
    assert main(["cmi5", str(made), "--lms", "https://lms.example", "--drill", ids[0]]) == 0
    assert len(read_package(made.read_bytes()).findall("c:au", SPACE)) == 1
    url = read_package(made.read_bytes()).findtext("c:au/c:url", namespaces=SPACE) or ""
    assert parse_qs(urlsplit(url).query)["code"]
    assert main(["cmi5"]) == 1
    assert main(["cmi5", str(tmp_path), "--lms", "https://lms.example"]) == 1
    assert "cannot be written" in capsys.readouterr().err
