import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sim.app.settings import MailSettings, Secured, read_settings
from sim.app.wiring import App
from sim.errors import AccessError, MachineError
from sim.features.privacy.person_data import delete_person
from sim.features.program import plan
from sim.features.program.board import NO_EMAIL, STOPPED, give_to_all, list_to_do
from sim.features.program.mail import (
    MailStatus,
    get_status,
    mail_again,
    make_stop_address,
    queue_now,
    queue_reminders,
    read_stop,
    send_waiting,
    stop_mail,
)
from sim.features.team import team
from sim.rules.viewer import AT_THIS_MACHINE
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, make_team, set_email
from tests.unit.features.program.test_program import find_person, list_steps, make_order

HOME = "https://drills.example.org"


@dataclass
class Post:
    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    answer: str = ""

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


@contextmanager
def serve(**options: object) -> Iterator[Post]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        taking = Post(port=int(free.getsockname()[1]))
    controller = Controller(taking, hostname="127.0.0.1", port=taking.port, ready_timeout=30, **options)
    controller.start()
    try:
        yield taking
    finally:
        controller.stop()


@pytest.fixture
def post() -> Iterator[Post]:
    with serve() as taking:
        yield taking


def set_mail(app: App, **changes: object) -> App:
    mail = replace(app.settings.mail, **changes)  # type: ignore[type-var]
    return replace(app, settings=replace(app.settings, mail=mail))


def read_status(app: App) -> MailStatus:
    status = get_status(app, zone=UTC)
    assert status is not None
    return status


@pytest.fixture
def app(measuring_app: App, post: Post) -> App:
    mail = MailSettings(host="127.0.0.1", port=post.port, secured=Secured.PLAIN, sender="drills@example.org")
    return replace(measuring_app, settings=replace(measuring_app.settings, mail=mail, address=HOME))


@pytest.fixture
def program_id(app: App, clock: FakeClock) -> str:
    team_id, (heron, otter, _) = make_team(app, "Heron", "Otter", "Maple")
    set_email(app, heron, "heron@school.example")
    set_email(app, otter, "otter@school.example")
    made = plan.create_program(app, make_order(team_id))
    clock.pass_s(2 * 3600)
    return made


def get_person(app: App, program_id: str, name: str) -> str:
    with app.store.read() as work:
        team_id = work.programs.get(program_id).team_id
    return find_person(app, team_id, name)


def read(letter: EmailMessage) -> str:
    return str(letter.get_content())


def test_what_is_due_is_told_once_and_overdue_once_more(
    app: App, program_id: str, post: Post, clock: FakeClock
) -> None:
    steps = list_steps(app, program_id)
    assert queue_reminders(app) == 4
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
    late = [letter["Subject"] for letter in post.letters[4:] if letter["Subject"].startswith("Overdue: ")]
    assert late == ["Overdue: Get to know the search console"] * 2


@pytest.mark.usefixtures("program_id")
def test_nothing_goes_out_at_night_or_on_weekends(app: App, clock: FakeClock) -> None:
    clock.set_wall(-8 * 3600)
    assert queue_reminders(app) == 0
    clock.set_wall(6 * 3600 + 5 * 86_400 + 3 * 3600)
    assert clock.read().wall.weekday() == 5
    assert queue_reminders(app) == 0


def test_a_drill_given_is_linked_to_its_person(app: App, program_id: str, post: Post, clock: FakeClock) -> None:
    step_id = list_steps(app, program_id)["before 1"].step_id
    given = {line.name: line for line in give_to_all(app, program_id, step_id)}
    assert all(line.attempt_id and not line.why_not for line in given.values())
    assert (given["Maple"].mail, given["Heron"].mail) == (NO_EMAIL, "")
    ids = [line.attempt_id for line in given.values()]
    assert [line.attempt_id for line in give_to_all(app, program_id, step_id)] == ids
    people = frozenset(line.person_id for line in given.values())
    assert [queue_now(app, program_id, step_id, people) for _ in range(2)] == [2, 0]
    send_waiting(app)
    for letter in post.letters:
        name = letter["To"].partition("@")[0].capitalize()
        assert f"{HOME}/drill?attempt={given[name].attempt_id}&link=" in read(letter)
        assert name in read(letter)
    begin(app, given["Heron"].attempt_id)
    clock.pass_s(3600)
    assert {line.name for line in list_to_do(app, program_id, step_id)} == {"Otter", "Maple"}
    with app.store.read() as work:
        team.add_person(app, work.programs.get(program_id).team_id, "Wren")
    clock.pass_s(20 * 86_400)
    (late,) = (line for line in give_to_all(app, program_id, step_id) if line.name == "Wren")
    assert "will not count before training" in late.why_not and not late.attempt_id


@pytest.mark.usefixtures("program_id")
def test_while_the_server_is_down_everything_waits_and_the_trainer_reads_why(app: App, post: Post) -> None:
    queue_reminders(app)
    down = set_mail(app, port=1)
    assert send_waiting(down) == 0
    status = read_status(down)
    assert (status.waiting, status.sent, "did not answer" in status.failure) == (4, 0, True)
    post.answer = "451 try later"
    assert send_waiting(app) == 0
    assert "answered 451" in read_status(app).failure
    post.answer = ""
    assert send_waiting(app) == 4
    status = read_status(app)
    assert (status.waiting, status.sent, status.failure) == (0, 4, "")


def test_what_waited_for_a_day_is_made_anew(app: App, program_id: str, post: Post, clock: FakeClock) -> None:
    assert queue_reminders(app) == 4
    post.answer = "451 try later"
    clock.pass_s(23 * 3600)
    assert (send_waiting(app), read_status(app).waiting) == (0, 4)
    team.remove_person(app, get_person(app, program_id, "Heron"))
    clock.pass_s(2 * 3600)
    post.answer = ""
    assert send_waiting(app) == 0, "the words are of yesterday, and one of the two has left"
    assert queue_reminders(app) == send_waiting(app) == 2
    assert {letter["To"] for letter in post.letters} == {"otter@school.example"}


def test_an_address_that_is_refused_holds_up_no_other_and_is_named(app: App, program_id: str, post: Post) -> None:
    post.refused = {"heron@school.example"}
    set_email(app, get_person(app, program_id, "Maple"), "not an address")
    queue_reminders(app)
    assert [send_waiting(app) for _ in range(2)] == [2, 0]
    step_id = list_steps(app, program_id)["before 1"].step_id
    told = {line.name: line.mail for line in list_to_do(app, program_id, step_id)}
    assert told == {
        "Heron": "the mail server refused the address (answer 550).",
        "Maple": "no mail address that can be used.",
        "Otter": "",
    }


def test_anyone_turns_reminders_off_by_the_link_in_one(app: App, program_id: str, post: Post, clock: FakeClock) -> None:
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


@pytest.mark.usefixtures("program_id")
def test_without_a_server_or_an_address_nothing_is_queued(app: App) -> None:
    without = replace(app, settings=replace(app.settings, mail=None))
    assert queue_reminders(without) == send_waiting(without) == 0
    assert get_status(without, zone=UTC) is None
    nowhere = replace(app, settings=replace(app.settings, address=""))
    assert (queue_reminders(nowhere), read_status(nowhere).has_address) == (0, False)
    assert queue_reminders(app) == 4


@pytest.mark.usefixtures("program_id")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_is_sent_to_a_server_that_asks_and_one_it_refuses_is_told(app: App) -> None:
    def check(server: SMTP, session: Session, envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=isinstance(login, LoginPassword) and login.password == b"p@ss", handled=False)

    with serve(authenticator=check, auth_required=True, auth_require_tls=False) as taking:
        wrong = set_mail(app, port=taking.port, user="drills", password="wrong")
        queue_reminders(wrong)
        assert send_waiting(wrong) == 0
        assert "refused the name and password" in read_status(wrong).failure
        assert send_waiting(set_mail(wrong, password="p@ss")) == len(taking.letters) == 4


@pytest.mark.usefixtures("program_id")
def test_mail_goes_only_to_a_server_whose_certificate_is_trusted(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path / "mail.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    queue_reminders(app)
    with serve(tls_context=context, require_starttls=True) as taking:
        secured = set_mail(app, port=taking.port, secured=Secured.STARTTLS)
        assert send_waiting(secured) == 0
        status = read_status(secured)
        assert (status.waiting, taking.letters) == (4, [])
        assert status.failure.startswith("The certificate of the mail server is not trusted (self-signed certificate).")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send_waiting(secured) == len(taking.letters) == 4


def write_certificate(path: Path) -> Path:
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    written = key.private_bytes(serialization.Encoding.PEM, *kept)
    path.write_bytes(written + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.usefixtures("program_id")
def test_a_server_without_starttls_is_sent_nothing(app: App, post: Post) -> None:
    queue_reminders(app)
    secured = set_mail(app, secured=Secured.STARTTLS)
    assert send_waiting(secured) == 0
    assert read_status(secured).failure.startswith("The mail server does not offer what the setting asks for")
    assert post.letters == []


def test_the_setting_names_a_server_and_never_sends_a_password_in_the_open() -> None:
    name = "SIGHTLINE_SMTP"
    found = read_settings({name: "smtps://drills:p%40ss@mail.example.org?from=drills@example.org"}).mail
    assert found is not None
    assert (found.host, found.port, found.secured) == ("mail.example.org", 465, Secured.TLS)
    assert (found.user, found.password) == ("drills", "p@ss")
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
