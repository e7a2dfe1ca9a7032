"""The board of a program: who has to do what, what a cell leads to, who came and left."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from sim.app.wiring import App
from sim.console import attempts
from sim.features.program import plan
from sim.features.program.board import get_board
from sim.features.program.give import give_step
from sim.features.program.program_view import list_chosen_of_person, list_chosen_of_program
from sim.features.program.school_days import name_step
from sim.features.team import team
from sim.features.training.events import TrainingPlan, close_training, enter_training
from sim.features.training.sign_in import correct_attendance, tick_off
from sim.program.guide_steps import StepKind
from sim.program.plan import BoardState
from sim.program.session_day import Attendance
from sim.ui.page.page_state import ALL_TEAMS
from tests.app.conftest import RunPage, read_page, read_plain
from tests.support.bring_roster import bring
from tests.support.fake_clock import FakeClock
from tests.support.given import begin
from tests.unit.features.program.test_program import find_person, list_program_ids, list_steps, make_order


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
    training = TrainingPlan(team_id=team_id, title="New cameras", begins_at=begins, minutes=30, program_id=program_id)
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
    training = TrainingPlan(team_id=team_id, title="New cameras", begins_at=begins, minutes=60, program_id=program_id)
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
