"""Drawings of schools and staged walks are of the schools of who begins them, with all that is made of them."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest

from sim.app.own_folders import OWN_SITES, SCHOOLS_FILE, WALKS
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import DRILL
from sim.clips.model import BlurMode, Rights
from sim.crowd.generator.levels import Level
from sim.db.rows import OTHER_SCHOOL
from sim.errors import AccessError, TaskError
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, sign_in
from sim.features.library import recordings
from sim.features.library.recordings import Request
from sim.features.library.sites import SITES, list_open_sites
from sim.features.own_clips import folder as own_clips
from sim.features.own_clips import removing as clips_removing
from sim.features.own_school import editing, folder, ready, removing, traced
from sim.rules import school_rights as rights
from sim.rules.learner import Learner, create_drill
from sim.rules.sessions import find_viewer
from sim.rules.viewer import NOBODY, Role, limit_app
from sim.site.model import SITE_FILE
from sim.ui.page.request_origin import Peer
from tests.app.conftest import PIN, RunPage, read_page
from tests.support.builds import put_build
from tests.support.fake_clock import FakeClock
from tests.support.two_schools import NORTH, PHRASE, SOUTH, District, make_district

pytestmark = [pytest.mark.measures, pytest.mark.usefixtures("quick_hash")]
RIGHTS = Rights(may_use=True, everyone_agreed=True)


@pytest.fixture
def district(drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> District:
    monkeypatch.setattr(queue, "start_worker", lambda app: None)
    return make_district(drill_app, clock)


@pytest.fixture
def south(district: District) -> App:
    return limit_app(district.app, replace(district.find(Role.TRAINER), schools=frozenset({SOUTH})))


@pytest.fixture
def north(district: District) -> App:
    rights.confirm(district.app, district.admin)
    return limit_app(district.app, district.find(Role.TRAINER))


@pytest.fixture
def school_id(north: App) -> str:
    return folder.make_school(north, "Oak School")


@pytest.fixture
def walk_id(north: App) -> str:
    return own_clips.make_walk(north, "To the gym", rights=RIGHTS, blur=BlurMode.MOVING, by="Ola Berg")


def test_who_begins_them_has_them_and_another_school_does_not(
    district: District, north: App, south: App, school_id: str, walk_id: str
) -> None:
    shutil.copyfile(SITES / "birch-elementary" / SITE_FILE, folder.get_folder(north, school_id) / SITE_FILE)
    build = put_build(district.app, kind=DRILL, owner=school_id, name=f"{school_id}-x", asked={})
    for app, has in ((district.app, True), (north, True), (south, False)):
        assert [each.school_id for each in folder.list_schools(app)] == [school_id] * has
        assert [each.walk_id for each in own_clips.list_walks(app)] == [walk_id] * has
        assert (school_id in list_open_sites(app)) is has
        assert list(queue.list_builds(app, DRILL)) == [build] * has
    wish = Request(site=school_id, story="arrival", level=Level.EASY, seed=1, people=12, minutes=1.0)
    tries: tuple[Callable[[], object], ...] = (
        lambda: editing.get_drawing(south, school_id),
        lambda: ready.ask(south, school_id, ages=(5, 11)),
        lambda: traced.cancel(south, school_id),
        lambda: removing.delete_school(south, school_id, by="x"),
        lambda: recordings.start(south, wish),
        lambda: recordings.go_on(south, build),
        lambda: queue.stop(south, build),
        lambda: queue.ask_again(south, build),
        lambda: own_clips.load_walk(south, walk_id),
        lambda: clips_removing.delete_walk(south, walk_id, by="x"),
        lambda: clips_removing.delete_drills(south, walk_id, by="x"),
    )
    for each in tries:
        with pytest.raises(AccessError, match=OTHER_SCHOOL):
            each()
    assert queue.find(north, DRILL, owner=school_id, name=f"{school_id}-x") == build
    everybodys = folder.make_school(district.app, "Elm School")
    assert [each.school_id for each in folder.list_schools(south)] == [everybodys]
    queue.stop(north, build)
    removing.delete_school(north, school_id, by="Ola Berg")
    clips_removing.delete_walk(north, walk_id, by="Ola Berg")
    assert not list((district.app.settings.data / OWN_SITES).glob(f"{school_id}*"))
    assert not list((district.app.settings.data / WALKS).glob("*"))


def test_rights_given_and_withdrawn_for_all_bind_who_is_for_one_school(
    district: District, school_id: str, north: App, run_page: RunPage, peer: list[Peer]
) -> None:
    assert rights.is_confirmed(north)
    peer[0] = Peer(is_local=False, cookie=district.cookies[Role.TRAINER])
    assert not [each for each in run_page("our-school").button if each.key == "rights-off-sure"]
    rights.require_open(north, school_id)
    rights.withdraw(district.app, district.admin)
    assert not rights.is_confirmed(north)
    assert not [each for each in run_page("our-school").button if each.key == "rights-on"]
    for begin in (lambda: ready.ask(north, school_id, ages=(5, 11)), lambda: traced.start(north, school_id)):
        with pytest.raises(AccessError, match="turned off"):
            begin()


def test_drills_on_a_drawing_are_given_and_practiced_in_its_school_alone(
    district: District, north: App, south: App, run_page: RunPage, peer: list[Peer]
) -> None:
    app = district.app
    known = app.catalog.list_practice_forms()[0]
    drawn = app.settings.data / OWN_SITES / "-".join(known.recording_id.split("-")[:2])
    drawn.mkdir(parents=True)
    (drawn / SCHOOLS_FILE).write_text(json.dumps([NORTH]))
    cookies = {}
    for school, name in ((district.north, "North Ana"), (district.south, "South Ana")):
        manage.set_pin(app, district.admin, school.people[0], PIN)
        cookies[name] = sign_in(app, name=name, secret=PIN, origin=Origin(address="192.0.2.1"))
    viewers = {name: find_viewer(app, cookie, is_local=False) for name, cookie in cookies.items()}
    assert {name: viewer.schools for name, viewer in viewers.items()} == {"North Ana": {NORTH}, "South Ana": {SOUTH}}
    for limited, has in (
        (north, True),
        (south, False),
        (limit_app(app, viewers["North Ana"], is_practice=True), True),
        (limit_app(app, viewers["South Ana"], is_practice=True), False),
        (limit_app(app, NOBODY, is_practice=True), False),
    ):
        assert (known.form.form_id in {each.form.form_id for each in limited.catalog.list_forms()}) is has
    learner = Learner(person_id=district.south.people[0], browser_sha256=None)
    with pytest.raises(TaskError, match="does not exist"):
        create_drill(limit_app(app, viewers["South Ana"], is_practice=True), learner, form_id=known.form.form_id)
    for name, has in (("North Ana", True), ("South Ana", False)):
        peer[0] = Peer(is_local=False, cookie=cookies[name])
        assert (known.form.title in read_page(run_page("drills"))) is has


def test_who_is_for_all_schools_chooses_whose_it_is(
    district: District, north: App, south: App, run_page: RunPage, peer: list[Peer]
) -> None:
    cookie = sign_in(district.app, name="Kim Lee", secret=PHRASE, origin=Origin(address="192.0.2.1"))
    manage.set_roles(
        district.app, district.admin, district.admin.account_id or "", frozenset({Role.ADMIN, Role.TRAINER})
    )
    peer[0] = Peer(is_local=False, cookie=cookie)
    page = run_page("our-school")
    page.text_input(key="name").set_value("Elm School")
    page.multiselect(key="whose").set_value([SOUTH])
    page.checkbox(key="agreed").check()
    page.button(key="make").click().run()
    assert not page.exception
    page = run_page("our-clips")
    page.text_input(key="name").set_value("To the gate")
    page.multiselect(key="whose").set_value([NORTH])
    for key in ("may-use", "agreed"):
        page.checkbox(key=key).check()
    page.button(key="begin").click().run()
    assert not page.exception
    assert [[each.name for each in folder.list_schools(app)] for app in (north, south)] == [[], ["Elm School"]]
    assert [[each.name for each in own_clips.list_walks(app)] for app in (north, south)] == [["To the gate"], []]
    peer[0] = Peer(is_local=False, cookie=district.cookies[Role.TRAINER])
    assert not run_page("our-school").multiselect
