"""The calendar of a program, read back by another program's parser (vobject 0.9.9), and who may have it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject

from sim.db.programs import ChangeRow, ProgramRow, StepRow
from sim.drill.options import NO_OPTIONS
from sim.drill.profile import ProfileName
from sim.drill.steps import StepKind
from sim.errors import AccessError, RateLimitError
from sim.services.app.wiring import App
from sim.services.program import calendar, change, plan
from sim.services.program.school_days import to_utc
from tests.support.fake_clock import NOON, FakeClock
from tests.support.given import make_team
from tests.support.spoiled import spoil
from tests.unit.services.program.test_program import list_steps, make_order

NASTY = 'Büro "A", B; C\\D <b>\n=1+1 ' + "é" * 90
PROGRAM = ProgramRow(
    program_id="g",
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
    return calendar.write_calendar(program, steps, (noted,) * changes, title=NASTY, limit_s=480.0)


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
    old = read_token(calendar.make_feed_path(app, program_id))
    body = calendar.read_feed(app, old).body
    assert body == calendar.make_calendar(app, program_id).body
    assert b"Heron" not in body
    drill = app.access.mint(attempt_id="a", recording_id="r", reference="", since=NOON, now=NOON)
    for forged in ("", "x", spoil(old), f"{old}x", drill):
        with pytest.raises(AccessError, match="not valid"):
            calendar.read_feed(app, forged)
    change.renew_calendar(app, program_id)
    with pytest.raises(AccessError, match="was replaced"):
        calendar.read_feed(app, old)
    new = read_token(calendar.make_feed_path(app, program_id))
    last = max(step.due_to for step in list_steps(app, program_id).values())
    clock.set_wall((last - date(2026, 9, 14)).days * 86_400.0 + 60 * 86_400.0)
    calendar.read_feed(app, new)
    with pytest.raises(RateLimitError):
        for _ in range(calendar.ASKED_A_MINUTE):
            calendar.read_feed(app, new)
    clock.set_wall(86_400.0)
    clock.pass_s(61)
    with pytest.raises(AccessError, match="has expired"):
        calendar.read_feed(app, new)
