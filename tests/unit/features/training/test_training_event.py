from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest

from sim.app.wiring import App
from sim.db.ledger import HoldScope, LedgerKind, Subjects
from sim.db.sessions import Material, Training, TrainingState
from sim.errors import AccessError, HoldError, LedgerError, PlanError
from sim.features.privacy.person_data import delete_person
from sim.features.program import change, plan
from sim.features.record.load import load_person_record
from sim.features.team import team
from sim.features.training import events, sign_in
from sim.features.training.view import UNCLOSED, write_length, write_state
from sim.ledger.holds import find_subject, list_subjects, list_team_holds, place_hold
from sim.ledger.verify import verify
from sim.program.session_day import Attendance
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY, KnownBy, Role, Viewer
from tests.support.fake_clock import FakeClock
from tests.support.given import make_team
from tests.unit.features.program.test_program import TRAINING, change_one, list_steps, make_order
from tests.unit.features.training.conftest import BEGINS, TRAINING_KINDS, Class, make_plan

pytestmark = pytest.mark.measures


def hold(group: Class, *names: str, minutes: int = 95) -> None:
    group.go_to(BEGINS + timedelta(minutes=minutes))
    sign_in.tick_off(group.app, group.training_id, [group.people[name] for name in names], by="T. Trainer")
    events.close_training(group.app, group.training_id, minutes=minutes, by="T. Trainer", why_longer="on paper")


def read_came(group: Class) -> list[str]:
    return [each.attendance.value for each in group.training.attendees]


def test_a_day_that_has_passed_is_no_training_until_someone_came_and_someone_closed_it(group: Class) -> None:
    with pytest.raises(LedgerError, match="not begun"):
        events.close_training(group.app, group.training_id, minutes=90, why_longer="on paper")
    with pytest.raises(LedgerError, match="not begun"):
        sign_in.tick_off(group.app, group.training_id, [group.people["Ana"]])
    group.go_to(BEGINS + timedelta(days=3))
    assert write_state(group.training, group.clock.read().wall) == UNCLOSED
    with pytest.raises(LedgerError, match="Nobody is marked as present"):
        events.close_training(group.app, group.training_id, minutes=90, why_longer="on paper")
    sign_in.tick_off(group.app, group.training_id, [group.people["Ana"]], by="T. Trainer")
    assert group.training.state is TrainingState.PLANNED
    events.close_training(group.app, group.training_id, minutes=90, by="R. Owner", why_longer="on paper")
    assert (group.training.state, group.training.closed_by) == (TrainingState.HELD, "R. Owner")
    assert read_came(group) == ["present", "absent", "absent"]
    assert verify(group.app.store).broken is None
    with pytest.raises(LedgerError, match="Choose whether they came"):
        sign_in.correct_attendance(
            group.app, group.training_id, group.people["Ana"], Attendance.INVITED, reason="wrong name"
        )
    team.remove_person(group.app, group.people["Ana"])
    with group.app.store.read() as work:
        assert work.people.get(group.people["Ana"]).left_at is not None, "who came stays known"


def test_a_correction_is_a_further_entry_and_what_stood_there_stays(group: Class) -> None:
    hold(group, "Ana", "Ben")
    app, ben = group.app, group.people["Ben"]
    sign_in.correct_attendance(
        app, group.training_id, ben, Attendance.ABSENT, reason="left after ten minutes", by="R. Owner"
    )
    gym = make_plan(group.team_id, place="Gym", minutes=95)
    events.change_training(app, group.training_id, gym, seen=group.training.number, by="R. Owner")
    person = group.training.find(ben)
    assert person is not None
    assert (person.attendance, person.reason, person.by) == (Attendance.ABSENT, "left after ten minutes", "R. Owner")
    assert (group.training.place, group.training.state) == ("Gym", TrainingState.HELD)
    with app.store.read() as work:
        entries = work.ledger.list_of(Subjects(session_id=group.training_id), kinds=TRAINING_KINDS)
    kinds = [each.kind for each in entries]
    # three expected, two marked, one absent at the end, one correction
    counts = (kinds.count(LedgerKind.TRAINING_ENTERED), kinds.count(LedgerKind.TRAINING_ATTENDANCE))
    assert counts == (2, 7)
    with pytest.raises(LedgerError, match="Nothing was changed"):
        sign_in.correct_attendance(app, group.training_id, ben, Attendance.ABSENT, reason="once more")
    assert verify(app.store).broken is None


def test_a_form_from_before_it_was_closed_does_not_put_the_planned_length_back(group: Class) -> None:
    seen = group.training.number
    hold(group, "Ana", minutes=45)
    with pytest.raises(LedgerError, match="Someone else has changed this training"):
        events.change_training(group.app, group.training_id, make_plan(group.team_id, place="Gym"), seen=seen)
    assert (group.training.minutes, group.training.place) == (45, "Library")


def test_what_cannot_be_is_refused_with_a_sentence(group: Class) -> None:
    for field, value, said in (
        ("title", "  ", "Enter a title"),
        ("title", "x" * 300, "title has 300 characters"),
        ("topics", "y" * 1001, "list of topics has 1001"),
        ("need", "a\u202eb", "sign that cannot be kept"),
        ("minutes", 0, "1 to 1,440 minutes"),
        ("minutes", 9999, "1 to 1,440 minutes"),
        ("valid_months", 121, "1 to 120 months"),
        ("begins_at", BEGINS + timedelta(days=800), "next two"),
        ("begins_at", BEGINS - timedelta(days=4000), "last ten years"),
    ):
        with pytest.raises(LedgerError, match=said):
            wrong = make_plan(group.team_id, **{field: value})
            events.enter_training(group.app, wrong, person_ids=list(group.people.values()))
    assert len(events.list_trainings(group.app, group.team_id)) == 1


def test_nobody_expected_a_stranger_and_a_demo_team_are_refused(group: Class) -> None:
    other = team.add_person(group.app, team.add_team(group.app, "Other"), "Not in it")
    demo_team = team.add_team(group.app, "Demo", is_demo=True)
    invented = team.add_person(group.app, demo_team, "Otter")
    for team_id, people, said in (
        (group.team_id, [], "at least one person"),
        (group.team_id, [other], "not on this team"),
        (demo_team, [invented], "demo team"),
    ):
        with pytest.raises(LedgerError, match=said):
            events.enter_training(group.app, make_plan(team_id), person_ids=people)


def test_more_people_are_expected(group: Class) -> None:
    dee = team.add_person(group.app, group.team_id, "Dee Moss")
    assert events.expect_more(group.app, group.training_id, [dee, group.people["Ana"]]) == 1
    hold(group, "Ana")
    assert len(group.training.attendees) == 4


def test_a_file_is_known_by_its_fingerprint_and_links_come_back_as_typed() -> None:
    material = events.take_file("slides.pdf", b"abc")
    assert (material.sha256, material.size) == (sha256(b"abc").hexdigest(), 3)
    links = events.read_links("Slides of day one https://drive.example.org/a\n\nhttps://b.example.org/x")
    assert [(each.name, each.link) for each in links] == [
        ("Slides of day one", "https://drive.example.org/a"),
        ("b.example.org", "https://b.example.org/x"),
    ]
    assert events.read_links(events.write_links(links)) == links
    for wrong in ("slides.pdf", "javascript:alert(1)", "ftp://x.example.org/a", "https://[x"):
        with pytest.raises(LedgerError, match="begins with https"):
            events.read_links(wrong)


def test_ones_own_record_has_the_training_and_nobody_else_in_it(group: Class) -> None:
    hold(group, "Ana", "Ben")
    (training,) = load_person_record(group.app, group.people["Ana"]).trainings
    assert [each.name for each in training.attendees] == ["Ana Lopez"]
    assert training.materials == (Material(name="Slides", link="https://drive.example.org/slides"),)


def test_who_did_not_come_to_the_make_up_after_all_has_made_up_nothing(group: Class) -> None:
    hold(group, "Ana", "Ben")
    app, cy, day = group.app, group.people["Cy"], BEGINS + timedelta(days=7)
    plan = make_plan(group.team_id, begins_at=day, makes_up=group.training_id)
    later = events.enter_training(app, plan, person_ids=[cy])
    group.go_to(day)

    def correct(training_id: str, to: Attendance) -> str:
        sign_in.correct_attendance(app, training_id, cy, to, reason="a mistake", by="T. Trainer")
        return read_came(group)[2]

    sign_in.tick_off(app, later, [cy], by="T. Trainer")
    assert read_came(group) == ["present", "present", "made_up"]
    assert correct(later, Attendance.ABSENT) == "absent"
    assert correct(later, Attendance.PRESENT) == "made_up"
    correct(group.training_id, Attendance.ABSENT)
    correct(group.training_id, Attendance.MADE_UP)
    assert correct(later, Attendance.ABSENT) == "made_up", "what a trainer entered themselves stays"


def open_code(group: Class) -> str:
    group.go_to(max(BEGINS, group.clock.read().wall))
    sign_in.open_sign_in(group.app, group.training_id, by="T. Trainer")
    return sign_in.make_sign_in_code(group.app, group.training).token


def test_nobody_signs_in_twice_or_as_someone_else(group: Class) -> None:
    token = open_code(group)
    sign_in.sign_in(group.app, NOBODY, token, group.people["Ana"])
    with pytest.raises(LedgerError, match="just signed in with this name"):
        sign_in.sign_in(group.app, NOBODY, token, group.people["Ana"])
    ben = Viewer(account_id="a1", person_id=group.people["Ben"], name="Ben", role=Role.TRAINEE, known_by=KnownBy.PIN)
    with pytest.raises(AccessError, match="signed in as Ben"):
        sign_in.sign_in(group.app, ben, token, group.people["Cy"])
    with pytest.raises(LedgerError, match="not on the list"):
        sign_in.sign_in(group.app, NOBODY, token, "stranger")


def test_a_code_ends_when_it_is_closed_replaced_or_old(group: Class) -> None:
    old = open_code(group)
    newer = open_code(group)
    with pytest.raises(AccessError, match="replaced by a newer one"):
        sign_in.sign_in(group.app, NOBODY, old, group.people["Ana"])
    group.clock.pass_s(sign_in.LASTS.total_seconds())
    with pytest.raises(AccessError, match="expired"):
        sign_in.get_sign_in(group.app, NOBODY, newer)
    newest = open_code(group)
    sign_in.close_sign_in(group.app, group.training_id)
    with pytest.raises(AccessError, match="is closed"):
        sign_in.get_sign_in(group.app, NOBODY, newest)
    with pytest.raises(AccessError, match="not valid here"):
        sign_in.get_sign_in(group.app, NOBODY, newest + "x")
    with group.app.store.write() as work:
        work.delete(Training, Training.training_id == group.training_id)
    with pytest.raises(AccessError, match="does not exist any more"):
        sign_in.get_sign_in(group.app, NOBODY, newest)


def test_signing_in_opens_two_hours_before_and_never_once_the_training_is_closed(group: Class) -> None:
    group.go_to(BEGINS - sign_in.OPENS - timedelta(minutes=1))
    with pytest.raises(LedgerError, match="two hours before"):
        sign_in.open_sign_in(group.app, group.training_id)
    token = open_code(group)
    corrected = sign_in.sign_in(group.app, NOBODY, token, group.people["Ana"])
    again = sign_in.take_back(group.app, corrected)
    with pytest.raises(AccessError, match="taken back"):
        sign_in.get_signed_in(group.app, corrected)
    group.clock.pass_s(60)
    signed = sign_in.sign_in(group.app, NOBODY, again, group.people["Ana"])
    with pytest.raises(AccessError, match="corrected since"):
        sign_in.get_signed_in(group.app, corrected)
    group.clock.pass_s(5340)
    events.close_training(group.app, group.training_id, minutes=80, by="T. Trainer", why_longer="on paper")
    assert write_length(group.training, BEGINS.tzinfo) == (  # type: ignore[arg-type]
        "80 min, entered by T. Trainer; sign-in was open 12:00 PM to 1:30 PM"
    )
    with pytest.raises(AccessError, match="expired"):
        sign_in.get_sign_in(group.app, NOBODY, token)
    assert len(group.training.list_who(Attendance.ABSENT)) == 2
    eve = team.add_person(group.app, group.team_id, "Eve Ray")
    for ask in (
        partial(sign_in.open_sign_in, group.app, group.training_id),
        partial(events.expect_more, group.app, group.training_id, [eve]),
        partial(sign_in.tick_off, group.app, group.training_id, [group.people["Ben"]]),
        partial(events.close_training, group.app, group.training_id, minutes=80),
        partial(events.cancel_training, group.app, group.training_id, reason="rain"),
        partial(sign_in.sign_out, group.app, signed),
    ):
        with pytest.raises(LedgerError, match="training is closed"):
            ask()


OTHER = date(2026, 9, 30)


@pytest.fixture
def team_id(drill_app: App) -> str:
    return make_team(drill_app, "Heron")[0]


def enter(app: App, team_id: str, day: date, program_id: str | None, *, makes_up: str | None = None) -> str:
    begins = datetime(day.year, day.month, day.day, 13, 30, tzinfo=UTC)
    people = [card.person_id for card in team.list_people(app, team_id)]
    training = events.draft_training(
        team_id=team_id, title="New cameras", begins_at=begins, minutes=60, program_id=program_id, makes_up=makes_up
    )
    return events.enter_training(app, training, person_ids=people)


def hold_on(app: App, clock: FakeClock, team_id: str, day: date, program_id: str | None) -> str:
    training_id = enter(app, team_id, day, program_id)
    clock.pass_s(
        max(0.0, (events.get_training(app, training_id).begins_at - clock.read().wall).total_seconds()) + 86_400
    )
    sign_in.tick_off(app, training_id, [card.person_id for card in team.list_people(app, team_id)])
    events.close_training(app, training_id, minutes=60)
    return training_id


def read_day(app: App, program_id: str) -> tuple[date | None, str]:
    with app.store.read() as work:
        row = work.programs.get(program_id)
    return row.training_on, row.training_at


@pytest.mark.parametrize("late_days", [0, 6], ids=["closed at once", "entered a week later"])
def test_a_training_held_later_moves_its_program_and_stays_there(
    drill_app: App, team_id: str, clock: FakeClock, late_days: int
) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    planned = list_steps(drill_app, program_id)
    clock.pass_s((16 + late_days) * 86_400 if late_days else 0.0)
    made = enter(drill_app, team_id, OTHER, program_id)
    assert events.find_planned_day(drill_app, events.get_training(drill_app, made)) == TRAINING
    assert read_day(drill_app, program_id) == (TRAINING, "09:30"), "planned is not held"
    events.cancel_training(drill_app, made, reason="ill")
    held = hold_on(drill_app, clock, team_id, OTHER, program_id)
    assert read_day(drill_app, program_id) == (OTHER, "09:30")
    steps = list_steps(drill_app, program_id)
    assert steps["before 1"] == planned["before 1"], "what was to come before it stays"
    assert (steps["training 1"].due_from, steps["after 1"].due_from) == (OTHER, OTHER + timedelta(days=1))
    for day, at in ((TRAINING, "9:30"), (OTHER, "11:00")):
        with pytest.raises(PlanError, match="was held on Wed, Sep 30"):
            change_one(drill_app, program_id, change.set_training, day, at)
    begins = events.get_training(drill_app, held).begins_at - timedelta(days=1, hours=1)
    corrected = events.draft_training(
        team_id=team_id, title="New cameras", begins_at=begins, minutes=60, program_id=program_id
    )
    events.change_training(drill_app, held, corrected, seen=events.get_training(drill_app, held).number)
    assert read_day(drill_app, program_id) == (OTHER - timedelta(days=1), "08:30")
    hold_on(drill_app, clock, team_id, OTHER + timedelta(days=20), program_id)
    assert read_day(drill_app, program_id) == (OTHER - timedelta(days=1), "08:30"), "the first one counts"


def test_make_ups_and_trainings_of_no_program_move_nothing(drill_app: App, team_id: str, clock: FakeClock) -> None:
    program_id = plan.create_program(drill_app, make_order(team_id))
    first = enter(drill_app, team_id, TRAINING, program_id)
    made_up = enter(drill_app, team_id, OTHER, program_id, makes_up=first)
    assert events.find_planned_day(drill_app, events.get_training(drill_app, made_up)) is None
    hold_on(drill_app, clock, team_id, OTHER, None)
    sign_in.tick_off(drill_app, made_up, [card.person_id for card in team.list_people(drill_app, team_id)])
    events.close_training(drill_app, made_up, minutes=60)
    assert read_day(drill_app, program_id) == (TRAINING, "09:30")


def test_a_training_is_held_by_its_id(drill_app: App, team_id: str) -> None:
    training_id = enter(drill_app, team_id, TRAINING, None)
    scope, name = list_subjects(drill_app.store, team_id)[training_id]
    assert (scope, name) == (HoldScope.TRAINING, "Training of Sep 28, 2026: New cameras")
    assert find_subject(drill_app.store, HoldScope.TRAINING, training_id) == training_id
    place_hold(drill_app.store, drill_app.clock, scope=scope, subject_id=training_id, reason="case 26-114")
    assert [what for _, what in list_team_holds(drill_app.store, team_id)] == [name]
    (heron,) = team.list_people(drill_app, team_id)
    with pytest.raises(HoldError, match="legal hold on a training"):
        delete_person(drill_app, AT_THIS_MACHINE, heron.person_id, name="Heron")
