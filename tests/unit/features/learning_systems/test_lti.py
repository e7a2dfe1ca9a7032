from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from sim.app.asking import OutsideError, ask, find_next, is_safe_url
from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.console import attempts, scores
from sim.db.lti import ResultRow
from sim.errors import AccessError, StoreError
from sim.features.learning_systems import launch as service_token
from sim.features.learning_systems.people import make_identity
from sim.features.learning_systems.platforms import PlatformCard, list_platforms
from sim.features.learning_systems.services import GIVEN_UP_AFTER, list_courses, push, read_course
from sim.features.people.apply import apply_roster, preview_roster
from sim.features.privacy.person_data import delete_person
from sim.features.team import team
from sim.features.team.given_drills import create_attempt
from sim.rules.learner import Learner, create_drill
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY
from tests.support.fake_clock import FakeClock
from tests.support.given import set_email
from tests.support.lti_course import connect, open_course, run_platform
from tests.support.lti_platform import INSTRUCTOR, LtiPlatform, User
from tests.support.tiny_course import play
from tests.unit.features.people.test_apply_roster import people as list_people
from tests.unit.features.people.test_apply_roster import teams as list_teams

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
    people = list_people(drill_app)
    (on,) = list_teams(drill_app).values()
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
    assert [name for name, person in list_people(drill_app).items() if person.left_at is not None] == ["Ana Lopez"]


def test_people_of_a_team_stay_on_it(drill_app: App, platform: LtiPlatform, platform_id: str) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "A. Lopez")
    set_email(drill_app, person_id, "ana@school.example")
    bring_in(drill_app)
    assert list_people(drill_app)["Ana Lopez"].team_id == team_id


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


@dataclass
class Course:
    app: App
    clock: FakeClock
    platform: LtiPlatform
    platform_id: str
    person_id: str

    def bind(self, attempt_id: str, *, platform_id: str = "") -> str:
        row = ResultRow(
            attempt_id=attempt_id,
            platform_id=platform_id or self.platform_id,
            subject="ana",
            line_item=f"{self.platform.url}/lineitems/7/lineitem?type_id=2",
            created_at=self.app.clock.read().wall,
        )
        with self.app.store.write() as work:
            work.put(row)
        return attempt_id

    def begin(self, *, platform_id: str = "") -> str:
        learner = Learner(person_id=self.person_id, browser_sha256=None)
        form_id = self.app.catalog.list_forms()[0].form.form_id
        return self.bind(create_drill(self.app, learner, form_id=form_id), platform_id=platform_id)

    def play(self, attempt_id: str, *, is_right: bool) -> str:
        play(self.app, self.clock, attempt_id, well=is_right)
        scores.settle(self.app, attempt_id)
        return attempt_id

    def read(self, attempt_id: str) -> ResultRow:
        with self.app.store.read() as work:
            found = work.by_key(ResultRow, attempt_id)
        assert found is not None
        return found

    def get_card(self) -> PlatformCard:
        (card,) = list_platforms(self.app, AT_THIS_MACHINE)
        return card


@pytest.fixture
def course(drill_app: App, clock: FakeClock) -> Iterator[Course]:
    with run_platform(drill_app, clock, {"ana": User("ana", "Ana Lopez")}) as platform:
        yield Course(
            app=drill_app,
            clock=clock,
            platform=platform,
            platform_id=connect(drill_app, platform),
            person_id=team.add_person(drill_app, team.add_team(drill_app, "Office"), "Ana Lopez"),
        )


@pytest.mark.parametrize(("is_right", "score", "comment"), [(True, 1.0, "Passed"), (False, 0.0, "Not passed yet")])
def test_practice_is_told_once_it_has_ended_as_passed_or_not(
    course: Course, is_right: bool, score: float, comment: str
) -> None:
    attempt_id = course.begin()
    assert push(course.app) == 0 and not course.platform.scores, "not while it waits or runs"
    course.play(attempt_id, is_right=is_right)
    assert push(course.app) == 1
    assert course.platform.wrong == []
    (sent,) = course.platform.scores
    assert sent.line_item == "/lineitems/7/lineitem"
    told = {"userId": "ana", "scoreGiven": score, "scoreMaximum": 1, "comment": comment}
    fixed = {"activityProgress": "Completed", "gradingProgress": "FullyGraded"}
    assert sent.body == {**told, **fixed, "timestamp": sent.body["timestamp"]}, "and nothing else about anybody"
    assert push(course.app) == 0 and len(course.platform.scores) == 1, "once"
    card = course.get_card()
    assert (card.waiting, card.refused, card.row.sent_count, card.row.failure) == (0, 0, 1, "")


def test_what_was_passed_stays_passed(course: Course) -> None:
    for is_right in (False, True, False):
        course.play(course.begin(), is_right=is_right)
        push(course.app)
    assert [sent.body["scoreGiven"] for sent in course.platform.scores] == [0.0, 1.0]
    assert course.platform.scores[0].body["timestamp"] < course.platform.scores[1].body["timestamp"]


def test_of_a_measured_drill_only_that_it_was_done(course: Course) -> None:
    attempt_id = create_attempt(course.app, course.person_id, Phase.BEFORE)
    with course.app.store.read() as work:
        assert work.attempts.get(attempt_id).mode is Mode.ASSESSMENT
    course.bind(attempt_id)
    course.play(attempt_id, is_right=False)
    assert push(course.app) == 1
    assert (course.platform.scores[0].body["scoreGiven"], course.platform.scores[0].body["comment"]) == (1.0, "Done")


def test_a_drill_that_was_given_up_tells_nothing(course: Course) -> None:
    attempt_id = course.begin()
    attempts.abandon(course.app, attempt_id)
    assert push(course.app) == 0
    assert course.read(attempt_id).done_at is not None and not course.platform.scores


@pytest.mark.parametrize("fails", [{"/scores": 503}, {"/scores": 401}, {"/scores": 429}, {"/token": 500}])
def test_what_is_not_taken_waits_longer_each_time_and_is_told_in_the_end(course: Course, fails: dict[str, int]) -> None:
    service_token._kept_tokens.clear()
    attempt_id = course.begin()
    course.play(attempt_id, is_right=True)
    course.platform.fails = fails
    assert push(course.app) == 0
    card = course.get_card()
    assert card.waiting == 1 and str(next(iter(fails.values()))) in card.row.failure
    assert push(course.app) == 0 and course.read(attempt_id).tries == 1, "not before its time"
    course.clock.pass_s(31)
    assert push(course.app) == 0
    first = course.read(attempt_id)
    assert first.tries == 2 and first.next_at == course.clock.wall + timedelta(seconds=60)
    course.platform.fails = {}
    course.clock.pass_s(61)
    assert push(course.app) == 1
    card = course.get_card()
    assert (card.waiting, card.row.failure) == (0, "")


@pytest.mark.parametrize(("status", "after"), [(404, timedelta(0)), (503, GIVEN_UP_AFTER)])
def test_what_is_refused_for_good_or_for_a_month_is_not_sent_again(
    course: Course, status: int, after: timedelta
) -> None:
    attempt_id = course.play(course.begin(), is_right=True)
    course.platform.fails = {"/scores": status}
    course.clock.pass_s(after.total_seconds())
    assert push(course.app) == 0
    course.platform.fails = {}
    course.clock.pass_s(24 * 3600)
    assert push(course.app) == 0 and not course.platform.scores
    card = course.get_card()
    assert (card.waiting, card.refused) == (0, 1)
    assert str(status) in course.read(attempt_id).refused


def test_one_that_is_away_holds_up_no_other(course: Course) -> None:
    with course.app.store.write() as work:
        away = replace(work.lti.get(course.platform_id), platform_id="away", client_id="x")
        work.put(replace(away, token_url="http://127.0.0.1:9/token"))
    with pytest.raises(StoreError, match="is here already"):
        connect(course.app, course.platform)
    first, second = (course.begin(platform_id=name) for name in ("away", ""))
    for attempt_id in (first, second):
        course.play(attempt_id, is_right=True)
    assert push(course.app) == 1
    assert course.read(first).tries == 1 and course.read(second).done_at is not None


def test_a_deleted_person_takes_what_waits_along(course: Course) -> None:
    course.play(course.begin(), is_right=True)
    with course.app.store.read() as work:
        name = work.people.get(course.person_id).name
    assert delete_person(course.app, AT_THIS_MACHINE, course.person_id, name=name).rows["lti_result"] == 1
    assert push(course.app) == 0 and not course.platform.scores
