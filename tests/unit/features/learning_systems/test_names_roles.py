"""The people of a course brought in as a roster: all pages or none, learners alone, and the same people at a launch."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sim.app.asking import OutsideError, ask, find_next, is_safe_url
from sim.app.wiring import App
from sim.errors import AccessError
from sim.features.learning_systems.people import make_identity
from sim.features.learning_systems.services import list_courses, read_course
from sim.features.people.apply import apply_roster, preview_roster
from sim.features.team import team
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY
from tests.support.fake_clock import FakeClock
from tests.support.lti_course import connect, open_course, run_platform
from tests.support.lti_platform import INSTRUCTOR, LtiPlatform, User

USERS = (
    User("ana", "Ana Lopez", "ana@school.example"),
    User("ben", "Ben Hill", "ben@school.example", sourced_id="S-2"),
    User("ira", "Ira Cole", roles=(INSTRUCTOR,)),
    User("cy", "Cy Park"),
    User("dee", "Dee Moss", status="Inactive"),
)


@pytest.fixture
def platform(drill_app: App, clock: FakeClock) -> Iterator[LtiPlatform]:
    with run_platform(drill_app, clock, {user.sub: replace(user) for user in USERS}) as running:
        yield running


@pytest.fixture
def platform_id(drill_app: App, platform: LtiPlatform) -> str:
    platform_id = connect(drill_app, platform, trusts_email=True, school="Maple Ridge")
    open_course(drill_app, platform, platform_id)
    return platform_id


def bring_in(app: App) -> None:
    roster = read_course(app, AT_THIS_MACHINE, "course")
    plan = preview_roster(app, AT_THIS_MACHINE, roster)
    apply_roster(app, AT_THIS_MACHINE, roster, expected=plan.fingerprint)


def test_all_pages_are_read_and_learners_come_in(drill_app: App, platform: LtiPlatform, platform_id: str) -> None:
    (course,) = list_courses(drill_app, AT_THIS_MACHINE)
    assert course.title == "Camera training"
    bring_in(drill_app)
    assert platform.wrong == []
    with drill_app.store.read() as work:
        people = {person.name: person for person in work.teams.list_everybody()}
        (on,) = work.teams.list_teams()
    assert set(people) == {"Ana Lopez", "Ben Hill", "Cy Park"}
    assert (on.name, on.school, on.external_id) == ("Camera training", "Maple Ridge", "lti:course")
    assert (people["Ana Lopez"].email, people["Ana Lopez"].external_id) == ("ana@school.example", None)
    assert people["Ben Hill"].external_id == "S-2"
    assert people["Cy Park"].external_id == make_identity(platform_id, "cy")
    roster = read_course(drill_app, AT_THIS_MACHINE, "course")
    assert preview_roster(drill_app, AT_THIS_MACHINE, roster).is_empty, "again, nothing changes"
    assert roster.notes == ("1 instructors and others of the course were not read.",)


def test_who_is_not_active_any_more_is_marked_as_having_left(
    drill_app: App, platform: LtiPlatform, platform_id: str
) -> None:
    bring_in(drill_app)
    platform.users["ana"].status = "Deleted"
    bring_in(drill_app)
    with drill_app.store.read() as work:
        left = {person.name for person in work.teams.list_everybody() if person.left_at is not None}
    assert left == {"Ana Lopez"}


def test_people_of_a_team_stay_on_it(drill_app: App, platform: LtiPlatform, platform_id: str) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "A. Lopez")
    with drill_app.store.write() as work:
        work.roster.save_people([replace(work.teams.get_person(person_id), email="ana@school.example")])
    bring_in(drill_app)
    with drill_app.store.read() as work:
        assert work.teams.get_person(person_id).team_id == team_id


def test_an_answer_that_stops_half_way_changes_nothing(
    drill_app: App, platform: LtiPlatform, platform_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fail_later(url: str, **kinds: object) -> object:
        asked.append(url)
        platform.fails = {"/members": 502} if len(asked) > 1 else {}
        return ask(url, **kinds)  # type: ignore[arg-type]

    monkeypatch.setattr("sim.features.learning_systems.services.ask", fail_later)
    with pytest.raises(OutsideError, match=r"502 in place of page 2 .*nothing was changed"):
        read_course(drill_app, AT_THIS_MACHINE, "course")
    assert len(asked) == 2


def test_only_who_brings_in_a_roster_reads_a_course(drill_app: App, platform: LtiPlatform, platform_id: str) -> None:
    with pytest.raises(AccessError):
        read_course(drill_app, NOBODY, "course")
    with pytest.raises(AccessError):
        list_courses(drill_app, NOBODY)
    with pytest.raises(AccessError, match="not known here"):
        read_course(drill_app, AT_THIS_MACHINE, "other")


def test_the_next_page_of_a_link_header() -> None:
    link = '<https://a.example/m?p=1>; rel="differences", <https://a.example/m?p=2>; rel="next"'
    base = "https://a.example/m?p=1"
    assert find_next(link, base=base) == find_next('</m?p=2>; rel="next"', base=base) == "https://a.example/m?p=2"
    assert find_next('<https://a.example/m>; rel="prev"', base=base) == find_next("", base=base) == ""
    for wrong in ("https://[", "http://a.example/m", "ftp://a.example"):
        with pytest.raises(OutsideError, match="no https address"):
            find_next(f'<{wrong}>; rel="next"', base=base)


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://lms.example/token", True),
        ("http://127.0.0.1:8080/token", True),
        ("http://lms.example/token", False),
        ("https://kim:secret@lms.example/token", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://lms.example:0/", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_https_is_asked(url: str, is_safe: bool) -> None:
    assert is_safe_url(url) is is_safe
    if not is_safe:
        with pytest.raises(OutsideError):
            ask(url, what="it")
