"""The training itself: planned, signed in to, closed, corrected; all of it in the ledger, and nothing changed there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.ledger import LedgerKind, Subjects
from sim.drill.session_day import Attendance
from sim.errors import LedgerError
from sim.services.ledger.trainings import TRAINING_KINDS, Material, TrainingState
from sim.services.ledger.verify import verify
from sim.services.operations import demo
from sim.services.team import team
from sim.services.training_event.events import (
    change_training,
    close_training,
    enter_training,
    expect_more,
    get_training,
    list_trainings,
)
from sim.services.training_event.materials import read_links, take_file, write_links
from sim.services.training_event.sign_in import correct_attendance, tick_off
from sim.services.training_event.view import UNCLOSED, write_state
from sim.services.training_record.load import load_person_record
from tests.unit.services.training_event.conftest import BEGINS, Class, make_plan


def hold(group: Class, *names: str, minutes: int = 95) -> None:
    group.go_to(BEGINS + timedelta(minutes=minutes))
    tick_off(group.app, group.training_id, [group.people[name] for name in names], by="T. Trainer")
    close_training(group.app, group.training_id, minutes=minutes, by="T. Trainer", why_longer="on paper")


def enter_make_up(group: Class) -> str:
    """Enter a training a week later for Cy, who missed the first, and go to its day; return it."""
    later = enter_training(
        group.app,
        make_plan(group.team_id, begins_at=BEGINS + timedelta(days=7), makes_up=group.training_id),
        person_ids=[group.people["Cy"]],
    )
    group.go_to(BEGINS + timedelta(days=7))
    return later


def test_a_day_that_has_passed_is_no_training_until_someone_came_and_someone_closed_it(group: Class) -> None:
    group.go_to(BEGINS + timedelta(days=3))
    assert group.training.state is TrainingState.PLANNED
    assert write_state(group.training, group.clock.read().wall) == UNCLOSED
    with pytest.raises(LedgerError, match="Nobody is marked as present"):
        close_training(group.app, group.training_id, minutes=90, why_longer="on paper")
    tick_off(group.app, group.training_id, [group.people["Ana"]], by="T. Trainer")
    assert group.training.state is TrainingState.PLANNED
    close_training(group.app, group.training_id, minutes=90, by="R. Owner", why_longer="on paper")
    training = group.training
    assert (training.state, training.closed_by) == (TrainingState.HELD, "R. Owner")
    assert [each.attendance for each in training.attendees] == [
        Attendance.PRESENT,
        Attendance.ABSENT,
        Attendance.ABSENT,
    ]
    assert verify(group.app.store).broken is None


def test_it_is_not_closed_before_it_begins(group: Class) -> None:
    with pytest.raises(LedgerError, match="not begun"):
        close_training(group.app, group.training_id, minutes=90, why_longer="on paper")
    with pytest.raises(LedgerError, match="not begun"):
        tick_off(group.app, group.training_id, [group.people["Ana"]])


def test_a_correction_is_a_further_entry_and_what_stood_there_stays(group: Class) -> None:
    hold(group, "Ana", "Ben")
    app, ben = group.app, group.people["Ben"]
    correct_attendance(app, group.training_id, ben, Attendance.ABSENT, reason="left after ten minutes", by="R. Owner")
    change_training(
        app,
        group.training_id,
        replace(make_plan(group.team_id), place="Gym", minutes=95),
        seen=group.training.number,
        by="R. Owner",
    )
    person = group.training.find(ben)
    assert person is not None
    assert (person.attendance, person.reason, person.by) == (Attendance.ABSENT, "left after ten minutes", "R. Owner")
    assert (group.training.place, group.training.state) == ("Gym", TrainingState.HELD)
    with app.store.read() as work:
        kinds = [
            each.kind for each in work.ledger.list_of(Subjects(session_id=group.training_id), kinds=TRAINING_KINDS)
        ]
    assert kinds.count(LedgerKind.TRAINING_ENTERED) == 2
    # three expected, two marked, one absent at the end, one correction
    assert kinds.count(LedgerKind.TRAINING_ATTENDANCE) == 7
    with pytest.raises(LedgerError, match="Nothing was changed"):
        correct_attendance(app, group.training_id, ben, Attendance.ABSENT, reason="once more")
    with pytest.raises(LedgerError, match="Enter a reason"):
        correct_attendance(app, group.training_id, ben, Attendance.PRESENT, reason="  ")
    assert verify(app.store).broken is None


def test_of_two_who_change_one_training_the_second_is_told_and_nothing_is_lost(group: Class) -> None:
    seen = group.training.number
    plan = make_plan(group.team_id)
    change_training(group.app, group.training_id, replace(plan, place="Gym"), seen=seen, by="One")
    with pytest.raises(LedgerError, match="Someone else has changed this training"):
        change_training(group.app, group.training_id, replace(plan, place="Office"), seen=seen, by="Two")
    assert group.training.place == "Gym"


def test_a_form_from_before_it_was_closed_does_not_put_the_planned_length_back(group: Class) -> None:
    seen = group.training.number
    hold(group, "Ana", minutes=45)
    with pytest.raises(LedgerError, match="Someone else has changed this training"):
        change_training(group.app, group.training_id, make_plan(group.team_id, place="Gym"), seen=seen)
    assert (group.training.minutes, group.training.place) == (45, "Library")


def test_nobody_is_not_known_any_more_at_a_training_that_was_held(group: Class) -> None:
    hold(group, "Ana")
    with pytest.raises(LedgerError, match="Choose whether they came"):
        correct_attendance(
            group.app, group.training_id, group.people["Ana"], Attendance.INVITED, reason="wrong name", by="T. Trainer"
        )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "  ", "Enter a title"),
        ("title", "x" * 300, "Shorten the title: it has 300"),
        ("topics", "y" * 1001, "Shorten the list of topics"),
        ("need", "a\u202eb", "sign that cannot be kept"),
        ("minutes", 0, "1 to 1,440 minutes"),
        ("minutes", 9999, "1 to 1,440 minutes"),
        ("valid_months", 121, "1 to 120 months"),
        ("begins_at", BEGINS + timedelta(days=800), "next two"),
        ("begins_at", BEGINS - timedelta(days=4000), "last ten years"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(group: Class, field: str, value: object, said: str) -> None:
    with pytest.raises(LedgerError, match=said):
        enter_training(group.app, make_plan(group.team_id, **{field: value}), person_ids=list(group.people.values()))
    assert len(list_trainings(group.app, group.team_id)) == 1


def test_hostile_texts_are_kept_as_they_are(group: Class) -> None:
    text = "'; DROP TABLE ledger_entry; -- <b>😀</b>"
    made = enter_training(group.app, make_plan(group.team_id, title=text), person_ids=[group.people["Ana"]])
    assert get_training(group.app, made).title == text
    assert verify(group.app.store).broken is None


def test_nobody_expected_a_stranger_and_a_demo_team_are_refused(group: Class) -> None:
    other = team.add_person(group.app, team.add_team(group.app, "Other"), "Not in it")
    with pytest.raises(LedgerError, match="at least one person"):
        enter_training(group.app, make_plan(group.team_id), person_ids=[])
    with pytest.raises(LedgerError, match="not on this team"):
        enter_training(group.app, make_plan(group.team_id), person_ids=[other])
    demo.fill_demo(group.app, people=1, seed=1)
    demo_team = next(card for card in team.list_teams(group.app) if card.is_demo)
    someone = team.list_people(group.app, demo_team.team_id)[0].person_id
    with pytest.raises(LedgerError, match="demo team"):
        enter_training(group.app, make_plan(demo_team.team_id), person_ids=[someone])


def test_more_people_are_expected_until_it_is_closed(group: Class) -> None:
    dee = team.add_person(group.app, group.team_id, "Dee Moss")
    assert expect_more(group.app, group.training_id, [dee, group.people["Ana"]]) == 1
    hold(group, "Ana")
    assert len(group.training.attendees) == 4
    with pytest.raises(LedgerError, match="is closed"):
        expect_more(group.app, group.training_id, [team.add_person(group.app, group.team_id, "Eve Ray")])


def test_a_file_is_known_by_its_fingerprint_and_links_come_back_as_typed() -> None:
    material = take_file("slides.pdf", b"abc")
    assert material.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert material.size == 3
    links = read_links("Slides of day one https://drive.example.org/a\n\nhttps://b.example.org/x")
    assert [(each.name, each.link) for each in links] == [
        ("Slides of day one", "https://drive.example.org/a"),
        ("b.example.org", "https://b.example.org/x"),
    ]
    assert read_links(write_links(links)) == links
    for wrong in ("slides.pdf", "javascript:alert(1)", "ftp://x.example.org/a", "https://[x"):
        with pytest.raises(LedgerError, match="begins with https"):
            read_links(wrong)


def test_ones_own_record_has_the_training_and_nobody_else_in_it(group: Class) -> None:
    hold(group, "Ana", "Ben")
    (training,) = load_person_record(group.app, group.people["Ana"]).trainings
    assert [each.name for each in training.attendees] == ["Ana Lopez"]
    assert training.materials == (Material(name="Slides", link="https://drive.example.org/slides"),)


def test_who_did_not_come_to_the_make_up_after_all_has_made_up_nothing(group: Class) -> None:
    hold(group, "Ana", "Ben")
    later = enter_make_up(group)
    cy = group.people["Cy"]

    def read() -> Attendance:
        person = group.training.find(cy)
        assert person is not None
        return person.attendance

    tick_off(group.app, later, [cy], by="T. Trainer")
    assert read() is Attendance.MADE_UP
    correct_attendance(group.app, later, cy, Attendance.ABSENT, reason="ticked by mistake", by="T. Trainer")
    assert read() is Attendance.ABSENT
    correct_attendance(group.app, later, cy, Attendance.PRESENT, reason="they were there", by="T. Trainer")
    assert read() is Attendance.MADE_UP
    correct_attendance(group.app, group.training_id, cy, Attendance.ABSENT, reason="no", by="T. Trainer")
    correct_attendance(group.app, group.training_id, cy, Attendance.MADE_UP, reason="elsewhere", by="T. Trainer")
    correct_attendance(group.app, later, cy, Attendance.ABSENT, reason="not there", by="T. Trainer")
    assert read() is Attendance.MADE_UP, "what a trainer entered themselves stays"


def test_who_came_to_a_training_alone_stays_known_when_they_leave(group: Class) -> None:
    hold(group, "Ana")
    team.remove_person(group.app, group.people["Ana"])
    with group.app.store.read() as work:
        assert work.teams.get_person(group.people["Ana"]).left_at is not None
