"""One plan for several schools: made, drawn, changed, compared and closed together, and seen as far as it is open."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts
from sim.db.programs import ProgramRow
from sim.db.teams import TeamRow
from sim.errors import PlanError
from sim.features.program import change, plan
from sim.features.program.board import get_board
from sim.features.program.program_view import get_program_view
from sim.features.team import looks, team
from sim.features.team.attempts_table import export_team
from sim.features.team.looks import load_plan
from sim.features.training.events import list_trainings
from sim.rules.held import list_held, list_together
from sim.rules.viewer import AT_THIS_MACHINE, limit_app
from tests.app.conftest import RunPage, read_page, read_plain
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill, make_team
from tests.unit.features.program.test_program import TRAINING, change_one, list_changes, list_steps, make_order

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
    monkeypatch.setattr(looks, "FEWEST", 1)
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
