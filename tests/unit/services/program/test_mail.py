"""Reminders by mail, through a real mail server on this machine: taking, down, refusing, and back."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sim.errors import AccessError, MachineError
from sim.services.accounts.viewer import AT_THIS_MACHINE
from sim.services.app.settings import MailSettings, Secured, read_settings
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.privacy.delete import delete_person
from sim.services.program import plan
from sim.services.program.give import NO_EMAIL, STOPPED, give_to_all, list_to_do, mail_again
from sim.services.program.mail import (
    get_status,
    make_stop_address,
    queue_now,
    queue_reminders,
    read_stop,
    send_waiting,
    stop_mail,
)
from sim.services.team import team
from tests.support.fake_clock import FakeClock
from tests.unit.services.program.test_program import find_person, list_steps, make_order

HOME = "https://drills.example.org"


@dataclass
class Post:
    """A mail server: what it took, whom it refuses, and what it answers instead of taking anything."""

    letters: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    answer: str = ""
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer:
            return self.answer
        letter = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(letter, EmailMessage)
        assert letter["To"] == envelope.rcpt_tos[0]
        self.letters.append(letter)
        return "250 taken"


@pytest.fixture
def post() -> Iterator[Post]:
    taking = Post(port=find_port())
    controller = Controller(taking, hostname="127.0.0.1", port=taking.port, ready_timeout=30)
    controller.start()
    yield taking
    controller.stop()


def find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def app(measuring_app: App, post: Post) -> App:
    mail = MailSettings(host="127.0.0.1", port=post.port, secured=Secured.PLAIN, sender="drills@example.org")
    return replace(measuring_app, settings=replace(measuring_app.settings, mail=mail, address=HOME))


@pytest.fixture
def program_id(app: App, clock: FakeClock) -> str:
    team_id = team.add_team(app, "Front office")
    for name in ("Heron", "Otter", "Maple"):
        person_id = team.add_person(app, team_id, name)
        if name != "Maple":
            set_email(app, person_id, f"{name.lower()}@school.example")
    return plan.create_program(app, make_order(team_id))


def set_email(app: App, person_id: str, email: str) -> None:
    with app.store.write() as work:
        person = work.teams.get_person(person_id)
        work.roster.save_people([replace(person, email=email)])


def get_team(app: App, program_id: str) -> str:
    with app.store.read() as work:
        return work.programs.get(program_id).team_id


def get_person(app: App, program_id: str, name: str) -> str:
    return find_person(app, get_team(app, program_id), name)


def read(letter: EmailMessage) -> str:
    return str(letter.get_content())


def test_what_is_due_is_told_once_and_what_is_overdue_once_more(
    app: App, program_id: str, post: Post, clock: FakeClock
) -> None:
    clock.pass_s(2 * 3600)
    steps = list_steps(app, program_id)
    assert queue_reminders(app) == 2 * sum(step.kind.value in ("familiarization", "before") for step in steps.values())
    assert queue_reminders(app) == 0
    assert send_waiting(app) == len(post.letters) == 4
    assert {letter["To"] for letter in post.letters} == {"heron@school.example", "otter@school.example"}
    for told in map(read, post.letters):
        assert HOME in told
        assert not [word for word in ("passed", "correct", "%", "your score", "result") if word in told.lower()]
    assert all(letter["Subject"].startswith("Due: ") for letter in post.letters)
    clock.pass_s(24 * 3600)
    assert queue_reminders(app) == send_waiting(app) == 0
    clock.pass_s((steps["familiarization 1"].due_to - clock.read().wall.date()).days * 86_400 + 86_400)
    queue_reminders(app)
    send_waiting(app)
    late = [letter for letter in post.letters if letter["Subject"].startswith("Overdue: ")]
    assert [letter["Subject"] for letter in late] == ["Overdue: Get to know the search console"] * 2


def test_nothing_goes_out_at_night_on_weekends_or_on_days_off(app: App, program_id: str, clock: FakeClock) -> None:
    clock.set_wall(-6 * 3600)
    assert queue_reminders(app) == 0
    clock.set_wall(6 * 3600 + 5 * 86_400 + 3 * 3600)
    assert clock.read().wall.weekday() == 5
    assert queue_reminders(app) == 0


def test_a_drill_that_was_given_is_linked_to_its_person(
    app: App, program_id: str, post: Post, clock: FakeClock
) -> None:
    step_id = list_steps(app, program_id)["before 1"].step_id
    given = {line.name: line for line in give_to_all(app, program_id, step_id)}
    assert all(line.attempt_id and not line.why_not for line in given.values())
    assert (given["Maple"].mail, given["Heron"].mail) == (NO_EMAIL, "")
    assert [line.attempt_id for line in give_to_all(app, program_id, step_id)] == [
        line.attempt_id for line in list_to_do(app, program_id, step_id)
    ]
    people = frozenset(line.person_id for line in given.values())
    assert queue_now(app, program_id, step_id, people) == 2
    assert queue_now(app, program_id, step_id, people) == 0
    send_waiting(app)
    for letter in post.letters:
        name = letter["To"].partition("@")[0].capitalize()
        assert f"{HOME}/drill?attempt={given[name].attempt_id}&link=" in read(letter)
        assert name in read(letter)
    attempts.get_briefing(app, given["Heron"].attempt_id)
    attempts.begin(app, given["Heron"].attempt_id)
    clock.pass_s(3600)
    assert {line.name for line in list_to_do(app, program_id, step_id)} == {"Otter", "Maple"}


def test_while_the_server_is_down_everything_waits_and_the_trainer_reads_why(
    app: App, program_id: str, post: Post, clock: FakeClock
) -> None:
    clock.pass_s(2 * 3600)
    queue_reminders(app)
    down = replace(app, settings=replace(app.settings, mail=replace(app.settings.mail, port=1)))  # type: ignore[type-var]
    assert send_waiting(down) == 0
    status = get_status(down, zone=UTC)
    assert status is not None
    assert (status.waiting, status.sent) == (4, 0)
    assert "did not answer" in status.failure
    post.answer = "451 try later"
    assert send_waiting(app) == 0
    status = get_status(app, zone=UTC)
    assert status is not None
    assert "answered 451" in status.failure
    post.answer = ""
    assert send_waiting(app) == 4
    status = get_status(app, zone=UTC)
    assert status is not None
    assert (status.waiting, status.sent, status.failure) == (0, 4, "")


def test_what_waited_for_a_day_is_not_sent_and_what_still_holds_is_made_anew(
    app: App, program_id: str, post: Post, clock: FakeClock
) -> None:
    clock.pass_s(2 * 3600)
    assert queue_reminders(app) == 4
    post.answer = "451 try later"
    clock.pass_s(23 * 3600)
    assert send_waiting(app) == 0
    status = get_status(app, zone=UTC)
    assert status is not None and status.waiting == 4
    team.remove_person(app, get_person(app, program_id, "Heron"))
    clock.pass_s(2 * 3600)
    post.answer = ""
    assert send_waiting(app) == 0, "the words are of yesterday, and one of the two has left"
    assert queue_reminders(app) == send_waiting(app) == 2
    assert {letter["To"] for letter in post.letters} == {"otter@school.example"}


def test_an_address_that_is_refused_holds_up_no_other_and_is_named(
    app: App, program_id: str, post: Post, clock: FakeClock
) -> None:
    post.refused = {"heron@school.example"}
    set_email(app, get_person(app, program_id, "Maple"), "not an address")
    clock.pass_s(2 * 3600)
    queue_reminders(app)
    assert send_waiting(app) == 2
    assert send_waiting(app) == 0
    step_id = list_steps(app, program_id)["before 1"].step_id
    told = {line.name: line.mail for line in list_to_do(app, program_id, step_id)}
    assert told == {
        "Heron": "the mail server refused the address (answer 550).",
        "Maple": "no mail address that can be used.",
        "Otter": "",
    }


def test_anyone_turns_their_own_reminders_off_by_the_link_in_one(
    app: App, program_id: str, post: Post, clock: FakeClock
) -> None:
    clock.pass_s(2 * 3600)
    queue_reminders(app)
    send_waiting(app)
    letter = next(each for each in post.letters if each["To"] == "heron@school.example")
    heron = get_person(app, program_id, "Heron")
    address = make_stop_address(app, heron)
    assert letter["List-Unsubscribe"] == f"<{address}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in read(letter)
    token = address.partition("?t=")[2]
    assert read_stop(app, token) == heron
    step_id = list_steps(app, program_id)["before 1"].step_id
    assert queue_now(app, program_id, step_id, frozenset({heron})) == 1
    stop_mail(app, token)
    stop_mail(app, token)
    assert send_waiting(app) == 0
    clock.pass_s(86_400)
    assert queue_now(app, program_id, step_id, frozenset({heron})) == 0
    told = {line.name: line.mail for line in list_to_do(app, program_id, step_id)}
    assert told["Heron"] == STOPPED.format(day="Sep 14")
    mail_again(app, heron)
    assert queue_now(app, program_id, step_id, frozenset({heron})) == 1
    stop_mail(app, token)
    for forged in ("", "x", token[:-2] + "AA"):
        with pytest.raises(AccessError):
            stop_mail(app, forged)
    delete_person(app, AT_THIS_MACHINE, heron, name="Heron")
    with pytest.raises(AccessError, match="not on the list"):
        stop_mail(app, token)


def test_without_a_server_or_an_address_nothing_is_queued(app: App, program_id: str, clock: FakeClock) -> None:
    clock.pass_s(2 * 3600)
    without = replace(app, settings=replace(app.settings, mail=None))
    assert queue_reminders(without) == send_waiting(without) == 0
    assert get_status(without, zone=UTC) is None
    nowhere = replace(app, settings=replace(app.settings, address=""))
    assert queue_reminders(nowhere) == 0
    status = get_status(nowhere, zone=UTC)
    assert status is not None
    assert not status.has_address
    clock.pass_s(timedelta(minutes=15).total_seconds())
    assert queue_reminders(app) == 4


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_is_sent_to_a_server_that_asks_and_one_it_refuses_is_told(
    app: App, program_id: str, clock: FakeClock
) -> None:
    taking = Post(port=find_port())

    def check(server: SMTP, session: Session, envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=isinstance(login, LoginPassword) and login.password == b"p@ss", handled=False)

    controller = Controller(
        taking,
        hostname="127.0.0.1",
        port=taking.port,
        ready_timeout=30,
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    try:
        mail = replace(app.settings.mail, port=taking.port, user="drills", password="wrong")  # type: ignore[type-var]
        asked = replace(app, settings=replace(app.settings, mail=mail))
        clock.pass_s(2 * 3600)
        queue_reminders(asked)
        assert send_waiting(asked) == 0
        status = get_status(asked, zone=UTC)
        assert status is not None
        assert "refused the name and password" in status.failure
        right = replace(app, settings=replace(app.settings, mail=replace(mail, password="p@ss")))
        assert send_waiting(right) == len(taking.letters) == 4
    finally:
        controller.stop()


def test_the_setting_names_a_server_and_never_sends_a_password_in_the_open() -> None:
    name = "SIGHTLINE_SMTP"
    found = read_settings({name: "smtps://drills:p%40ss@mail.example.org?from=drills@example.org"}).mail
    assert found is not None
    assert (found.host, found.port, found.secured, found.user, found.password) == (
        "mail.example.org",
        465,
        Secured.TLS,
        "drills",
        "p@ss",
    )
    assert "p@ss" not in repr(found) + found.name
    assert read_settings({}).mail is None
    assert read_settings({name: "smtp+starttls://u:p@m.example.org?from=a@b.org"}).mail.port == 587  # type: ignore[union-attr]
    for wrong in (
        "mail.example.org",
        "https://mail.example.org?from=a@b.org",
        "smtp://mail.example.org",
        "smtp://mail.example.org?from=nobody",
        "smtp://u:p@mail.example.org?from=a@b.org",
        "smtps://mail.example.org:99999?from=a@b.org",
    ):
        with pytest.raises(MachineError, match=name):
            read_settings({name: wrong})
