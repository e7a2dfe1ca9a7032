"""Which doors each place asks, and what each kind of viewer gets there: the table of docs/security.md is made here.

Places are found by themselves: pages, parts that refresh, routes, files to download, commands, mails and messages. A
place that is not in the table fails, and so does a door that a place asks no more.
"""

import ast
import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, wraps
from typing import Any, Final

import pytest
from httpx import Response
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from sim.app.links import show_link
from sim.app.settings import PROJECT
from sim.app.wiring import App
from sim.attempt import attempt as running_rule
from sim.attempt.arrivals import Pauses
from sim.attempt.attempt import Mode
from sim.attempt.options import DrillOption
from sim.clips.model import BlurMode, Rights
from sim.commands.group import MODULES
from sim.console.footage_access import make_links
from sim.db.programs import LinkKind
from sim.errors import AccessError
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, sign_in
from sim.features.own_clips import folder as own_clips
from sim.features.own_school import folder as own_school
from sim.features.session import attendance, joining
from sim.features.team import team
from sim.features.training.events import get_training
from sim.features.training.sign_in import make_sign_in_code, open_sign_in
from sim.features.training.sign_in import sign_in as sign_in_to_training
from sim.rules import counts, drill_access, held, readiness, sessions, viewer
from sim.rules import school_rights as rights
from sim.rules.viewer import Role, Viewer, limit_app
from sim.ui.http import answers
from sim.ui.page import pages
from sim.ui.page.request_origin import COOKIE, Peer
from sim.ui.parts import account_wording, actions
from tests.app.conftest import PIN, RunPage, fail
from tests.app.test_roles_by_school import read
from tests.app.test_security_page import BODIES, FILLED, PAGE, SECURITY, fill, list_routes
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, load_attempt
from tests.support.rooms import list_logic, list_modules, name_module
from tests.support.session_app import open_room
from tests.support.two_schools import PHRASE, SOUTH, District, make_district

pytestmark = [pytest.mark.measures, pytest.mark.usefixtures("quick_hash")]

DOORS: Final[Mapping[str, tuple[Callable[..., Any], ...]]] = {
    "may": (viewer.may, viewer.require, drill_access.judge_access, answers.authorise, answers.require_own_footage),
    "running": (running_rule.find_standing,),
    "held": (held.list_held, held.sees_answers),
    "counts": (
        counts.list_not_counted,
        counts.foresee_team,
        counts.foresee_device,
        counts.foresee_attempts,
        counts.foresee_steps,
        counts.load_judged,
    ),
    "footage": (readiness.find_readiness,),
    "who": (drill_access.judge_known, drill_access.note_identity, drill_access.say_known),
}


@cache
def import_all() -> None:
    for name in list_modules():
        importlib.import_module(name)


@contextmanager
def note_doors() -> Iterator[set[str]]:
    asked: set[str] = set()

    def watch(name: str, door: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(door)
        def watched(*args: Any, **options: Any) -> Any:
            asked.add(name)
            return door(*args, **options)

        return watched

    with pytest.MonkeyPatch.context() as patch:
        import_all()
        modules = [module for key, module in list(sys.modules.items()) if key.startswith("sim.")]
        for name, doors in DOORS.items():
            for door in doors:
                watched = watch(name, door)
                for module in modules:
                    if getattr(module, door.__name__, None) is door:
                        patch.setattr(module, door.__name__, watched)
        patch.setattr(Pauses, "weigh", watch("running", Pauses.weigh))
        yield asked


@dataclass(frozen=True)
class World:
    district: District
    cookies: Mapping[str, str]
    dee: str
    paused_id: str
    links: Mapping[str, list[dict[str, str]]]  # what else belongs into addresses of a page: signed links, drawings
    school_id: str  # a school that its trainer draws
    walk_id: str

    def find_queries(self, file: str, who: str) -> list[dict[str, str]]:
        north = self.district.north
        own = {
            "attempt": {"paused": self.paused_id, "held": north.ended_id}.get(who, north.attempt_id),
            "person": {"paused": self.dee, "held": north.people[1]}.get(who, north.people[0]),
        }
        queries = [query for named, query in north.list_addresses() if named == file]
        queries += [{} for _ in range(not queries)] + self.links.get(file, [])
        return [{key: own.get(key, value) for key, value in query.items()} for query in queries]


@pytest.fixture
def world(drill_app: App, clock: FakeClock) -> World:
    district = make_district(drill_app, clock)
    app, north = district.app, district.north

    def enter(name: str, secret: str) -> str:
        return sign_in(app, name=name, secret=secret, origin=Origin(address="192.0.2.1"))

    def give_pin(person_id: str, name: str) -> str:
        manage.set_pin(app, district.admin, person_id, PIN)
        return enter(name, PIN)

    cy, dee = (team.add_person(app, north.team_id, f"North {name}") for name in ("Cy", "Dee"))
    ana, ben = north.people
    room = open_room(app, team_id=north.team_id)
    (paused_id,) = room.start_all("North Dee")
    attendance.pause(app, room.session_id, reason="fire alarm")
    clock.pass_s(10)
    manage.add_account(
        app, district.admin, name="Sol Ray", secret=PHRASE, roles=frozenset({Role.TRAINER}), schools=frozenset({SOUTH})
    )
    cookies = {
        "nobody": "",
        "trainee": give_pin(ana, "North Ana"),
        "other": give_pin(ben, "North Ben"),
        "elsewhere": enter("Sol Ray", PHRASE),
        "principal": district.cookies[Role.PRINCIPAL],
        "former": give_pin(cy, "North Cy"),
        "paused": give_pin(dee, "North Dee"),
        "trainer": district.cookies[Role.TRAINER],
    }
    cookies["held"] = cookies["other"]
    cookies["admin"] = enter("Kim Lee", PHRASE)
    team.remove_person(app, cy)
    seat = joining.make_seat_token(app, room.session_id, dee)
    assert seat is not None
    open_sign_in(app, north.training_id)
    sign_in_code = make_sign_in_code(app, get_training(app, north.training_id))
    rights.confirm(app, district.admin)
    own = limit_app(app, district.find(Role.TRAINER))
    school_id = own_school.make_school(own, "North Oak")
    agreed = Rights(may_use=True, everyone_agreed=True)
    walk_id = own_clips.make_walk(own, "North hall", rights=agreed, blur=BlurMode.MOVING, by="Ola Berg")
    links = {
        "our-school": [{"school": school_id}, {}],
        "our-clips": [{"walk": walk_id}, {}],
        "join": [{"t": room.link}, {"seat": seat}],
        "training-sign-in": [{"t": sign_in_code.token}],
        "record": [{"t": show_link(app, LinkKind.RECORD, ben, by="Ola Berg")}],
    }
    return World(
        district=district,
        cookies=cookies,
        dee=dee,
        paused_id=paused_id,
        links=links,
        school_id=school_id,
        walk_id=walk_id,
    )


SHOWS, HELD, PAUSED, OPENS, CLOSED = "+", "h", "p", "o", "x"
"""What somebody gets, the most first: what belongs to the school, that it is held back, that it stands still, nothing
of the school, a refusal."""
NAMES: Final = {"trainee": "North Ana", "other": "North Ben", "paused": "North Dee", "held": "North Ben"}
CLOSED_WORDS: Final = (account_wording.CLOSED_WHY, account_wording.CLOSED_NOBODY, *account_wording.REFUSED.values())
HELD_WORDS: Final = "are shown here once everyone on your team"


def check(section: str, found: Mapping[str, str]) -> None:
    start = PAGE.index(f"\n## {section}\n")
    part = PAGE[start + 1 :].split("\n## ", 1)[0]
    rows = {line.strip("| ").split(" | ")[0]: line for line in part.splitlines() if line.startswith("| ")}
    lines = {
        place: f"| {place} | {rows[place].strip('| ').split(' | ')[1]} | {told} |" for place, told in found.items()
    }
    if "SIGHTLINE_WRITE_TABLES" in os.environ:
        text = SECURITY.read_text(encoding="utf-8")
        for place, line in lines.items():
            text = text.replace(f"\n{rows[place]}\n", f"\n{line}\n")
        SECURITY.write_text(text, encoding="utf-8")
    assert lines == {place: rows[place] for place in lines}


def judge_page(text: str, *, name: str) -> str:
    if any(each in text for each in CLOSED_WORDS):
        return CLOSED
    if HELD_WORDS in text:
        return HELD
    return SHOWS if "North" in text.replace(name, "") else OPENS


def judge_answer(answer: Response) -> str:
    status = answer.status_code
    if status in (401, 403, 404) or "sign-in" in answer.headers.get("location", ""):
        return CLOSED
    if status == 409:
        return PAUSED
    return SHOWS if status < 400 else OPENS


@pytest.mark.slow
def test_each_page_asks_its_doors_opens_as_the_table_says_and_taking_a_name_asks_who_it_is(
    world: World, run_page: RunPage, peer: list[Peer]
) -> None:
    found = {}
    for page in pages.PAGES:
        gets = ""
        with note_doors() as asked:
            for who, cookie in world.cookies.items():
                peer[0] = Peer(is_local=False, cookie=cookie)
                name = NAMES.get(who, "North Nobody")
                got = {
                    judge_page(read(run_page(page.path, **query)), name=name)
                    for query in world.find_queries(page.path, who)
                }
                gets += next(each for each in (SHOWS, HELD, PAUSED, OPENS, CLOSED) if each in got)
        found[page.path] = f"{', '.join(sorted(asked))} | `{gets}`"
    check("Pages", found)

    app, north = world.district.app, world.district.north
    session, training = world.links["join"][0]["t"], world.links["training-sign-in"][0]["t"]
    takes: tuple[Callable[[Viewer, str], object], ...] = (
        lambda viewer, person_id: joining.take_name(app, viewer, session, person_id),
        lambda viewer, person_id: sign_in_to_training(app, viewer, training, person_id),
    )
    ana = north.people[0]
    for take in takes:
        for who in ("nobody", "other", "elsewhere", "trainer", "former"):
            with note_doors() as asked, pytest.raises(AccessError):
                take(sessions.find_viewer(app, world.cookies[who], is_local=False), ana)
            assert "who" in asked
        take(sessions.find_viewer(app, world.cookies["trainee"], is_local=False), ana)


class Calls:
    def __init__(self, world: World, who: str) -> None:
        north = world.district.north
        self.app, self.cookie = world.district.app, world.cookies[who]
        self.school_id, self.walk_id = world.school_id, world.walk_id
        self.attempt_id = {"paused": world.paused_id, "held": north.ended_id}.get(who, north.attempt_id)
        owner = who if who in ("paused", "held") else "trainee"
        account_id = sessions.find_viewer(self.app, world.cookies[owner], is_local=False).account_id
        self.links = make_links(self.app, load_attempt(self.app, self.attempt_id), account_id=account_id)

    def ask(self, client: TestClient, method: str, path: str) -> Response:
        known = {
            **FILLED,
            "school_id": self.school_id,
            "walk_id": self.walk_id,
            "recording_id": self.links.recording_name,
            "path:path": self.links.name("main/CAM-01.mp4"),
            "frame": "0",
            "part": "0-0-32-32",
            "token": self.links.token,
            "attempt_id": self.attempt_id,
        }
        headers = {"Cookie": f"{COOKIE}={self.cookie}", "Authorization": f"Bearer {self.links.token}"}
        body: dict[str, Any] = {}
        if method == "POST":
            headers["Origin"] = "http://testserver"
            body["json"] = BODIES.get(path.rpartition("/")[2], {})
        return client.request(method, fill(path, **known), headers=headers, **body)


@pytest.mark.slow
def test_each_route_asks_its_doors_and_answers_as_the_table_says(
    world: World, whole_client: TestClient, clock: FakeClock
) -> None:
    app = world.district.app
    begin(app, world.district.north.attempt_id)
    clock.pass_s(5)
    options = frozenset({DrillOption.APPEARANCE_SEARCH, DrillOption.HINTS})
    for attempt_id in (world.district.north.attempt_id, world.paused_id):
        with app.store.write() as work:
            work.save_row(replace(work.attempts.get(attempt_id), options=options, mode=Mode.PRACTICE))
    found = {}
    for line in sorted(list_routes()):
        method, path = line.split(" ")
        with note_doors() as asked:
            gets = "".join(judge_answer(Calls(world, who).ask(whole_client, method, path)) for who in world.cookies)
        found[line] = f"{', '.join(sorted(asked)) or '-'} | `{gets}`"
    check("Routes", found)


def find_calls(name: str, *, under: str, of: str = "") -> set[str]:
    found = set()
    for path in sorted((PROJECT / under).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text if f"{name}(" in text else "")):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called.endswith(f"{of}.{name}") if of else called == name:
                found.add(path.relative_to(PROJECT / under).with_suffix("").as_posix())
    return found


def read_elsewhere(kind: str) -> set[str]:
    (named,) = re.findall(rf"^\| {kind}: (.+?) \|", PAGE, flags=re.MULTILINE)
    return set(named.split(", "))


def test_commands_mails_and_messages_are_in_the_table() -> None:
    assert read_elsewhere("commands") == set(MODULES)
    assert read_elsewhere("mail") == find_calls("Message", under="sim/features")
    messages = {each for each in find_calls("ask", under="sim/features") if "/page" not in each}
    assert read_elsewhere("messages") == messages
    assert find_calls("fragment", under="sim", of="st") == {"ui/parts/actions"}, "the one that asks who looks"


def draw_refreshing_part() -> None:
    import streamlit as st  # noqa: PLC0415  the script of a page

    from sim.ui.parts.actions import fragment  # noqa: PLC0415

    fragment()(lambda: st.title("Drawn"))()


def test_a_part_that_refreshes_is_judged_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    page = AppTest.from_function(draw_refreshing_part)
    monkeypatch.setattr(actions, "get_app", lambda: None)
    assert [each.value for each in page.run().title] == ["Drawn"]
    monkeypatch.setattr(actions, "get_app", fail(AccessError("this page is not open to you any more")))
    assert not page.run().title and page.exception


OPEN_TO_ALL: Final = {
    "rules.drill_access.judge_access": "answers who may",
    "rules.drill_access.judge_known": "answers who it is",
    "rules.drill_access.note_identity": "notes who it is, once the page has opened",
    "rules.viewer.may": "answers who may",
    "rules.viewer.may_change": "answers who may",
    "rules.viewer.require": "refuses by itself",
    "rules.viewer.limit_app": "limits by itself",
    "accounts.second_step.begin_setup": "of oneself",
    "accounts.second_step.confirm_setup": "of oneself",
    "accounts.second_step.turn_off_own": "of oneself",
    "accounts.sign_in.change_own": "of oneself",
    "rules.learner.find_learner": "of oneself",
    "debrief.debrief.find_short_debrief": "shows less to a principal",
    "debrief.debrief.find_held_debrief": "tells less, where it is held back",
    "rules.held.sees_answers": "answers who may",
    "people.one_roster_rest.prepare_sync": "previews by `preview_roster`",
    "people.one_roster_rest.apply_sync": "applies by `apply_roster`",
    "team.choosing_forms.note_look": "notes a look, once the page has opened",
    "record.load.may_acknowledge": "answers who may",
}
"""What services do or say without a duty, though they are told who asks; and why."""


def list_asked() -> Iterator[tuple[str, Callable[..., Any], dict[str, inspect.Parameter]]]:
    for module in list_logic():
        for name, made in vars(importlib.import_module(module)).items():
            if inspect.isfunction(made) and made.__module__ == module and not name.startswith("_"):
                parameters = dict(inspect.signature(made).parameters)
                if any(each.annotation is Viewer for each in parameters.values()):
                    yield f"{name_module(module)}.{name}", made, parameters


def test_services_that_are_told_who_asks_refuse_somebody_without_a_role(drill_app: App) -> None:
    eve = Viewer(account_id="a", person_id=None, name="Eve", role=None)
    known = {Viewer: eve, App: drill_app}
    asked = list(list_asked())
    for name, made, parameters in asked:
        needed = [each for each in parameters.values() if each.default is each.empty]
        if name not in OPEN_TO_ALL:
            with pytest.raises(AccessError):
                made(**{each.name: known.get(each.annotation) for each in needed})
    assert {name for name, _, _ in asked} >= set(OPEN_TO_ALL) and len(asked) > 50
