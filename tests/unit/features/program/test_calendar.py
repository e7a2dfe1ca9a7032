"""The district's days without drills; the calendar of a program, read back by vobject 0.9.9, and who may have it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import vobject

from sim.app.wiring import App
from sim.attempt.options import NO_OPTIONS, ProfileName
from sim.db.programs import ChangeRow, ProgramRow, StepRow
from sim.errors import AccessError, PlanError, RateLimitError, SessionError
from sim.features.program import change, plan, school_days
from sim.features.program.change import Days
from sim.features.program.school_days import add_day_off, list_off, load_school_days, remove_day_off, to_utc
from sim.features.session import opening
from sim.features.team import team
from sim.program.plan import StepKind
from sim.program.session_day import SessionKind, Starting
from tests.support.fake_clock import NOON, FakeClock
from tests.support.given import make_team
from tests.support.spoiled import spoil
from tests.unit.features.program.test_program import TODAY, change_one, list_steps, make_order

pytestmark = pytest.mark.measures

NASTY = 'Büro "A", B; C\\D <b>\n=1+1 ' + "é" * 90
PROGRAM = ProgramRow(
    program_id="g",
    plan_id="g",
    team_id="t",
    aim="x",
    recording_id="tiny",
    profile=ProfileName.CLASSIC,
    options=NO_OPTIONS,
    time_zone="America/New_York",
    training_on=date(2026, 11, 2),
    training_at="09:00",
    request_key="k",
    calendar_number=1,
    created_at=NOON,
)


def make_step(kind: StepKind, first: date, last: date, *, dropped_at: datetime | None = None) -> StepRow:
    key = {"step_id": f"{kind.value}-1", "program_id": "g"}
    return StepRow(**key, kind=kind, number=1, due_from=first, due_to=last, dropped_at=dropped_at)


def write(*steps: StepRow, program: ProgramRow = PROGRAM, changes: int = 1) -> bytes:
    noted = ChangeRow(program_id="g", changed_at=NOON + timedelta(microseconds=5), words="x")
    return school_days.write_calendar(program, steps, (noted,) * changes, title=NASTY, limit_s=480.0)


def test_another_parser_reads_the_same_days_and_words() -> None:
    body = write(
        make_step(StepKind.BEFORE, date(2026, 10, 19), date(2026, 10, 25)),
        make_step(StepKind.AFTER, date(2026, 11, 3), date(2026, 11, 3), dropped_at=NOON),
        changes=4,
    )
    read = vobject.readOne(body.decode("utf-8"))
    assert read.contents["x-wr-calname"][0].value == NASTY
    first, last = read.vevent_list
    assert (first.dtstart.value, first.dtend.value) == (date(2026, 10, 19), date(2026, 10, 26))
    assert first.summary.value == "Search drill 1 before the training"
    assert "from Mon, Oct 19 to Sun, Oct 25, 2026. It takes at most 8 minutes" in first.description.value
    assert (first.dtstamp.value, first.uid.value, first.sequence.value) == (NOON, "before-1@sightline", "4")
    assert (first.transp.value, first.status.value, last.status.value) == ("TRANSPARENT", "CONFIRMED", "CANCELED")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")  # folded at no place within a letter


@pytest.mark.parametrize(
    ("day", "at", "zone", "utc"),
    [
        # the last day of summer time and the first without it: 4 and then 5 hours behind UTC
        (date(2026, 10, 31), "09:00", "America/New_York", datetime(2026, 10, 31, 13, 0, tzinfo=UTC)),
        (date(2026, 11, 2), "09:00", "America/New_York", datetime(2026, 11, 2, 14, 0, tzinfo=UTC)),
        # Arizona never changes
        (date(2026, 7, 1), "09:00", "America/Phoenix", datetime(2026, 7, 1, 16, 0, tzinfo=UTC)),
        (date(2026, 12, 1), "09:00", "America/Phoenix", datetime(2026, 12, 1, 16, 0, tzinfo=UTC)),
        # 1:30 AM comes twice on this day, 2:30 AM not at all on the other
        (date(2026, 11, 1), "01:30", "America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2027, 3, 14), "02:30", "America/New_York", datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
        # the evening at the school is the next day in UTC
        (date(2026, 12, 31), "23:00", "Pacific/Honolulu", datetime(2027, 1, 1, 9, 0, tzinfo=UTC)),
    ],
)
def test_the_training_is_at_the_schools_hour_all_year(day: date, at: str, zone: str, utc: datetime) -> None:
    assert to_utc(day, at, zone) == utc
    program = replace(PROGRAM, training_at=at, time_zone=zone)
    read = vobject.readOne(write(make_step(StepKind.TRAINING, day, day), program=program).decode("utf-8"))
    assert read.vevent.dtstart.value == utc
    assert "transp" not in read.vevent.contents


def make_program(app: App) -> str:
    team_id, _ = make_team(app, "Heron Secret")
    return plan.create_program(app, make_order(team_id))


def read_token(path: str) -> str:
    return path.removeprefix("/calendar/").removesuffix(".ics")


def test_an_address_works_until_it_is_renewed_or_long_after_the_last_step(measuring_app: App, clock: FakeClock) -> None:
    app = measuring_app
    program_id = make_program(app)
    old = read_token(school_days.make_feed_path(app, program_id))
    body = school_days.read_feed(app, old).body
    assert body == school_days.make_calendar(app, program_id).body
    assert b"Heron" not in body
    drill = app.access.mint(attempt_id="a", recording_id="r", reference="", since=NOON, now=NOON)
    for forged in ("", "x", spoil(old), f"{old}x", drill):
        with pytest.raises(AccessError, match="not valid"):
            school_days.read_feed(app, forged)
    change.renew_calendar(app, program_id)
    with pytest.raises(AccessError, match="was replaced"):
        school_days.read_feed(app, old)
    new = read_token(school_days.make_feed_path(app, program_id))
    last = max(step.due_to for step in list_steps(app, program_id).values())
    clock.set_wall((last - date(2026, 9, 14)).days * 86_400.0 + 60 * 86_400.0)
    school_days.read_feed(app, new)
    with pytest.raises(RateLimitError):
        for _ in range(school_days.ASKED_A_MINUTE):
            school_days.read_feed(app, new)
    clock.set_wall(86_400.0)
    clock.pass_s(61)
    with pytest.raises(AccessError, match="has expired"):
        school_days.read_feed(app, new)
    with app.store.write() as work:
        work.delete(ProgramRow)
    with pytest.raises(AccessError, match="is gone"):
        school_days.read_feed(app, new)


COLUMBUS = date(2026, 10, 12)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def team_id(drill_app: App) -> str:
    return make_team(drill_app, "Heron")[0]


def test_federal_holidays_are_known_with_the_days_they_are_observed_on(drill_app: App) -> None:
    days = load_school_days(drill_app)
    assert days.find_why_off(COLUMBUS) == "Columbus Day"
    assert "observed" in days.find_why_off(date(2027, 7, 5))
    assert days.find_why_off(date(2027, 5, 31)) == "Memorial Day"
    assert days.find_why_off(TODAY) == ""


def test_own_days_off_are_added_listed_and_removed(drill_app: App) -> None:
    add_day_off(drill_app, first_on=date(2026, 10, 1), last_on=date(2026, 10, 2), name="  Fall <b>break</b> 🍂 ")
    add_day_off(drill_app, first_on=date(2026, 10, 1), last_on=date(2026, 10, 2), name="Fall break again")
    ((key, days, name),) = [line for line in list_off(drill_app) if line[0]]
    assert (days, name) == ("Thu, Oct 1, 2026 to Fri, Oct 2, 2026", "Fall <b>break</b> 🍂")
    assert load_school_days(drill_app).find_next(date(2026, 10, 1)) == date(2026, 10, 5)
    assert load_school_days(drill_app).find_next(date(2026, 12, 21)) == date(2027, 1, 4)
    assert plan.suggest_training_day(drill_app, date(2026, 12, 1)) == date(2027, 1, 11), "drills before it have days"
    add_day_off(drill_app, first_on=date(2026, 12, 23), last_on=date(2027, 1, 5), name="Ours")
    assert not load_school_days(drill_app).find_why_off(date(2026, 12, 21)), "what someone enters takes its place"
    assert remove_day_off(drill_app, key)
    assert not remove_day_off(drill_app, key)
    assert load_school_days(drill_app).find_next(date(2026, 10, 1)) == date(2026, 10, 1)


def test_days_that_cannot_be_are_refused(drill_app: App) -> None:
    for first, last, name, words in (
        (0, 0, "", "need a name"),
        (0, 0, "x" * 300, "need a name"),
        (0, 0, "a\x00", "cannot be kept"),
        (3, 2, "Break", "before they begin"),
        (0, 200, "Summer", "more than 120 days"),
        (-20, -10, "Past", "are over"),
        (9999, 9999, "Far", "are over"),
    ):
        first_on, last_on = (TODAY + timedelta(days=days) for days in (first, last))
        with pytest.raises(PlanError, match=words):
            add_day_off(drill_app, first_on=first_on, last_on=last_on, name=name)
    assert not [line for line in list_off(drill_app) if line[0]]


def test_a_program_has_no_drill_on_a_day_off(drill_app: App, team_id: str) -> None:
    add_day_off(drill_app, first_on=date(2026, 9, 29), last_on=date(2026, 9, 30), name="Conference")
    made = plan.create_program(drill_app, make_order(team_id, before=2, after=2, retention=(1, 2, 3, 4)))
    days = load_school_days(drill_app)
    steps = list_steps(drill_app, made)
    for step in steps.values():
        if step.kind is not StepKind.TRAINING:
            assert not days.find_why_off(step.due_from), step
            assert not days.find_why_off(step.due_to), step
    assert steps["after 1"].due_from == date(2026, 10, 1)
    with pytest.raises(PlanError, match=r"Oct 12, 2026, Columbus Day.*choose Oct 13, 2026"):
        days_off = Days(due_from=COLUMBUS, due_to=date(2026, 10, 16))
        change_one(drill_app, made, change.move_steps, {steps["after 2"].step_id: days_off})
    change_one(drill_app, made, change.shift_after_training, date(2026, 10, 8))
    for step in list_steps(drill_app, made).values():
        assert step.kind is StepKind.TRAINING or not days.find_why_off(step.due_from)


def test_a_session_is_planned_for_a_school_day(drill_app: App, team_id: str) -> None:
    people = tuple(card.person_id for card in team.list_people(drill_app, team_id))
    plan = opening.Plan(team_id=team_id, kind=SessionKind.BEFORE, starting=Starting.EACH, person_ids=people)

    def open_on(day: date) -> str:
        at = datetime(day.year, day.month, day.day, 23, 30, tzinfo=NEW_YORK)
        return opening.open_session(drill_app, replace(plan, planned_at=at))

    for off in (date(2026, 9, 19), COLUMBUS):
        with pytest.raises(SessionError, match="the session would be on"):
            open_on(off)
    session_id = open_on(date(2026, 9, 18))
    with pytest.raises(SessionError, match="a Sunday"):
        opening.move_session(drill_app, session_id, planned_at=datetime(2026, 9, 20, 9, tzinfo=NEW_YORK), place="")


def test_a_cohort_on_a_day_off_moves_nobody_and_on_another_once(drill_app: App, team_id: str, clock: FakeClock) -> None:
    other = team.add_person(drill_app, team_id, "Otter")
    program_id = plan.create_program(drill_app, make_order(team_id))
    today = clock.read().wall.astimezone(NEW_YORK).date()
    add_day_off(drill_app, first_on=today, last_on=today + timedelta(days=3), name="Break")
    make = partial(change.make_cohort, drill_app, program_id, name="Late ones", person_ids=(other,), request_key="k2")
    with pytest.raises(PlanError, match="no school day"):
        make(training_on=today + timedelta(days=4))
    assert [card.people for card in team.list_teams(drill_app)] == [2]
    assert len({make(training_on=today + timedelta(days=30)) for _ in range(2)}) == 1
    assert {card.name: card.people for card in team.list_teams(drill_app)} == {"Front office": 1, "Late ones": 1}
