from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sim.app.settings import read_settings
from sim.app.wiring import App, open_app
from sim.attempt.attempt import AttemptState, Phase
from sim.console import attempts
from sim.errors import AttemptError, TaskError, UnknownAttemptError
from sim.features.course import lesson
from sim.features.course.home import HomeView, StepKind, count_weeks, get_home
from sim.features.library.form_library import get_form_library
from sim.features.privacy.person_data import collect, delete_old_anonymous, delete_old_practice
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from sim.rules.learner import KEPT_APART, Learner, create_drill, find_learner, list_practiced
from sim.rules.viewer import NOBODY
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.tiny_course import KEY, OTHER_KEY, begin, open_course, play, write_lesson

FRIDAY = date(2026, 11, 27)
DAY_S = 24 * 3600.0
BROWSER = find_learner(NOBODY, KEY)
OTHER = find_learner(NOBODY, OTHER_KEY)
FIRST = "lesson-1"


@pytest.fixture
def app(tmp_path: Path, tiny_library: Path, clock: FakeClock) -> Iterator[App]:
    opened = open_course(tmp_path / "data", tiny_library, clock)
    yield opened
    opened.close()


def get_view(app: App, learner: Learner = BROWSER) -> HomeView:
    return get_home(app, learner, today=FRIDAY)


def add_person(app: App) -> str:
    return team.add_person(app, team.add_team(app, "Front office"), "Heron")


def test_a_pass_with_help_opens_the_next_and_those_without_are_stars(app: App, clock: FakeClock) -> None:
    forms = []
    for is_helped, stars in ((True, 0), (False, 1), (False, 2)):
        attempt_id = lesson.begin_lesson(app, BROWSER, FIRST)
        assert lesson.begin_lesson(app, BROWSER, FIRST) == attempt_id, "two tabs get the same try"
        intro = lesson.find_intro(app, BROWSER, attempt_id)
        assert intro is not None
        assert (intro.is_helped, intro.has_hints, bool(intro.steps)) == (is_helped, is_helped, is_helped)
        assert intro.skips_to == (2 if is_helped else None), "once it is passed there is nothing to skip"
        play(app, clock, attempt_id, well=True)
        with pytest.raises(AttemptError, match="this try has begun"):
            lesson.set_help(app, attempt_id, is_helped=False)
        result = lesson.find_result(app, BROWSER, attempt_id)
        assert result is not None
        assert (result.passed, result.is_helped, result.stars, result.next_number) == (True, is_helped, stars, 2)
        forms.append(load_attempt(app, attempt_id).form_id)
        view = get_view(app)
        assert (view.step.number, view.won[:19]) == (2, "Lesson 1: passed in")
    assert forms[0] != forms[1]
    assert [(each.is_passed, each.stars) for each in view.lessons] == [(True, 2), (False, 0)]
    assert [drill.passed for drill in view.done] == [True] * 3
    play(app, clock, lesson.begin_lesson(app, BROWSER, "lesson-2"), well=True)
    after = get_view(app)
    assert after.step.kind is StepKind.DRILL
    assert after.step.about not in {card.form_id for card in after.few}, "it stands at the top"
    other = get_view(app, OTHER)
    assert (other.step.number, other.done, other.won, other.weeks) == (1, (), "", 0)


@pytest.mark.parametrize("name", ["lesson-2", "2"])
def test_any_lesson_opens_to_a_newcomer_and_says_what_it_builds_on(app: App, clock: FakeClock, name: str) -> None:
    attempt_id = lesson.begin_lesson(app, BROWSER, name)
    intro = lesson.find_intro(app, BROWSER, attempt_id)
    assert intro is not None
    assert (intro.lesson.number, intro.builds_on, intro.skips_to) == (2, (1,), None)
    assert get_view(app).step.number == 2, "it goes on where they began"
    play(app, clock, attempt_id, well=True)
    assert get_view(app).step.number == 1, "what was skipped comes last"
    with pytest.raises(TaskError, match="There is no lesson '7'"):
        lesson.begin_lesson(app, BROWSER, "7")


def test_home_has_few_drills_what_was_lost_first_and_no_two_of_a_kind(tmp_path: Path, clock: FakeClock) -> None:
    shipped = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path / "shipped")}), clock)
    view = get_view(shipped)
    assert view.weekly in view.few
    assert len({card.kind for card in view.few}) == len(view.few) == 3
    assert {card.difficulty for card in view.few} == {"Easy"}
    assert {card.form_id for card in view.cards} == {known.form.form_id for known in shipped.catalog.list_forms()}
    short = [card for card in view.cards if card.is_short]
    assert [card.title for card in short] == [f"Short search {number}" for number in range(1, 9)] * 2
    assert not any(card.difficulty != "Easy" for card in view.cards[: view.cards.index(short[-1]) + 1])
    lost = short[0].form_id
    assert [card.form_id for card in view.few if card.is_short] == [lost], "the first thing after lesson 1"
    play(shipped, clock, create_drill(shipped, BROWSER, form_id=lost), well=False)
    view = get_view(shipped)
    assert (view.few[0].form_id, view.few[0].is_tried, view.few[0].best, view.won) == (lost, True, "", "")
    assert view.weekly not in view.few, "it stands at the top"
    play(shipped, clock, create_drill(shipped, BROWSER, form_id=lost), well=True)
    view = get_view(shipped)
    assert view.won.startswith("Short search 1: passed in ")
    assert [card.form_id for card in view.few if card.is_short] == [short[1].form_id]
    shipped.close()


def test_weeks_in_a_row_count_to_this_one_or_the_last() -> None:
    days = [date(2026, 11, day) for day in (10, 18, 20)]
    assert [count_weeks(days, today=date(2026, 11, day)) for day in (20, 23, 29, 30)] == [2, 2, 2, 0]
    assert count_weeks([*days, date(2026, 10, 1)], today=date(2026, 11, 22)) == 2


def test_a_tab_is_led_back_to_nobodys_drill_and_not_to_somebodys(app: App) -> None:
    for learner, kind in (
        (OTHER, StepKind.RESUME),
        (Learner(person_id=add_person(app), browser_sha256=None), StepKind.LESSON),
    ):
        running = lesson.begin_lesson(app, learner, FIRST)
        begin(app, running)
        assert get_home(app, BROWSER, today=FRIDAY, last_attempt_id=running).step.kind is kind


def test_a_lesson_changed_or_gone_while_somebody_is_in_it_loses_nothing(app: App, clock: FakeClock) -> None:
    folder = app.settings.lessons[0]
    waiting = lesson.begin_lesson(app, BROWSER, FIRST)
    write_lesson(folder, 1, limit_s=180.0)
    running = lesson.begin_lesson(app, BROWSER, FIRST)
    assert running != waiting
    begin(app, running)
    write_lesson(folder, 1, limit_s=150.0)
    assert lesson.begin_lesson(app, BROWSER, FIRST) == running
    (folder / "01.yaml").unlink()
    assert attempts.get_state(app, running) is AttemptState.RUNNING
    assert lesson.find_intro(app, BROWSER, running) is None
    attempts.abandon(app, running)
    write_lesson(folder, 1)
    for _ in range(3):
        play(app, clock, lesson.begin_lesson(app, BROWSER, FIRST), well=True)
    (folder / "01.yaml").write_text("- nothing", encoding="utf-8")
    view = get_view(app)
    assert "01.yaml holds no mapping" in view.course_problem
    assert ([each.lesson.number for each in view.lessons], len(view.done)) == ([2], 3)
    write_lesson(folder, 1)
    assert get_view(app).lessons[0].stars == 2


def test_a_lesson_whose_recording_is_gone_is_told(app: App) -> None:
    path = write_lesson(app.settings.lessons[0], 1)
    path.write_text(path.read_text(encoding="utf-8").replace("recording_id: tiny", "recording_id: lost"))
    view = get_view(app)
    assert "'lost' is not on this computer" in view.course_problem
    assert (view.problem, [each.lesson.number for each in view.lessons]) == ("", [2])
    assert lesson.begin_lesson(app, BROWSER, "lesson-2")


def test_practice_retention_applies_to_a_browser(app: App, clock: FakeClock) -> None:
    played = lesson.begin_lesson(app, BROWSER, FIRST)
    play(app, clock, played, well=True)
    waiting = lesson.begin_lesson(app, BROWSER, FIRST)
    nobodys = attempts.create_sample(app)
    clock.pass_s(2 * DAY_S)
    assert delete_old_anonymous(app) == 2
    for gone in (waiting, nobodys):
        with pytest.raises(UnknownAttemptError):
            attempts.get_state(app, gone)
    assert len(get_view(app).done) == 1
    clock.pass_s(app.settings.practice_days * DAY_S)
    assert delete_old_practice(app) == 1
    assert list_practiced(app, BROWSER) == ()


def test_signed_in_it_follows_the_person_and_counts_nowhere(app: App, clock: FakeClock) -> None:
    person_id = add_person(app)
    learner = find_learner(replace(NOBODY, person_id=person_id), KEY)
    play(app, clock, lesson.begin_lesson(app, learner, FIRST), well=True)
    elsewhere = find_learner(replace(NOBODY, person_id=person_id), OTHER_KEY)
    assert len(get_view(app, elsewhere).done) == 1
    assert get_view(app).done == ()
    assert get_form_library(app).done == 0
    with app.store.read() as work:
        team_id = work.people.get(person_id).team_id
        assert len(collect(work, person_id)["learner_attempt"]) == 1
    assert export_team(app, team_id).empty


def test_the_table_tells_how_many_lessons_came_before_each_drill(app: App, clock: FakeClock) -> None:
    person_id = add_person(app)
    learner = find_learner(replace(NOBODY, person_id=person_id), "")
    play(app, clock, lesson.begin_lesson(app, learner, FIRST), well=True)
    waiting = lesson.begin_lesson(app, learner, FIRST)
    play(app, clock, given_drills.create_attempt(app, person_id, Phase.BEFORE), well=False)
    play(app, clock, waiting, well=True)
    play(app, clock, given_drills.create_attempt(app, person_id, Phase.BEFORE), well=False)
    with app.store.read() as work:
        team_id = work.people.get(person_id).team_id
    assert sorted(export_team(app, team_id)["lessons"]) == [1.0, 2.0]


def test_a_person_does_not_practice_where_their_team_is_measured(app: App) -> None:
    person_id = add_person(app)
    given_drills.create_attempt(app, person_id, Phase.BEFORE)
    view = get_view(app, find_learner(replace(NOBODY, person_id=person_id), KEY))
    assert (view.lessons, view.cards, view.course_problem, view.problem) == ((), (), KEPT_APART, "")
    assert view.step.kind is StepKind.NONE
    with pytest.raises(TaskError, match="your team is measured on its recording"):
        lesson.begin_lesson(app, find_learner(replace(NOBODY, person_id=person_id), KEY), FIRST)
