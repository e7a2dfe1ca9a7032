"""The second step of signing in, its codes against the published values of RFC 6238 (B) and RFC 4226 (D)."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest

from sim.app.wiring import App
from sim.db.ledger import LedgerKind, Subjects
from sim.errors import AccessError, RateLimitError
from sim.features.accounts import manage, second_step
from sim.features.accounts.roster_accounts import set_pin
from sim.features.accounts.second_step import SecondStepError, compute_code, find_step, match_step
from sim.features.accounts.sign_in import Origin, change_own, finish_sign_in, set_up, sign_in
from sim.features.team import team
from sim.rules import sessions
from sim.rules.viewer import NOBODY, Role, Viewer
from tests.support.fake_clock import FakeClock

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE = "blue ladder quiet 9"
THERE = Origin(address="10.0.0.7")


@pytest.fixture
def admin(drill_app: App) -> Viewer:
    return sessions.find_viewer(drill_app, set_up(drill_app, name="Kim Lee", secret=PHRASE), is_local=False)


def show_code(letters: str, clock: FakeClock) -> str:
    """What an app shows that was given these letters."""
    text = letters.replace(" ", "")
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    return compute_code(key, find_step(clock.read().wall.timestamp()))


def turn_on(app: App, viewer: Viewer, clock: FakeClock) -> tuple[str, tuple[str, ...]]:
    letters = second_step.begin_setup(app, viewer).letters
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


def test_a_clock_half_a_minute_off_is_let_pass_and_no_code_twice() -> None:
    code = compute_code(KEY, 100)
    found = [match_step(KEY, code, moment_s=moment_s, after=0) for moment_s in (2969, 2970, 3059, 3060)]
    assert found == [None, 100, 100, None]
    assert match_step(KEY, code, moment_s=3000, after=100) is None
    assert match_step(KEY, compute_code(KEY, 101), moment_s=3000, after=100) == 101
    for wrong in ("", code[:-1], code + "0", "٣" * 6):
        assert match_step(KEY, wrong, moment_s=3000, after=0) is None
