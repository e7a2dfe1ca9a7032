"""The page Plan as a trainer meets it: making a program, changing it, copying it, giving its drills."""

import re
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
import vobject
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts
from sim.features.program import change, plan, school_days
from sim.features.program.board import give_step
from sim.features.team import attempts_table, given_drills, team
from sim.features.team.choosing_forms import list_footage
from tests.app.conftest import RunPage, read_page, read_plain
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, begin_drill
from tests.unit.features.program.test_program import find_person, list_program_ids, list_steps, make_order


def test_a_program_is_made_with_one_press(run_page: RunPage, drill_app: App, team_id: str) -> None:
    page = run_page("plan", team=team_id)
    shown = read_page(page)
    assert "12 months after" not in shown, "there are two forms, so that nothing later is suggested"
    assert "The plan has 4 drills for each person. Left that they have not seen: 2 (for 2 people)" in shown
    page.number_input(key="plan-before").set_value(1)
    page.number_input(key="plan-after").set_value(1).run()
    assert "Drills before and after are on the same footage, so remembering it counts too." in read_page(page)
    assert "Fewer than 6 people who are trained are too few to draw conclusions about." in read_page(page)
    assert "2 drills for each person. 2 parallel drills are there" in read_page(page)
    second = run_page("plan", team=team_id)
    page.button(key="plan-make").click().run()
    second.button(key="plan-make").click().run()
    assert not second.exception, "a second tab is told that there is a program"
    with drill_app.store.read() as work:
        (program,) = work.programs.list_all()
    assert program.aim == "Find one student on our cameras faster, without following the wrong person."
    assert page.query_params["program"] == program.program_id
    shown = read_page(page)
    assert "<b>*x*" not in shown
    assert "/calendar/" in shown
    assert "Please do this from" in shown


def test_a_program_for_a_training_that_is_over_has_only_what_comes_after(
    run_page: RunPage, drill_app: App, team_id: str
) -> None:
    page = run_page("plan", team=team_id)
    page.date_input(key="plan-training").set_value(date(2026, 9, 1)).run()
    assert "This training is over, or today: only drills after it are planned." in read_page(page)
    assert not [box for box in page.number_input if box.key == "plan-before"]
    page.number_input(key="plan-after").set_value(1).run()
    page.button(key="plan-make").click().run()
    (program_id,) = list_program_ids(drill_app)
    steps = list_steps(drill_app, program_id)
    assert set(steps) == {"familiarization 1", "training 1", "after 1"}
    assert steps["after 1"].due_from == date(2026, 9, 14), "not before today"
    assert "Plan or record the training" in [link.proto.label for link in page.get("page_link")]


def test_a_program_is_changed_on_its_page(run_page: RunPage, drill_app: App, team_id: str) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    page = run_page("plan", program=program_id)
    page.date_input(key="shift-2026-09-28").set_value(date(2026, 10, 1)).run()
    page.button(key="shift-button").click().run()
    assert "Mon, Sep 28, 2026, now Thu, Oct 1, 2026" in read_page(page)
    (day,) = [each for each in page.date_input if str(each.key).startswith("compare-")]
    day.set_value(date(2026, 10, 20)).run()
    page.button(key="comparison-button").click().run()
    assert "Comparison on Tue, Oct 20, 2026." in read_page(page)
    page.selectbox(key="add-which").set_value("after the training")
    page.button(key="add-button").click().run()
    assert "Added After 2" in read_page(page)
    step_id = list_steps(drill_app, program_id)["after 2"].step_id
    page.selectbox(key="move-step").set_value(step_id).run()
    page.checkbox(key=f"drop-sure-{step_id}").check().run()
    page.button(key="drop").click().run()
    assert "Took out After 2" in read_page(page)
    old = next(code.value for code in page.code if "/calendar/" in code.value)
    page.button(key="calendar-renew").click().run()
    assert old not in [code.value for code in page.code]
    page.checkbox(key="close-sure").check().run()
    page.button(key="close").click().run()
    assert list_steps(drill_app, program_id)
    assert not page.exception


def read_training_start(app: App, program_id: str) -> date | datetime:
    token = school_days.make_feed_path(app, program_id).rsplit("/", 1)[-1].removesuffix(".ics")
    events = vobject.readOne(school_days.read_feed(app, token).body.decode("utf-8")).vevent_list
    (start,) = [event.dtstart.value for event in events if event.summary.value == "Camera search training"]
    assert isinstance(start, date)
    return start


def test_the_time_of_the_training_is_said_in_the_wizard_and_changed_later_and_is_in_the_calendar(
    run_page: RunPage, drill_app: App, team_id: str
) -> None:
    page = run_page("plan", team=team_id)
    page.selectbox(key="plan-zone").set_value("America/New_York")
    page.date_input(key="plan-training").set_value(date(2026, 10, 5))
    page.time_input(key="plan-at").set_value(time(14, 30)).run()
    page.button(key="plan-make").click().run()
    (program_id,) = list_program_ids(drill_app)
    assert "Mon, Oct 5, 2026, 2:30 PM" in read_page(page)
    assert read_training_start(drill_app, program_id) == datetime(2026, 10, 5, 18, 30, tzinfo=UTC)

    page.time_input(key="training-at-14:30").set_value(time(9, 0))
    page.button(key="shift-button").click().run()
    assert "Training at 9:00 AM." in read_page(page)
    assert read_training_start(drill_app, program_id) == datetime(2026, 10, 5, 13, 0, tzinfo=UTC)
    page.button(key="shift-button").click().run()
    assert "Nothing was different." in read_page(page)

    page.date_input(key="shift-2026-10-05").set_value(date(2026, 10, 6))
    page.checkbox(key="training-open-09:00").check()
    page.button(key="shift-button").click().run()
    assert "Training without a time." in read_page(page)
    assert read_training_start(drill_app, program_id) == date(2026, 10, 6)

    page.date_input(key="shift-2026-10-06").set_value(date(2026, 9, 1))
    page.time_input(key="training-at-").set_value(time(8, 0))
    page.button(key="shift-button").click().run()
    assert "which has passed" in read_page(page)
    assert read_training_start(drill_app, program_id) == date(2026, 10, 6), "neither is kept where one cannot be"


def test_twelve_people_are_offered_lots_and_the_page_shows_the_seed(
    run_page: RunPage, drill_app: App, clock: FakeClock, team_id: str
) -> None:
    for number in range(10):
        team.add_person(drill_app, team_id, f"Person {number}")
        clock.pass_s(1)
    page = run_page("plan", team=team_id)
    page.checkbox(key=f"plan-waits-{team_id}").check().run()
    shown = read_page(page)
    assert "All 12 do the same drills at the same times; 6 are trained after the last drill." in shown
    assert "cannot tell training from practice" not in shown, "what it can show is said once"
    assert "6 who train and 6 who wait, with 2 drills before and 2 drills after: in" in shown
    assert (
        "Share of studies called faster, and improved, by how much less time is needed after: 10% less in" in shown
    ), "the picture says it in words"
    page.number_input(key="plan-smallest").set_value(25)
    page.number_input(key="plan-margin").set_value(8).run()
    assert "such studies, simulated, a gain of 25% is called faster" in read_page(page)
    page.button(key="plan-make").click().run()
    with drill_app.store.read() as work:
        (program,) = work.programs.list_all()
    assert (program.smallest, program.margin) == (0.25, 0.08)
    assert f"Drawn by lot (seed {program.waiting_seed}, people in the order they joined)" in read_page(page)
    groups = [card.group for card in team.list_people(drill_app, team_id)]
    assert sorted(groups) == ["trained by lot"] * 6 + ["waiting by lot"] * 6


def test_a_step_is_given_to_all_and_its_links_are_listed_and_a_day_off_is_added(
    run_page: RunPage, drill_app: App, team_id: str
) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    step = list_steps(drill_app, program_id)["before 1"]
    page = run_page("plan", program=program_id)
    page.selectbox(key=f"send-step-{program_id}").select_index(1).run()
    page.button(key=f"give-all-{step.step_id}").click().run()
    assert not page.exception
    with drill_app.store.read() as work:
        assert [row.step_id for row in work.attempts.list_of_team(team_id)] == [step.step_id] * 2
    page.session_state[f"links-{step.step_id}"] = True
    shown = read_page(page.run())
    assert len(set(re.findall(r"drill\?attempt=([\w-]+)", shown))) == 2
    assert "Heron &lt;i&gt;" in shown
    assert "No mail server is set up here. Hand the links over as a list or file" in unescape(shown)
    page.date_input(key=f"off-first-{program_id}").set_value(date(2026, 10, 1)).run()
    page.text_input(key=f"off-{program_id}").set_value("Fall <b>break")
    page.button(key=f"off-add-{program_id}").click().run()
    assert "Fall &lt;b&gt;break" in read_page(page)


def test_two_trainers_change_one_program_and_nothing_is_lost(run_page: RunPage, drill_app: App, team_id: str) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id, after=2))
    steps = list_steps(drill_app, program_id)
    first, second = (run_page("plan", program=program_id) for _ in range(2))
    second.date_input(key="shift-2026-09-28").set_value(date(2026, 10, 1))
    dropped = steps["after 2"].step_id
    first.selectbox(key="move-step").set_value(dropped).run()
    first.checkbox(key=f"drop-sure-{dropped}").check().run()
    first.button(key="drop").click().run()
    second.button(key="shift-button").click().run()
    shown = read_page(second)
    assert "changed by someone else meanwhile: Took out After 2" in shown.replace("\\", "")
    told = "Someone else changed this program while you had it open. What you filled in below still stands"
    assert told in shown
    assert list_steps(drill_app, program_id)["training 1"].due_from == date(2026, 9, 28), "not saved unseen"
    assert second.date_input(key="shift-2026-09-28").value == date(2026, 10, 1), "what was filled in still stands"
    second.button(key="show-now").click().run()
    assert told not in read_page(second)
    second.date_input(key="shift-2026-09-28").set_value(date(2026, 10, 1))
    second.button(key="shift-button").click().run()
    assert not second.exception
    after = list_steps(drill_app, program_id)
    assert after["training 1"].due_from == date(2026, 10, 1)
    assert "after 2" not in after, "both changes are there"
    first.checkbox(key="close-sure").check().run()
    first.button(key="close").click().run()
    assert "changed by someone else" in read_page(first), "the first is told as well"


def test_a_cohort_is_a_team_of_its_own_with_the_same_program_on_other_days(
    run_page: RunPage, drill_app: App, team_id: str
) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron <i>", "Otter"))
    give_step(drill_app, list_steps(drill_app, program_id)["familiarization 1"].step_id, heron)
    page = run_page("plan", program=program_id)
    who = page.multiselect(key="cohort-who")
    assert "Heron <i>" not in str(who.options), "who was given a drill stays"
    page.button(key="cohort-button").click().run()
    assert "The team's name" in read_page(page)
    page.text_input(key="cohort-name").set_value("October")
    page.button(key="cohort-button").click().run()
    assert "A cohort is a part of the team" in read_page(page)
    page.multiselect(key="cohort-who").set_value([otter])
    page.date_input(key="cohort-day").set_value(date(2026, 9, 1))
    page.button(key="cohort-button").click().run()
    assert "has to be ahead" in read_page(page)
    assert len(team.list_teams(drill_app)) == 1, "nobody is moved for a day that cannot be"
    page.date_input(key="cohort-day").set_value(date(2026, 10, 19))
    page.button(key="cohort-button").click().run()
    assert not page.exception
    cohort = next(card for card in team.list_teams(drill_app) if card.name == "October")
    assert (cohort.people, cohort.school) == (1, "Maple Ridge")
    assert [person.name for person in team.list_people(drill_app, team_id)] == ["Heron <i>"]
    (other,) = (each for each in list_program_ids(drill_app) if each != program_id)
    assert list_steps(drill_app, other)["training 1"].due_from == date(2026, 10, 19)


@pytest.mark.parametrize("is_private", [True, False], ids=["made here", "for practice"])
def test_one_person_is_given_a_drill_on_the_footage_that_was_chosen(
    drill_app: App, run_page: RunPage, clock: FakeClock, *, is_private: bool
) -> None:
    said = "on footage whose answers anyone can look up"
    team_id = team.add_team(drill_app, "Front office")
    ana, ben = (team.add_person(drill_app, team_id, name) for name in ("Ana Lopez", "Ben Ito"))
    wanted = next(each for each in list_footage(drill_app) if each.is_private is is_private)
    page = run_page("team", team=team_id)
    choice = page.selectbox(key=f"footage-{team_id}")
    usual = next(each for each in list_footage(drill_app) if each.is_private)
    assert choice.options[0] == f"{usual.school}: {usual.title} (as usual)", "nobody is measured on a school unasked"
    assert said not in read_plain(page)
    choice.select(wanted.recording_id).run()
    assert (said in read_plain(page)) is not is_private
    page.button(key=f"start-before-{ben}").click().run()
    assert not page.exception
    with drill_app.store.read() as work:
        (given,) = work.attempts.list_of_team(team_id)
    assert (given.person_id, given.recording_id, given.phase) == (ben, wanted.recording_id, Phase.BEFORE)
    everyone = run_page("give", team=team_id)
    everyone.selectbox(key=f"footage-give-{team_id}").select(wanted.recording_id).run()
    room = run_page("session", team=team_id)
    next(each for each in room.segmented_control if each.key.startswith("kind-")).set_value("before").run()
    next(each for each in room.selectbox if each.key.startswith("footage-")).select(wanted.recording_id).run()
    briefing = run_page("drill", attempt=given.timing.attempt_id)
    for shown in (everyone, room, briefing):
        assert (said in read_plain(shown)) is not is_private
    everyone.button(key="give-all").click().run()
    with drill_app.store.read() as work:
        rows = work.attempts.list_of_team(team_id)
    assert {(row.person_id, row.recording_id) for row in rows} == {(each, wanted.recording_id) for each in (ana, ben)}
    assert len({row.form_id for row in rows}) == len(rows), "each another student"
    assert [card.row.phase for card in given_drills.list_attempts(drill_app, team_id)] == [Phase.BEFORE] * 2
    begin(drill_app, given.timing.attempt_id)
    clock.pass_s(3600)
    for name, query in (("team", {"team": team_id}), ("record", {"person": ben})):
        assert (f"Does not count: {said}." in read_plain(run_page(name, **query))) is not is_private


def test_a_calendar_program_reads_the_program_until_the_address_is_renewed(
    drill_app: App, client: TestClient, team_id: str
) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    path = school_days.make_feed_path(drill_app, program_id)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
    assert client.get("/calendar/forged.ics").status_code == 403
    change.renew_calendar(drill_app, program_id)
    assert client.get(path).status_code == 403


def test_results_are_held_to_the_plan_and_reloading_them_is_no_further_look(
    run_page: RunPage, drill_app: App, clock: FakeClock, team_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts_table, "FEWEST", 1)
    plan.create_program(drill_app, make_order(team_id))

    def do_both(name: str) -> None:
        for phase in (Phase.BEFORE, Phase.AFTER):
            attempt_id = begin_drill(drill_app, find_person(drill_app, team_id, name), phase)
            clock.pass_s(5)
            attempts.abandon(drill_app, attempt_id)

    do_both("Heron <i>")
    for _ in range(2):
        shown = read_page(run_page("results", team=team_id))
        assert all(words in shown for words in ("Day of the comparison", "30% less time"))
        assert "was looked at" not in shown
    page = run_page("results", team=team_id)
    page.toggle(key="by-name").set_value(True).run()
    assert "was looked at" not in read_page(page)
    do_both("Otter")
    assert "This team was looked at 2 times, each with other drills." in read_page(run_page("results", team=team_id))
