"""The board of a program, and one plan for several schools."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts
from sim.db.programs import ProgramRow
from sim.db.teams import TeamRow
from sim.errors import PlanError
from sim.features.program import change, plan
from sim.features.program.board import get_board, give_step
from sim.features.program.program_view import get_program_view, list_chosen_of_person, list_chosen_of_program
from sim.features.program.school_days import name_step
from sim.features.team import attempts_table, team
from sim.features.team.attempts_table import export_team, load_plan
from sim.features.training.events import close_training, draft_training, enter_training, list_trainings
from sim.features.training.sign_in import correct_attendance, tick_off
from sim.program.plan import BoardState, StepKind
from sim.program.session_day import Attendance
from sim.rules.held import list_held, list_together
from sim.rules.viewer import AT_THIS_MACHINE, limit_app
from sim.ui.page.page_state import ALL_TEAMS
from tests.app.conftest import RunPage, read_page, read_plain
from tests.support.bring_roster import bring
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, begin_drill, make_team
from tests.unit.features.program.test_program import (
    TRAINING,
    change_one,
    find_person,
    list_changes,
    list_program_ids,
    list_steps,
    make_order,
)


def test_the_board_gives_what_is_due(run_page: RunPage, drill_app: App, team_id: str, clock: FakeClock) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    heron = find_person(drill_app, team_id, "Heron <i>")
    page = run_page("plan")
    shown = read_page(page)
    assert "Heron &lt;i&gt;" in shown
    assert "due by Sep&nbsp;16" in shown
    key = f"{heron}-{steps['familiarization 1'].step_id}"
    page.button(key=f"give-{key}").click().run()
    page.session_state[f"send-{key}"] = True
    assert "drill?attempt=" in read_page(page.run())
    clock.pass_s(40 * 86_400)
    board = get_board(drill_app)
    assert [cell.state for cell in board.people[0].cells] == [
        BoardState.OVERDUE,
        BoardState.OVERDUE,
        BoardState.OVERDUE,
        BoardState.OVERDUE,
    ]
    assert board.people[0].cells[2].text == "attendance not recorded", "a day that has passed is no training"
    late = read_page(run_page("plan", person=heron, step=steps["before 1"].step_id))
    assert "overdue since Sep&nbsp;25" in late and "This will not count before training" in late


def list_links(page: AppTest) -> dict[str, str]:
    tables = [part.proto.body for part in page.get("html") if "<table" in part.proto.body]
    table = next((each for each in tables if "<a " in each), tables[0])
    found = re.findall(r'<a href="([^"]*)" target="_self" aria-label="([^"]*)">', table)
    return {unescape(spoken): unescape(address) for address, spoken in found}


def follow(run_page: RunPage, address: str) -> AppTest:
    name, query = address.split("?")
    return run_page(name, **dict(parse_qsl(query)))


def test_a_cell_of_the_board_leads_to_giving_that_drill_and_then_to_the_drill(
    run_page: RunPage, drill_app: App, team_id: str, clock: FakeClock
) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron <i>", "Otter"))
    clock.pass_s(10 * 86_400)
    links = list_links(run_page("plan"))
    assert len(links) == 4, "two people, each with getting to know the console and one drill before; no other cell"
    second = links["due by Sep 25. Give Before 1 to Heron <i>"]
    with drill_app.store.read() as work:
        assert not work.attempts.list_of_team(team_id), "a link gives nothing by itself"
    key = f"{heron}-{steps['before 1'].step_id}"
    assert not [each for each in run_page("plan").button if each.key == f"give-{key}"], "it is not their next step"
    page = follow(run_page, second)
    assert page.button[0].key == f"give-{key}", "it stands before all others"
    page.button(key=f"give-{key}").click().run()
    with drill_app.store.read() as work:
        (row,) = work.attempts.list_all(person_id=heron)
    assert row.step_id == steps["before 1"].step_id
    assert list_links(page)["due by Sep 25. Open Before 1 of Heron <i>"] == f"drill?attempt={row.timing.attempt_id}"
    first = list_links(page)[f"overdue since Sep 16. Give {name_step(StepKind.FAMILIARIZATION, 1)} to Otter"]
    page = follow(run_page, first)
    assert page.button[0].key == f"give-{otter}-{steps['familiarization 1'].step_id}"


def test_a_drill_that_will_not_count_is_told_to_both_before_and_on_the_board_afterwards(
    run_page: RunPage, drill_app: App, team_id: str, clock: FakeClock
) -> None:
    plan.create_program(drill_app, make_order(team_id))
    heron = find_person(drill_app, team_id, "Heron <i>")
    why = "This will not count after training because the training is on Sep 28, 2026."
    page = run_page("team", team=team_id)
    assert why in read_plain(page)
    anyway = page.button(key=f"start-after-{heron}")
    assert anyway.label == "Give it anyway"
    anyway.click().run()
    with drill_app.store.read() as work:
        (given,) = work.attempts.list_of_team(team_id)
    assert why in read_plain(run_page("drill", attempt=given.timing.attempt_id))
    begin(drill_app, given.timing.attempt_id)
    clock.pass_s(3600)
    attempts.get_state(drill_app, given.timing.attempt_id)
    assert "done before the training" in read_plain(run_page("plan", team=team_id))


def test_a_training_held_before_any_baseline_is_the_day_that_every_page_goes_by(
    run_page: RunPage, drill_app: App, team_id: str, clock: FakeClock
) -> None:
    """Planned for Sep 28, entered and closed on Sep 14: nobody is asked for drills before it any more."""
    program_id = plan.create_program(drill_app, make_order(team_id))
    heron = find_person(drill_app, team_id, "Heron <i>")
    begins = clock.read().wall
    training = draft_training(team_id=team_id, title="New cameras", begins_at=begins, minutes=30, program_id=program_id)
    made = enter_training(drill_app, training, person_ids=[heron])
    clock.pass_s(3600)
    tick_off(drill_app, made, [heron])
    page = run_page("training", training=made)
    assert "The program has its training on Mon, Sep 28, 2026. Once this one is closed" in read_plain(page)
    page.button(key="close-go").click().run()
    assert "The program has its training on" not in read_plain(page)
    shown = read_plain(run_page("plan", program=program_id))
    assert "Training held on Mon, Sep 14, 2026" in shown
    assert "Took out Before 1: the training was held on Mon, Sep 14, 2026." in shown
    board = get_board(drill_app, team_id=team_id)
    assert ("Before 1" in board.titles, board.people[0].cells[1].text) == (False, "done Sep 14")
    assert "This will not count before training because the training was over." in read_plain(
        run_page("team", team=team_id)
    )


def test_only_a_training_that_someone_came_to_and_someone_closed_is_done_on_the_board(
    drill_app: App, team_id: str, clock: FakeClock
) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron <i>", "Otter"))
    begins = datetime(2026, 9, 28, 13, 30, tzinfo=UTC)
    training = draft_training(team_id=team_id, title="New cameras", begins_at=begins, minutes=60, program_id=program_id)
    made = enter_training(drill_app, training, person_ids=[heron, otter])
    clock.pass_s(15 * 86_400)
    tick_off(drill_app, made, [heron])

    def read_training() -> dict[str, tuple[BoardState, str]]:
        return {line.name: (line.cells[2].state, line.cells[2].text) for line in get_board(drill_app).people}

    assert read_training()["Heron <i>"] == (BoardState.OVERDUE, "attendance not recorded")
    close_training(drill_app, made, minutes=60, why_longer="on paper")
    assert read_training() == {
        "Heron <i>": (BoardState.DONE, "done Sep 28"),
        "Otter": (BoardState.OVERDUE, "absent Sep 28"),
    }
    correct_attendance(drill_app, made, heron, Attendance.PRESENT, reason="left early", minutes=20)
    assert read_training()["Heron <i>"] == (BoardState.DONE, "done Sep 28, partly")
    clock.pass_s(10 * 86_400)
    another = replace(training, begins_at=clock.read().wall, program_id=None, makes_up=made)
    later = enter_training(drill_app, another, person_ids=[otter])
    tick_off(drill_app, later, [otter])
    assert read_training()["Otter"] == (BoardState.OVERDUE, "absent Sep 28"), "nobody has closed the other day"
    close_training(drill_app, later, minutes=60, why_longer="on paper")
    assert read_training()["Otter"] == (BoardState.DONE, "done Oct 9")


def test_a_cell_of_the_training_leads_to_its_record_and_keeps_the_school(
    run_page: RunPage, drill_app: App, team_id: str, clock: FakeClock
) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    team.add_person(drill_app, team.add_team(drill_app, "Lincoln High"), "Badger")
    clock.pass_s(14 * 86_400)
    page = run_page("plan", team=team_id)
    links = list_links(page)
    assert links["due today. Record Training of Otter"] == f"training?team={team_id}&program={program_id}"
    assert links["overdue since Sep 25. Give Before 1 to Otter"].endswith(f"&team={team_id}")
    back = [each for each in list_links(run_page("plan", team=ALL_TEAMS)).values() if each.startswith("plan?")]
    assert back
    assert all(each.endswith(f"&team={ALL_TEAMS}") for each in back), "a link leads back to all of them"


def test_a_drill_is_chosen_by_hand_on_the_board(
    run_page: RunPage, drill_app: App, team_id: str, clock: FakeClock
) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    otter = find_person(drill_app, team_id, "Otter")
    give_step(drill_app, steps["familiarization 1"].step_id, otter)
    finish = give_step(drill_app, steps["before 1"].step_id, otter)
    attempts.get_briefing(drill_app, finish)
    attempts.begin(drill_app, finish)
    clock.pass_s(20 * 86_400)
    page = run_page("plan")
    key = f"{otter}-{steps['after 1'].step_id}"
    page.button(key=f"choose-{key}").click().run()
    assert "without a usable reason" in read_page(page)
    page.text_input(key=f"reason-{key}").set_value("the other shows someone she knows")
    page.button(key=f"choose-{key}").click().run()
    with drill_app.store.read() as work:
        ledger = [row for row in work.exposures.list_of_team(team_id) if row.how == "chosen"]
    assert [(row.person_id, row.reason) for row in ledger] == [(otter, "the other shows someone she knows")]
    (program_id,) = list_program_ids(drill_app)
    line = list_chosen_of_program(drill_app, program_id).rows
    assert [(who, step, why) for _, who, step, _, why in line] == [("Otter", "After 1", ledger[0].reason)]
    assert line[0][0] == "Sun, Oct 4, 2026"
    for name, query in (("plan", {"program": program_id}), ("record", {"person": otter})):
        shown = read_page(run_page(name, **query))
        assert ledger[0].reason in shown
        assert line[0][3] in shown
    heron = find_person(drill_app, team_id, "Heron <i>")
    assert "Drills chosen by hand" not in str(run_page("record", person=heron).subheader)
    assert not list_chosen_of_person(drill_app, heron, zone=UTC).rows


def test_the_board_of_a_district_counts_by_school_and_shows_one(
    run_page: RunPage, drill_app: App, team_id: str
) -> None:
    other = team.add_team(drill_app, "Lincoln High")
    team.add_person(drill_app, other, "Badger")
    plan.create_program(drill_app, make_order(team_id))
    page = run_page("plan", team=ALL_TEAMS)
    shown = read_page(page)
    assert "1 not scheduled" in shown
    assert "2 due" in shown
    page.selectbox(key="board-school").set_value("Maple Ridge").run()
    assert "Badger" not in read_page(page)
    assert "Otter" in read_page(page)


def test_who_joins_late_or_leaves(drill_app: App, team_id: str, clock: FakeClock) -> None:
    bring(drill_app, "name,email,team\nMoved,moved@school.example,Kitchen\n")
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    give_step(drill_app, steps["before 1"].step_id, find_person(drill_app, team_id, "Otter"))
    clock.pass_s(timedelta(days=15).total_seconds())
    late = team.add_person(drill_app, team_id, "Late")
    with drill_app.store.read() as work:
        joined = work.teams.get(team_id)
    bring(drill_app, f"name,email,team,school\nMoved,moved@school.example,{joined.name},{joined.school}\n")
    team.remove_person(drill_app, find_person(drill_app, team_id, "Otter"))
    lines = {line.name: [cell.state for cell in line.cells] for line in get_board(drill_app).people}
    assert lines["Late"] == lines["Moved"]
    assert lines["Late"] == [
        BoardState.NOT_SCHEDULED,
        BoardState.NOT_SCHEDULED,
        BoardState.NOT_SCHEDULED,
        BoardState.DUE,
    ]
    assert set(lines) == {"Heron <i>", "Late", "Moved"}
    give_step(drill_app, steps["after 1"].step_id, late)


def test_a_clock_put_back_takes_nothing_away(drill_app: App, team_id: str, clock: FakeClock) -> None:
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    otter = find_person(drill_app, team_id, "Otter")
    made = give_step(drill_app, steps["before 1"].step_id, otter)
    attempts.get_briefing(drill_app, made)
    attempts.begin(drill_app, made)
    clock.pass_s(3600)
    attempts.get_state(drill_app, made)
    clock.set_wall(-30 * 86_400)
    line = next(line for line in get_board(drill_app).people if line.name == "Otter")
    assert line.cells[1].state is BoardState.DONE
    clock.set_wall(90 * 86_400)
    with drill_app.store.read() as work:
        before = work.attempts.get(made).form_id
    after = give_step(drill_app, steps["after 1"].step_id, otter)
    with drill_app.store.read() as work:
        assert work.attempts.get(after).form_id != before


SCHOOLS = ("Birch", "Lincoln", "Maple")
LATER = date(2026, 10, 5)


@dataclass(frozen=True)
class Three:
    team_ids: tuple[str, ...]
    people: tuple[str, ...]


@pytest.fixture
def three(drill_app: App) -> Three:
    made = [
        make_team(drill_app, *(f"{school} {number}" for number in range(5 - place)), team_name=school)
        for place, school in enumerate(SCHOOLS)
    ]
    return Three(tuple(team_id for team_id, _ in made), tuple(each for _, people in made for each in people))


def make_plan(app: App, three: Three, *, waits: bool = False) -> dict[str, str]:
    first, *others = three.team_ids
    plan.create_program(app, replace(make_order(first), others=tuple(others), waits=waits))
    with app.store.read() as work:
        return {row.team_id: row.program_id for row in work.programs.list_all()}


def find_training(app: App, program_id: str) -> date:
    return list_steps(app, program_id)["training 1"].due_from


def test_three_schools_are_planned_drawn_changed_and_closed_together(
    run_page: RunPage, drill_app: App, three: Three
) -> None:
    first, *others = three.team_ids
    team.add_team(drill_app, "Nobody yet")
    page = run_page("plan", team=first)
    choice = page.multiselect(key=f"plan-others-{first}")
    assert choice.options == ["Lincoln, 4 people", "Maple, 3 people"], "with people, and without a program"
    choice.set_value(others).run()
    lots = f"plan-waits-{'-'.join(three.team_ids)}"
    assert page.checkbox(key=lots).value, "only a lot tells a change at some schools"
    assert "6 who train and 6 who wait at 3 schools, with 2 drills before" in read_page(page)
    page.checkbox(key=lots).uncheck().run()
    assert "Nothing can be said of 3 schools together" in read_page(page)
    page.checkbox(key=lots).check().run()
    page.button(key="plan-make").click().run()
    groups = [Counter(card.group for card in team.list_people(drill_app, each)) for each in three.team_ids]
    drawn = [(each["trained by lot"], each["waiting by lot"]) for each in groups]
    assert drawn == [(3, 2), (2, 2), (1, 2)], "both at each school, and half of all"
    shown = read_plain(page)
    assert shown.count("waits by lot, from ") == 6
    training = run_page("training", team=first)
    assert len(training.get("button_group")[0].value) == 3, "who waits is not expected"
    assert all(f"{school} 0<small>{school}<" in shown for school in SCHOOLS), "one board, with the school named"
    page.selectbox(key="board-school").set_value("Lincoln").run()
    assert "Lincoln 0<" in read_plain(page) and "Maple 0<" not in read_plain(page)

    with drill_app.store.read() as work:
        programs = {row.team_id: row.program_id for row in work.programs.list_all()}
    day = find_training(drill_app, programs[first])
    page.date_input(key=f"shift-{day}").set_value(day + timedelta(days=7))
    page.button(key="shift-button").click().run()
    assert {find_training(drill_app, each) for each in programs.values()} == {day + timedelta(days=7)}
    page.multiselect(key=f"change-{programs[first]}").set_value([programs[others[0]]]).run()
    page.date_input(key=f"shift-{day + timedelta(days=7)}").set_value(day + timedelta(days=8))
    page.button(key="shift-button").click().run()
    assert find_training(drill_app, programs[others[0]]) == day + timedelta(days=8)
    assert "Birch, Maple: " in read_plain(page) and "; Lincoln: " in read_plain(page), "who has other days is named"
    page.multiselect(key=f"change-{programs[first]}").set_value(list(programs.values())).run()
    page.checkbox(key="close-sure").check().run()
    page.button(key="close").click().run()
    assert not page.exception
    with drill_app.store.read() as work:
        assert all(row.closed_at for row in work.programs.list_all())


def test_one_change_at_any_school_meanwhile_is_told_and_none_is_made(drill_app: App, three: Three) -> None:
    programs = make_plan(drill_app, three)
    seen = get_program_view(drill_app, programs[three.team_ids[0]]).seen
    change_one(drill_app, programs[three.team_ids[2]], change.set_training, TRAINING, "11:00")
    before = [list_changes(drill_app, each) for each in programs.values()]
    with pytest.raises(PlanError, match="Maple: This program was changed by someone else meanwhile: Training at 11:00"):
        change.change_all(drill_app, seen, lambda work, each: change.shift_after_training(drill_app, work, each, LATER))
    assert [list_changes(drill_app, each) for each in programs.values()] == before


def test_one_press_enters_the_training_of_all_schools_and_none_twice(
    run_page: RunPage, drill_app: App, three: Three
) -> None:
    programs = make_plan(drill_app, three, waits=True)
    first, second, _ = three.team_ids
    key = f"{first}-{programs[first]}-None"
    page = run_page("training", team=first, program=programs[first])
    assert page.checkbox(key=f"all-{key}").label == "The same for Lincoln, Maple"
    page.checkbox(key=f"all-{key}").check()
    page.text_input(key=f"place-{key}").set_value("Library")
    page.button(key="enter-training").click().run()
    assert "Added for 3 schools." in read_page(page)
    for team_id in three.team_ids:
        (training,) = list_trainings(drill_app, team_id)
        assert (training.place, training.program_id) == ("Library", programs[team_id])
        people = team.list_people(drill_app, team_id)
        assert [each.name for each in training.attendees] == [
            card.name for card in people if card.group == "trained by lot"
        ]
    assert run_page("training", team=second, program=programs[second]).query_params["training"], "the one there is"


def test_a_school_joins_later_and_a_cohort_stays_and_a_deleted_team_is_gone(drill_app: App, three: Three) -> None:
    programs = make_plan(drill_app, three, waits=True)
    first = programs[three.team_ids[0]]
    cedar, people = make_team(drill_app, "Birch 0", "Cedar 1", "Cedar 2", "Cedar 3", team_name="Cedar")
    assert plan.list_twice(drill_app, (*three.team_ids, cedar)) == ["Birch 0"]
    joined = change.join_plan(drill_app, first, team_id=cedar, training_on=LATER, request_key="cedar")
    with pytest.raises(PlanError, match="Cedar has a program already"):
        change.join_plan(drill_app, first, team_id=cedar, training_on=LATER, request_key="again")
    groups = Counter(card.group for card in team.list_people(drill_app, cedar))
    assert groups == {"trained by lot": 2, "waiting by lot": 2}
    late = team.add_person(drill_app, cedar, "Cedar 4")
    drawn = {card.person_id: card.group for card in team.list_people(drill_app, cedar)}
    assert drawn[late] == "", "the lot was before"
    cohort = change.make_cohort(
        drill_app, joined, name="October", person_ids=people[:1], training_on=LATER + timedelta(days=7), request_key="c"
    )
    assert list(get_program_view(drill_app, first).teams.values()) == ["Birch", "Cedar", "Lincoln", "Maple", "October"]
    with drill_app.store.write() as work:
        assert work.people.get(people[0]).group == drawn[people[0]], "who is in a cohort keeps the lot"
        assert work.delete(TeamRow, TeamRow.team_id == three.team_ids[1]) == 1
    view = get_program_view(drill_app, cohort)
    assert list(view.teams.values()) == ["Birch", "Cedar", "Maple", "October"]


def test_one_report_is_over_all_people_of_the_plan_and_one_look(
    run_page: RunPage, drill_app: App, clock: FakeClock, three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts_table, "FEWEST", 1)
    programs = make_plan(drill_app, three, waits=True)
    with drill_app.store.write() as work:
        work.change(ProgramRow, ProgramRow.program_id == programs[three.team_ids[2]], margin=0.02)
    for phase in (Phase.BEFORE, Phase.AFTER):
        for person_id in three.people:
            attempt_id = begin_drill(drill_app, person_id, phase)
            clock.pass_s(5)
            attempts.abandon(drill_app, attempt_id)
        clock.pass_s(20 * 86_400)
    page = run_page("results", team=three.team_ids[1])
    assert page.selectbox(key=f"compared-people-{three.team_ids[1]}").options[0] == "All 3 schools of the plan"
    shown = read_plain(page)
    assert "Lincoln" not in shown.split("People compared")[-1], "no school is named unless asked for"
    page.selectbox(key=f"compared-people-{three.team_ids[1]}").set_value(three.team_ids[0]).run()
    table = export_team(drill_app, three.team_ids)
    assert table["person_id"].nunique() == 12
    assert set(table["people_in_all"]) == {5.0, 4.0, 3.0}
    held_to = load_plan(drill_app, three.team_ids, table)
    assert (held_to.people, held_to.looks, held_to.teams, held_to.margin) == (12, 1, 1, 0.02)
    alone = load_plan(drill_app, three.team_ids[:1], export_team(drill_app, three.team_ids[0]))
    assert (alone.people, alone.looks, alone.teams) == (5, 1, 3), "each school alone is one of three comparisons"


def test_who_may_see_one_school_sees_and_changes_only_it(drill_app: App, three: Three) -> None:
    programs = make_plan(drill_app, three, waits=True)
    own, other, _ = three.team_ids
    viewer = replace(AT_THIS_MACHINE, schools=frozenset({"Birch"}))
    limited = limit_app(drill_app, viewer)
    view = get_program_view(limited, programs[own])
    assert list(view.teams.values()) == ["Birch"]
    assert "Lincoln" not in str(view) and "Maple" not in str(view)
    assert {person.team for person in get_board(limited, team_id=three.team_ids).people} == {"Birch"}
    with limited.store.read() as work:
        assert list_together(work, own) == (own,)
    change.change_all(limited, view.seen, lambda work, each: change.shift_after_training(limited, work, each, LATER))
    assert (find_training(drill_app, programs[own]), find_training(drill_app, programs[other])) == (LATER, TRAINING)
    for person_id in three.people[:5]:
        attempts.abandon(drill_app, begin_drill(drill_app, person_id))
    change_one(drill_app, programs[own], change.close_program)
    with limited.store.read() as work:
        assert len(list_held(limited, work.attempts.list_of_team(own))) == 5, "another school still has the drill to do"
