"""Signing in and its second step (codes of RFC 6238 B and RFC 4226 D), guessing, sessions, and changing accounts."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest

from sim.app.wiring import App
from sim.db.ledger import LedgerKind, Subjects
from sim.db.teams import AccountSessionRow, FailureRow
from sim.errors import AccessError, RateLimitError, StoreError
from sim.features.accounts import manage, second_step
from sim.features.accounts.manage import Slip, set_pin, write_pin_slips
from sim.features.accounts.second_step import SecondStepError, compute_code, find_step, match_step
from sim.features.accounts.sign_in import Origin, change_own, check_secret, finish_sign_in, set_up, sign_in
from sim.features.privacy.person_data import delete_person
from sim.features.team import team
from sim.ledger.verify import verify
from sim.rules import lockout, sessions
from sim.rules.viewer import NOBODY, Role, Viewer
from tests.support.fake_clock import FakeClock
from tests.support.given import load_account

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE = "blue ladder quiet 9"
OTHER = "green lamp window 4"
PIN = "482915"
HERE = "192.0.2.1"


@pytest.fixture
def admin(drill_app: App) -> Viewer:
    return look(drill_app, set_up(drill_app, name="Kim Lee", secret=PHRASE))


@pytest.fixture
def trainee(drill_app: App, admin: Viewer) -> str:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "North"), "Ana Lopez")
    assert manage.set_pin(drill_app, admin, person_id, PIN) == "Ana Lopez"
    return person_id


def look(app: App, cookie: str) -> Viewer:
    return sessions.find_viewer(app, cookie, is_local=True)


def enter(app: App, name: str = "Ana Lopez", secret: str = PIN, address: str = HERE) -> str:
    return sign_in(app, name=name, secret=secret, origin=Origin(address=address))


def fail(app: App, name: str = "Ana Lopez", *, times: int = 1, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(AccessError):
            enter(app, name, "000001", address)


def test_guessing_slows_down_then_locks_and_the_right_pin_does_not_help_then(
    drill_app: App, trainee: str, clock: FakeClock
) -> None:
    fail(drill_app, times=4)
    with pytest.raises(RateLimitError, match="15 seconds"):
        enter(drill_app)
    clock.pass_s(15)
    fail(drill_app)
    with pytest.raises(RateLimitError, match="30 seconds"):
        enter(drill_app)
    tries = 0
    for _ in range(24 * 6):
        clock.pass_s(600)
        try:
            enter(drill_app, secret="000001")
        except RateLimitError:
            continue
        except AccessError:
            tries += 1
    assert tries <= 31
    clock.pass_s(3600)
    assert look(drill_app, enter(drill_app)).person_id == trainee
    fail(drill_app, times=4)


def test_setting_the_clock_opens_no_lock_makes_none_longer_and_signs_nobody_out(
    drill_app: App, trainee: str, clock: FakeClock
) -> None:
    cookie = enter(drill_app)
    clock.pass_s(1800)
    fail(drill_app, times=4)
    for shift_s in (3600, -7200):
        clock.set_wall(shift_s)
        assert look(drill_app, cookie) != NOBODY
        with pytest.raises(RateLimitError, match="15 seconds"):
            enter(drill_app)
    clock.restart(epoch="run-2")
    clock.set_wall(-3600)
    with pytest.raises(RateLimitError):
        enter(drill_app)
    clock.pass_s(15)
    enter(drill_app)


def test_one_address_cannot_try_many_names(drill_app: App, trainee: str) -> None:
    for number in range(61):
        fail(drill_app, f"Someone {number}")
    with pytest.raises(RateLimitError):
        enter(drill_app)
    assert enter(drill_app, address="192.0.2.2")
    assert lockout.address_subject("2001:db8::1") == lockout.address_subject("2001:db8::ffff")
    assert lockout.address_subject("2001:db8::1") != lockout.address_subject("2001:db8:0:1::1")
    assert lockout.address_subject("::ffff:192.0.2.1") == lockout.address_subject("192.0.2.1")
    assert lockout.address_subject("::ffff:192.0.2.1") != lockout.address_subject("::ffff:192.0.2.2")


def test_a_session_ends_by_idleness_by_age_by_another_in_its_place_and_with_the_account(
    drill_app: App, admin: Viewer, trainee: str, clock: FakeClock
) -> None:
    idle, used = enter(drill_app), enter(drill_app)
    account_id = load_account(drill_app, trainee).account_id
    for _ in range(23):
        clock.pass_s(sessions.IDLE_AFTER.total_seconds() / 4)
        sessions.note_use(drill_app, used)
        assert look(drill_app, used).person_id == trainee
    sessions.note_use(drill_app, idle)
    assert look(drill_app, idle) == NOBODY
    clock.pass_s(sessions.AGE_LIMIT.total_seconds() / 24)
    assert look(drill_app, used) == NOBODY
    old, closed = enter(drill_app), enter(drill_app)
    sign_in(drill_app, name="Ana Lopez", secret=PIN, origin=Origin(address=HERE), instead_of=old)
    assert look(drill_app, old) == NOBODY
    assert look(drill_app, closed) != NOBODY
    manage.set_disabled(drill_app, admin, account_id, is_disabled=True)
    assert look(drill_app, closed) == NOBODY
    fail(drill_app)
    manage.set_disabled(drill_app, admin, account_id, is_disabled=False)
    assert look(drill_app, closed) == NOBODY
    assert look(drill_app, enter(drill_app)) != NOBODY


def test_what_the_database_holds_signs_nobody_in(drill_app: App, trainee: str) -> None:
    cookie = enter(drill_app)
    assert look(drill_app, sessions.hash_cookie(cookie)) == NOBODY
    for forged in ("", "x", cookie[:-1], cookie + "x", "A" * 5000, "\ud800"):
        assert look(drill_app, forged) == NOBODY
    manage.find_or_create(drill_app, "oidc:x|1", name="Sam Roe", roles=frozenset({Role.TRAINER}))
    with pytest.raises(AccessError):
        enter(drill_app, "Sam Roe", "")
    row = load_account(drill_app, trainee)
    assert PIN not in repr(row)
    assert (row.secret_hash or "").startswith("$argon2id$")


def test_another_secret_signs_out_everywhere(drill_app: App, admin: Viewer, trainee: str) -> None:
    cookie, here = enter(drill_app), enter(drill_app)
    change_own(drill_app, look(drill_app, here), was=PIN, becomes="937164", origin=Origin(address=HERE), cookie=here)
    assert look(drill_app, cookie) == NOBODY
    assert look(drill_app, here) != NOBODY
    manage.set_pin(drill_app, admin, trainee, PIN)
    assert look(drill_app, here) == NOBODY


def test_roles_count_at_once_and_there_is_always_an_administrator(drill_app: App, admin: Viewer, trainee: str) -> None:
    account_id, own = load_account(drill_app, trainee).account_id, admin.account_id or ""
    cookie = enter(drill_app)
    manage.set_roles(drill_app, admin, account_id, frozenset({Role.TRAINER}))
    assert look(drill_app, cookie) == NOBODY
    fail(drill_app)
    manage.set_secret(drill_app, admin, account_id, OTHER)
    cookie = enter(drill_app, secret=OTHER)
    assert look(drill_app, cookie).roles == {Role.TRAINER}
    for lose in (
        lambda: manage.set_roles(drill_app, admin, own, frozenset({Role.TRAINER})),
        lambda: manage.set_disabled(drill_app, admin, own, is_disabled=True),
    ):
        with pytest.raises(StoreError, match="nobody would be left"):
            lose()
    manage.set_roles(drill_app, admin, account_id, frozenset({Role.ADMIN}))
    assert look(drill_app, cookie).roles == {Role.ADMIN}
    manage.set_roles(drill_app, admin, own, frozenset({Role.RECORDS}))
    owner = look(drill_app, enter(drill_app, "Kim Lee", PHRASE))
    with pytest.raises(StoreError, match="further roles"):
        team.remove_person(drill_app, trainee)
    with pytest.raises(StoreError, match="nobody would be left"):
        delete_person(drill_app, owner, trainee, name="Ana Lopez")
    assert sessions.is_set_up(drill_app)


def test_only_who_may_changes_accounts(drill_app: App, admin: Viewer, trainee: str) -> None:
    account_id = load_account(drill_app, trainee).account_id
    trainer = Viewer(account_id="t", person_id=None, name="T", role=Role.TRAINER)
    for act in (
        lambda: manage.list_accounts(drill_app, trainer),
        lambda: manage.add_account(drill_app, trainer, name="Mal", secret=OTHER, roles=frozenset({Role.ADMIN})),
        lambda: manage.set_secret(drill_app, trainer, account_id, OTHER),
        lambda: manage.set_roles(drill_app, trainer, account_id, frozenset({Role.ADMIN})),
        lambda: manage.set_disabled(drill_app, trainer, account_id, is_disabled=True),
        lambda: manage.end_all_sessions(drill_app, trainer, account_id),
        lambda: manage.unlock(drill_app, trainer, account_id),
    ):
        with pytest.raises(AccessError):
            act()
    manage.set_pin(drill_app, trainer, trainee, "937164")
    manage.set_roles(drill_app, admin, account_id, frozenset({Role.TRAINEE, Role.RECORDS}))
    with pytest.raises(AccessError, match="no"):
        manage.set_pin(drill_app, trainer, trainee, PIN)


def test_changes_of_accounts_are_in_the_training_record_without_secrets(
    drill_app: App, admin: Viewer, trainee: str
) -> None:
    app = drill_app
    account_id = load_account(app, trainee).account_id
    cookie = enter(app)
    change_own(app, look(app, cookie), was=PIN, becomes="731946", origin=Origin(address=HERE), cookie=cookie)
    manage.set_pin(app, admin, trainee, PIN)
    manage.set_roles(app, admin, account_id, frozenset({Role.TRAINEE, Role.TRAINER}))
    manage.set_roles(app, admin, account_id, frozenset({Role.TRAINEE, Role.TRAINER}))
    manage.set_secret(app, admin, account_id, OTHER)
    for is_disabled in (True, True, False):
        manage.set_disabled(app, admin, account_id, is_disabled=is_disabled)
    manage.find_or_create(app, "oidc:x|1", name="Sam Roe", roles=frozenset({Role.RECORDS}))
    rows = sessions.list_account_changes(app, admin, zone=UTC).rows
    assert [row[1:] for row in reversed(rows)] == [
        ("Kim Lee", "account made: admin, records, trainer", "this machine"),
        ("Ana Lopez", "given another PIN or passphrase", "Kim Lee"),
        ("Ana Lopez", "roles changed from trainee to trainee, trainer", "Kim Lee"),
        ("Ana Lopez", "given another PIN or passphrase", "Kim Lee"),
        ("Ana Lopez", "account closed", "Kim Lee"),
        ("Ana Lopez", "account opened again", "Kim Lee"),
        ("Sam Roe", "account made: records", "the school's sign-in service"),
    ]
    with app.store.read() as work:
        entries = work.ledger.list_of(Subjects(), kinds=[LedgerKind.ACCOUNT_CHANGED])
        about = work.ledger.list_of(Subjects(person_id=trainee), kinds=[LedgerKind.ACCOUNT_CHANGED])
    assert len(about) == 5, "what is about someone of the roster is found, held and removed with them"
    stored = "".join(entry.body or "" for entry in entries)
    assert not any(secret in stored for secret in (PIN, "731946", OTHER, PHRASE, "argon2"))
    assert verify(app.store).broken is None
    with pytest.raises(AccessError):
        sessions.list_account_changes(app, look(app, enter(app, "Ana Lopez", OTHER)), zone=UTC)


def test_old_sessions_and_failures_are_not_kept(drill_app: App, trainee: str, clock: FakeClock) -> None:
    enter(drill_app)
    fail(drill_app, "Nobody")
    clock.pass_s(timedelta(days=31).total_seconds())
    enter(drill_app)
    account_id = load_account(drill_app, trainee).account_id
    with drill_app.store.read() as work:
        assert len(work.list_rows(AccountSessionRow, AccountSessionRow.account_id == account_id)) == 1
        assert work.by_key(FailureRow, lockout.name_subject("nobody")) is None


@pytest.mark.parametrize("pin", ["12345", "111111", "123456", "987654", "090909", "121212", "890123"])
def test_a_pin_that_others_would_try_first_is_refused(pin: str) -> None:
    with pytest.raises(StoreError):
        check_secret(pin, {Role.TRAINEE})


WEAK = ("short", "aaaaaaaaaaaaaaa", "Kim Lee of North", "482915731", "password1234", "Password12345!", "qwertyuiop12")


@pytest.mark.parametrize("secret", [*WEAK, "x" * 201])
def test_a_weak_passphrase_is_refused(secret: str) -> None:
    with pytest.raises(StoreError):
        check_secret(secret, {Role.TRAINER}, names=("Kim Lee of North",))


def test_pin_slips_of_a_whole_school_take_pages_and_no_name_is_markup() -> None:
    slips = [
        Slip(person=f"#strong[{number}] $x$ " + "W" * 60, sign_in_name=f"n{number}", pin="482915")
        for number in range(40)
    ]
    at = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
    pdf = write_pin_slips(slips, team="Front office", address="https://drills.example.org/account/sign-in", at=at)
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) > 2
    for words in ("#strong[39]", "Front office", "n39", "482915", "drills.example.org"):
        assert words in text


THERE = Origin(address="10.0.0.7")


def show_code(letters: str, clock: FakeClock) -> str:
    text = letters.replace(" ", "")
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    return compute_code(key, find_step(clock.read().wall.timestamp()))


def turn_on(app: App, viewer: Viewer, clock: FakeClock) -> tuple[str, tuple[str, ...]]:
    _, letters = second_step.begin_setup(app, viewer)
    return letters, second_step.confirm_setup(app, viewer, show_code(letters, clock))


def ask_ticket(app: App, name: str = "Kim Lee") -> str:
    with pytest.raises(SecondStepError) as asked:
        sign_in(app, name=name, secret=PHRASE, origin=THERE)
    return asked.value.ticket


def refuse(said: str, ask: Callable[..., object], *asked: Any, **rest: Any) -> None:
    with pytest.raises(AccessError, match=said):
        ask(*asked, **rest)


def test_no_code_is_taken_twice(drill_app: App, admin: Viewer, clock: FakeClock) -> None:
    letters, (first, *_) = turn_on(drill_app, admin, clock)
    refuse("used already", finish_sign_in, drill_app, ticket=ask_ticket(drill_app), code=show_code(letters, clock))
    clock.pass_s(30)
    code = show_code(letters, clock)
    assert finish_sign_in(drill_app, ticket=ask_ticket(drill_app), code=code)
    refuse("used already", finish_sign_in, drill_app, ticket=ask_ticket(drill_app), code=code)
    assert finish_sign_in(drill_app, ticket=ask_ticket(drill_app), code=first.upper())
    refuse("used already", finish_sign_in, drill_app, ticket=ask_ticket(drill_app), code=first)


def test_without_a_step_begun_or_on_no_code_is_taken(drill_app: App, admin: Viewer) -> None:
    refuse("nobody is signed in", second_step.begin_setup, drill_app, NOBODY)
    refuse("nobody is signed in", change_own, drill_app, NOBODY, was=PHRASE, becomes=PHRASE, origin=THERE, cookie="")
    refuse("nothing to confirm", second_step.confirm_setup, drill_app, admin, "123456")
    refuse("has no second step", second_step.turn_off_own, drill_app, admin, "123456")
    second_step.begin_setup(drill_app, admin)
    refuse("not right", second_step.confirm_setup, drill_app, admin, "123456")
    refuse("set up already", set_up, drill_app, name="Eve", secret=PHRASE)


def test_guessing_codes_gets_slow_and_a_right_passphrase_does_not_help(
    drill_app: App, admin: Viewer, clock: FakeClock
) -> None:
    letters, _ = turn_on(drill_app, admin, clock)
    clock.pass_s(60)
    for _ in range(4):
        with pytest.raises(AccessError):
            finish_sign_in(drill_app, ticket=ask_ticket(drill_app), code="123456")
    for origin in ("10.0.0.7", "10.0.0.8"):
        with pytest.raises(SecondStepError) as asked:
            sign_in(drill_app, name="Kim Lee", secret=PHRASE, origin=Origin(address=origin))
        with pytest.raises(RateLimitError, match="15 seconds"):
            finish_sign_in(drill_app, ticket=asked.value.ticket, code=show_code(letters, clock))
    clock.pass_s(15)
    assert finish_sign_in(drill_app, ticket=ask_ticket(drill_app), code=show_code(letters, clock))


def test_a_ticket_ends_after_five_minutes_with_the_passphrase_and_with_the_account(
    drill_app: App, admin: Viewer, clock: FakeClock
) -> None:
    letters, _ = turn_on(drill_app, admin, clock)
    old = ask_ticket(drill_app)
    clock.pass_s(300)
    refuse("expired", finish_sign_in, drill_app, ticket=old, code=show_code(letters, clock))
    ticket = ask_ticket(drill_app)
    change_own(drill_app, admin, was=PHRASE, becomes="green river stone 7", origin=THERE, cookie="")
    refuse("not valid any more", finish_sign_in, drill_app, ticket=ticket, code=show_code(letters, clock))
    for forged in ("", "x", ticket[:-2] + "AA"):
        with pytest.raises(AccessError):
            finish_sign_in(drill_app, ticket=forged, code=show_code(letters, clock))


def test_it_is_for_accounts_with_a_passphrase_here_that_are_more_than_a_trainee(
    drill_app: App, admin: Viewer, clock: FakeClock
) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "North"), "Ana Lopez")
    set_pin(drill_app, admin, person_id, "482915")
    cookie = sign_in(drill_app, name="Ana Lopez", secret="482915", origin=THERE)
    trainee = sessions.find_viewer(drill_app, cookie, is_local=False)
    refuse("no second step", second_step.begin_setup, drill_app, trainee)
    for role in (Role.TRAINER, Role.RECORDS):
        manage.add_account(drill_app, admin, name=f"Pat {role}", secret=PHRASE, roles=frozenset({role}))
        cookie = sign_in(drill_app, name=f"Pat {role}", secret=PHRASE, origin=THERE)
        turn_on(drill_app, sessions.find_viewer(drill_app, cookie, is_local=False), clock)
        assert ask_ticket(drill_app, f"Pat {role}")


def test_it_is_turned_off_with_a_code_or_by_an_administrator_and_the_record_says_so(
    drill_app: App, admin: Viewer, clock: FakeClock
) -> None:
    letters, _ = turn_on(drill_app, admin, clock)
    refuse("on already", second_step.begin_setup, drill_app, admin)
    refuse("not right", second_step.turn_off_own, drill_app, admin, "999999")
    clock.pass_s(30)
    second_step.turn_off_own(drill_app, admin, show_code(letters, clock))
    assert sign_in(drill_app, name="Kim Lee", secret=PHRASE, origin=THERE)
    clock.pass_s(30)
    other, _ = turn_on(drill_app, admin, clock)
    assert other != letters
    account_id = admin.account_id or ""
    assert [card.has_second_step for card in manage.list_accounts(drill_app, admin)] == [True]
    second_step.turn_off(drill_app, admin, account_id)
    second_step.turn_off(drill_app, admin, account_id)
    assert sign_in(drill_app, name="Kim Lee", secret=PHRASE, origin=THERE)
    with drill_app.store.read() as work:
        entries = work.ledger.list_of(Subjects(), kinds=[LedgerKind.ACCOUNT_CHANGED])
    changes = [change for entry in entries for change in re.findall(r'"change":"([a-z-]+)"', entry.body or "")]
    assert changes == ["made", "second-step-on", "second-step-off", "second-step-on", "second-step-off"]
    assert letters.replace(" ", "") not in "".join(entry.body or "" for entry in entries)


KEY = b"12345678901234567890"
RFC_6238 = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
RFC_4226 = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")


def test_codes_are_those_of_rfc_6238_and_rfc_4226() -> None:
    assert {moment_s: compute_code(KEY, find_step(moment_s), digits=8) for moment_s in RFC_6238} == RFC_6238
    assert tuple(compute_code(KEY, step) for step in range(10)) == RFC_4226


def test_a_clock_half_a_minute_off_is_let_pass() -> None:
    code = compute_code(KEY, 100)
    found = [match_step(KEY, code, moment_s=moment_s, after=0) for moment_s in (2969, 2970, 3059, 3060)]
    assert found == [None, 100, 100, None]
    assert match_step(KEY, compute_code(KEY, 101), moment_s=3000, after=100) == 101
    for wrong in ("", code[:-1], code + "0", "٣" * 6):
        assert match_step(KEY, wrong, moment_s=3000, after=0) is None
