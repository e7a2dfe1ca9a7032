"""The record sent to a learning record store: a real one on this machine, taking, down, refusing, and back."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from ralph.models.xapi.base.statements import BaseXapiStatement

from sim.drill.session_day import Attendance
from sim.errors import MachineError
from sim.services.accounts.viewer import AT_THIS_MACHINE
from sim.services.app.lrs_settings import LrsSettings, read_address, read_lrs
from sim.services.app.wiring import App
from sim.services.privacy.delete import delete_person
from sim.services.session_day.attendance import correct
from sim.services.training_event.events import close_training, enter_training
from sim.services.training_event.sign_in import tick_off
from sim.services.training_record.exports.lrs import BATCH, get_status, push
from sim.services.training_record.exports.write import Format, write_export
from tests.support.fake_clock import FakeClock
from tests.support.local_server import LocalServer
from tests.support.session_app import Room
from tests.unit.services.ledger.conftest import room
from tests.unit.services.training_event.conftest import make_plan

__all__ = ["room"]

HOME = "https://drills.example.org"


@dataclass
class Lrs:
    """A store: what it has by id, what it was sent, and what it answers (0 for what is right)."""

    statements: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: list[int] = field(default_factory=list)
    answer: int = 0
    url: str = ""


@pytest.fixture
def lrs() -> Iterator[Lrs]:
    store = Lrs()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            store.posts.append(len(body))
            wanted = "Basic " + base64.b64encode(b"key:pass word").decode()
            answer = 200
            if self.path != "/xapi/statements" or self.headers["X-Experience-API-Version"] != "1.0.3":
                answer = 404
            elif self.headers["Authorization"] != wanted:
                answer = 401
            elif store.answer:
                answer = store.answer
            elif any(each["id"] in store.statements for each in body):
                answer = 409
            else:
                store.statements |= {each["id"]: each for each in body}
            self.send_response(answer)
            if answer == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with LocalServer(Handler) as server:
        store.url = f"http://127.0.0.1:{server.port}/xapi/statements"
        yield store


def connect(room: Room, lrs: Lrs, **more: str) -> App:
    settings = LrsSettings(url=lrs.url, **({"user": "key", "password": "pass word"} | more))
    return replace(room.app, settings=replace(room.app.settings, lrs=settings, address=HOME))


def count_waiting(app: App) -> int:
    with app.store.read() as work:
        return work.lrs.count_waiting()


def test_everything_recorded_is_sent_once_with_the_installations_own_address(
    room: Room, lrs: Lrs, clock: FakeClock
) -> None:
    app = connect(room, lrs)
    taken = push(app)
    assert taken == len(lrs.statements) > 0
    assert max(lrs.posts) <= BATCH
    for statement in lrs.statements.values():
        BaseXapiStatement.model_validate(statement)
        assert statement["actor"]["account"]["homePage"] == HOME
        assert statement["object"]["id"].startswith(HOME)
    told = json.dumps(list(lrs.statements.values()))
    assert not any(name in told for name in ("Ana", "Lopez", "Ben Hill"))
    in_file = {each["id"] for each in json.loads(write_export(app, room.team_id, Format.XAPI))}
    assert set(lrs.statements) <= in_file
    assert push(app) == 0
    made = enter_training(app, make_plan(room.team_id, begins_at=clock.read().wall), person_ids=[room.people["Ana"]])
    tick_off(app, made, [room.people["Ana"]])
    assert push(app) == 0, "a training counts once it is closed"
    clock.pass_s(60)
    close_training(app, made, minutes=60, why_longer="on paper")
    assert push(app) == 1
    status = get_status(app, zone=UTC)
    assert status is not None
    assert (status.waiting, status.sent, status.failure) == (0, taken + 1, "")


def test_while_it_is_down_everything_waits_in_the_database_and_is_shown(room: Room, lrs: Lrs) -> None:
    away = connect(room, replace(lrs, url="http://127.0.0.1:9/xapi/statements"))
    assert push(away) == 0
    waiting = count_waiting(away)
    assert waiting > 0
    status = get_status(away, zone=UTC)
    assert status is not None
    assert status.waiting == waiting
    assert status.failure.startswith("The store did not answer: ")
    assert "Sep 14, 2026" in status.failure
    assert push(away) == 0
    assert count_waiting(away) == waiting, "nothing is lost, and nothing is queued twice"
    assert push(connect(room, lrs)) == waiting == len(lrs.statements)


@pytest.mark.parametrize(("answer", "said"), [(500, "answered 500"), (503, "answered 503"), (302, "answered 302")])
def test_an_answer_that_is_no_yes_leaves_everything_waiting(room: Room, lrs: Lrs, answer: int, said: str) -> None:
    app = connect(room, lrs)
    lrs.answer = answer
    assert push(app) == 0
    status = get_status(app, zone=UTC)
    assert status is not None and said in status.failure
    lrs.answer = 0
    assert push(app) == status.waiting
    again = get_status(app, zone=UTC)
    assert again is not None and again.failure == ""


def test_a_wrong_password_is_said_without_showing_it(room: Room, lrs: Lrs) -> None:
    app = connect(room, lrs, password="wrong secret")
    push(app)
    status = get_status(app, zone=UTC)
    assert status is not None
    assert "refused the name and password" in status.failure
    assert "wrong secret" not in repr(app.settings) + str(status)


def test_what_the_store_has_already_is_no_failure(room: Room, lrs: Lrs) -> None:
    app = connect(room, lrs)
    whole = push(app)
    with app.store.write() as work:
        state = work.lrs.get_state(lrs.url)
        assert state is not None
        work.lrs.queue(lrs.url, [], up_to=0)
    assert push(app) == whole
    assert len(lrs.statements) == whole
    assert count_waiting(app) == 0


def test_someone_who_is_deleted_takes_what_waits_along(room: Room, lrs: Lrs) -> None:
    away = connect(room, replace(lrs, url="http://127.0.0.1:9/xapi/statements"))
    push(away)
    delete_person(away, AT_THIS_MACHINE, room.people["Ben"], name="Ben Hill")
    push(connect(room, lrs))
    assert lrs.statements
    assert room.people["Ben"] not in json.dumps(list(lrs.statements.values()))


def test_an_attendance_corrected_to_came_is_sent_too(room: Room, lrs: Lrs) -> None:
    app = connect(room, lrs)
    push(app)
    before = set(lrs.statements)
    correct(app, room.session_id, room.people["Cy"], Attendance.PRESENT, reason="was there")
    assert push(app) >= 1
    fresh = [lrs.statements[each] for each in set(lrs.statements) - before]
    assert {each["actor"]["account"]["name"] for each in fresh} == {room.people["Cy"]}


def test_the_settings_are_read_with_name_and_password_apart() -> None:
    read = read_lrs({"SIGHTLINE_LRS": "https://key:p%40ss@lrs.example.org:8443/xapi/"}, "SIGHTLINE_LRS")
    assert read == LrsSettings(url="https://lrs.example.org:8443/xapi/statements", user="key", password="p@ss")
    assert read_lrs({}, "SIGHTLINE_LRS") is None
    for wrong in ("lrs.example.org", "ftp://x.example.org", "https://", "https://[bad"):
        with pytest.raises(MachineError, match="SIGHTLINE_LRS"):
            read_lrs({"SIGHTLINE_LRS": wrong}, "SIGHTLINE_LRS")
        with pytest.raises(MachineError, match="SIGHTLINE_ADDRESS"):
            read_address({"SIGHTLINE_ADDRESS": wrong}, "SIGHTLINE_ADDRESS")
    assert read_address({"SIGHTLINE_ADDRESS": "https://drills.example.org/"}, "SIGHTLINE_ADDRESS") == HOME
