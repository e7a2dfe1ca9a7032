"""Wrong tries as an attacker makes them: nobody is shut out by others, and a guess from many places stays bounded."""

from datetime import timedelta

import pytest

from sim.app.wiring import App
from sim.errors import AccessError, RateLimitError
from sim.features.accounts import manage
from sim.features.accounts.sign_in import MOST_ACCOUNTS, Origin, find_browser, remember_browser, set_up, sign_in
from sim.features.accounts.sign_in import REMEMBERED_FOR as LASTS
from sim.features.team import team
from sim.rules import sessions
from sim.rules.viewer import Viewer
from tests.support.fake_clock import NOON, FakeClock

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE, PIN, WRONG = "blue ladder quiet 9", "482915", "000001"
SCHOOL, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def admin(drill_app: App) -> Viewer:
    return sessions.find_viewer(drill_app, set_up(drill_app, name="Kim Lee", secret=PHRASE), is_local=False)


def enter(app: App, name: str, secret: str, origin: Origin) -> str:
    return sign_in(app, name=name, secret=secret, origin=origin)


@pytest.fixture
def known(drill_app: App, admin: Viewer, clock: FakeClock) -> str:
    return remember_browser(drill_app.access.secret, "", admin.account_id or "", now=clock.read().wall)


def count_guesses(app: App, clock: FakeClock, name: str, origins: list[Origin], *, hours: int, every_s: int) -> int:
    guesses = 0
    for number in range(hours * 3600 // every_s):
        clock.pass_s(every_s)
        try:
            enter(app, name, WRONG, origins[number % len(origins)])
        except RateLimitError:
            continue
        except AccessError:
            guesses += 1
    return guesses


def test_wrong_tries_from_elsewhere_do_not_lock_an_administrator_out(drill_app: App, admin: Viewer) -> None:
    for _ in range(43):
        with pytest.raises((AccessError, RateLimitError)):
            enter(drill_app, "Kim Lee", WRONG, Origin(address=ELSEWHERE))
    assert enter(drill_app, "Kim Lee", PHRASE, Origin(address=SCHOOL))
    with pytest.raises(RateLimitError):
        enter(drill_app, "Kim Lee", PHRASE, Origin(address=ELSEWHERE))


def test_a_pupil_behind_the_schools_one_address_does_not_lock_out_a_browser_that_is_known(
    drill_app: App, known: str, clock: FakeClock
) -> None:
    for number in range(90):
        with pytest.raises((AccessError, RateLimitError)):
            enter(drill_app, "Kim Lee" if number % 2 else f"Someone {number}", WRONG, Origin(address=SCHOOL))
    with pytest.raises(RateLimitError):
        enter(drill_app, "Kim Lee", PHRASE, Origin(address=SCHOOL))
    assert enter(drill_app, "Kim Lee", PHRASE, Origin(address=SCHOOL, browser=known))


def test_a_thousand_machines_guess_no_more_than_a_few_dozen_times_a_day_and_lock_out_neither_way_in(
    drill_app: App, known: str, clock: FakeClock
) -> None:
    machines = [Origin(address=f"203.0.113.{number % 250}") for number in range(1000)]
    guesses = count_guesses(drill_app, clock, "Kim Lee", machines, hours=24, every_s=60)
    assert guesses <= 20 + 8 + 24
    with pytest.raises(RateLimitError):
        enter(drill_app, "Kim Lee", PHRASE, Origin(address=SCHOOL))
    assert enter(drill_app, "Kim Lee", PHRASE, Origin(address=SCHOOL, browser=known))
    assert enter(drill_app, "Kim Lee", PHRASE, Origin(address="127.0.0.1", is_local=True))


def test_a_known_browser_in_other_hands_guesses_as_slowly_as_any(drill_app: App, known: str, clock: FakeClock) -> None:
    origins = [Origin(address=f"203.0.113.{number}", browser=known) for number in range(20)]
    assert count_guesses(drill_app, clock, "Kim Lee", origins, hours=24, every_s=300) <= 36


def test_a_browser_is_known_by_its_own_cookie_to_the_last_few_alone() -> None:
    secret = b"s" * 32
    cookie = remember_browser(secret, "", "kim", now=NOON)
    mark = find_browser(secret, cookie, "kim", now=NOON)
    assert mark
    for wrong in (cookie[:-2], "x" * 5000):
        assert find_browser(secret, wrong, "kim", now=NOON) == ""
    assert find_browser(secret, cookie, "ana", now=NOON) == find_browser(b"t" * 32, cookie, "kim", now=NOON) == ""
    assert find_browser(secret, cookie, "kim", now=NOON + LASTS + timedelta(seconds=1)) == ""
    cookie = remember_browser(secret, cookie, "kim", now=NOON + timedelta(days=9))
    assert find_browser(secret, cookie, "kim", now=NOON + LASTS) == mark, "it keeps what it is known by"
    for number in range(MOST_ACCOUNTS):
        cookie = remember_browser(secret, cookie, f"person {number}", now=NOON)
        assert len(cookie) < 1000
    assert find_browser(secret, cookie, "kim", now=NOON) == ""
    assert find_browser(secret, cookie, "person 0", now=NOON)


def test_a_school_behind_one_address_is_not_paced_as_one_person(
    drill_app: App, admin: Viewer, clock: FakeClock
) -> None:
    team_id = team.add_team(drill_app, "North")
    names = [f"Person {number}" for number in range(100)]
    for name in names:
        manage.set_pin(drill_app, admin, team.add_person(drill_app, team_id, name), PIN)
    for name in names:
        for _ in range(2):
            with pytest.raises(AccessError):
                enter(drill_app, name, WRONG, Origin(address=SCHOOL))
        assert enter(drill_app, name, PIN, Origin(address=SCHOOL))


def test_an_address_forgets_wrong_names_while_it_is_used(drill_app: App, admin: Viewer, clock: FakeClock) -> None:
    for number in range(24 * 12):
        clock.pass_s(600)
        with pytest.raises(AccessError):
            enter(drill_app, f"Mistyped {number}", WRONG, Origin(address=SCHOOL))
    assert enter(drill_app, "Kim Lee", PHRASE, Origin(address=SCHOOL))


def test_an_administrator_unlocks_a_name_everywhere(drill_app: App, admin: Viewer) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "North"), "Ana Lopez")
    manage.set_pin(drill_app, admin, person_id, PIN)
    for address in (SCHOOL, ELSEWHERE):
        for _ in range(4):
            with pytest.raises(AccessError):
                enter(drill_app, "Ana Lopez", WRONG, Origin(address=address))
    cards = {card.name: card for card in manage.list_accounts(drill_app, admin)}
    assert cards["Ana Lopez"].wait_s > 0 == cards["Kim Lee"].wait_s
    manage.unlock(drill_app, admin, cards["Ana Lopez"].account_id)
    for address in (SCHOOL, ELSEWHERE):
        assert enter(drill_app, "Ana Lopez", PIN, Origin(address=address))
