"""Whether a drill counts where it is easily got wrong: later changes, clocks that change, midnight, renamed drills."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sim.drill.attempt import AttemptState, Phase
from sim.drill.board_state import BoardState
from sim.drill.device import Device, find_device
from sim.drill.plan import Wish
from sim.drill.session_day import Starting
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.scores import settle
from sim.services.program import give, plan
from sim.services.program.board import get_board
from sim.services.session_day import running
from sim.services.session_day.sessions import set_extra_time
from sim.services.team import given_drills, team
from sim.services.team.counting import foresee_attempt, list_not_counted, list_unfamiliar
from tests.support.fake_clock import FakeClock
from tests.support.session_app import open_room
from tests.unit.services.program.test_program import find_person, list_steps, make_order
from tests.unit.services.team.test_counting import DAY_S, do, foresee, get_cell

SUMMER_TIME_ENDS = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
"""At 2 AM in New York it is 1 AM again."""
SUMMER_TIME_BEGINS = datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
"""At 2 AM in New York it is 3 AM."""


@pytest.fixture
def drill_app(measuring_app: App) -> App:
    """Programs measure on footage that nobody can know."""
    return measuring_app


@pytest.fixture
def team_id(drill_app: App, clock: FakeClock) -> str:
    made = team.add_team(drill_app, "Front office")
    for name in ("Heron", "Otter"):
        team.add_person(drill_app, made, name)
        clock.pass_s(1)
    return made


def list_out(app: App, team_id: str) -> dict[str, str]:
    with app.store.read() as work:
        return {key: out.words for key, out in list_not_counted(work, team_id=team_id).items()}


def set_clock(clock: FakeClock, moment: datetime) -> None:
    clock.set_wall((moment - clock.wall).total_seconds())


def test_time_extended_after_the_invitation_is_told_nowhere(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ben"))
    assert foresee_attempt(drill_app, attempt_id) == ""
    set_extra_time(drill_app, room.session_id, room.people["Ben"], 1.5)
    assert foresee_attempt(drill_app, attempt_id) == ""
    set_extra_time(drill_app, room.session_id, room.people["Ben"], 2.0)
    running.begin_own(drill_app, attempt_id)
    clock.pass_s(3600)
    settle(drill_app, attempt_id)
    assert list_out(drill_app, room.team_id)[attempt_id].startswith("Done with extended time")
    (line,) = [card for card in given_drills.list_attempts(drill_app, room.team_id) if card.attempt_id == attempt_id]
    assert line.not_counted == "", "that is nobody's to read"


def test_a_phone_that_asks_for_the_site_of_computers_is_told(drill_app: App, clock: FakeClock, team_id: str) -> None:
    heron = find_person(drill_app, team_id, "Heron")
    made = given_drills.create_attempt(drill_app, heron, Phase.BEFORE)
    seen = find_device({"width": 980, "height": 2120, "touch": True, "screen": 390})
    assert seen is Device.PHONE
    assert "because it is on a phone" in foresee_attempt(drill_app, made, device=seen.value)
    do(drill_app, clock, made, device=seen)
    assert "done on a phone" in list_out(drill_app, team_id)[made]


def test_a_drill_met_before_is_told_though_it_has_another_name_now(
    drill_app: App, clock: FakeClock, team_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heron = find_person(drill_app, team_id, "Heron")
    done = do(drill_app, clock, given_drills.create_attempt(drill_app, heron, Phase.BEFORE))
    after = given_drills.create_attempt(drill_app, heron, Phase.AFTER)
    with drill_app.store.write() as work:
        met = work.attempts.get(done).form_id
        work.attempts.save(replace(work.attempts.get(after), form_id=met))
    renamed = tuple(
        replace(known, form=known.form.model_copy(update={"title": "Another name"}))
        for known in drill_app.catalog.list_forms()
    )
    monkeypatch.setattr(type(drill_app.catalog), "list_forms", lambda _: renamed)
    assert foresee_attempt(drill_app, after) == (
        "This will not count after training because the same drill was done before. Choose another drill."
    )
    do(drill_app, clock, after)
    assert list_out(drill_app, team_id)[after] == "Does not count: the same drill was done before."


@pytest.mark.parametrize(
    ("phase", "counts"), [(Phase.BEFORE, True), (Phase.AFTER, False)], ids=["before training", "after training"]
)
def test_a_drill_over_the_hour_of_the_training_is_on_the_side_its_clock_began(
    drill_app: App, clock: FakeClock, team_id: str, phase: Phase, *, counts: bool
) -> None:
    """It begins ten minutes before the training and ends ten after."""
    plan.create_program(drill_app, make_order(team_id))
    set_clock(clock, datetime(2026, 9, 28, 13, 20, tzinfo=UTC))
    heron = find_person(drill_app, team_id, "Heron")
    made = do(drill_app, clock, given_drills.create_attempt(drill_app, heron, phase))
    assert clock.wall == datetime(2026, 9, 28, 13, 40, tzinfo=UTC)
    assert (made not in list_out(drill_app, team_id)) is counts
    said = foresee(drill_app, team_id, find_person(drill_app, team_id, "Otter"), phase)
    assert bool(said) is counts, "the training is over now: what was early is late"


@pytest.mark.parametrize(
    ("began", "is_after"),
    [
        # a training day of which only the day is known: the school's day, not that of UTC
        (datetime(2026, 9, 28, 3, 59, tzinfo=UTC), False),
        (datetime(2026, 9, 28, 4, 1, tzinfo=UTC), True),
        (datetime(2026, 9, 29, 3, 59, tzinfo=UTC), True),
    ],
)
def test_midnight_is_the_schools(
    drill_app: App, clock: FakeClock, team_id: str, began: datetime, *, is_after: bool
) -> None:
    plan.create_program(drill_app, replace(make_order(team_id), training_at=""))
    set_clock(clock, began)
    made = do(
        drill_app, clock, given_drills.create_attempt(drill_app, find_person(drill_app, team_id, "Heron"), Phase.AFTER)
    )
    assert (made not in list_out(drill_app, team_id)) is is_after


@pytest.mark.parametrize(
    "change", [SUMMER_TIME_ENDS, SUMMER_TIME_BEGINS], ids=["an hour comes twice", "an hour is missing"]
)
def test_a_drill_over_the_change_of_the_clocks_takes_as_long_as_it_takes(
    drill_app: App, clock: FakeClock, team_id: str, change: datetime
) -> None:
    set_clock(clock, change - timedelta(seconds=60))
    made = given_drills.create_attempt(drill_app, find_person(drill_app, team_id, "Heron"), Phase.BEFORE)
    attempts.get_briefing(drill_app, made)
    attempts.begin(drill_app, made)
    limit_s = attempts.get_briefing(drill_app, made).limit_s
    clock.pass_s(limit_s - 1)
    assert settle(drill_app, made).timing.state is AttemptState.RUNNING
    clock.pass_s(60)
    row = settle(drill_app, made)
    assert (row.timing.state, row.timing.used_s) == (AttemptState.TIMED_OUT, limit_s)
    with drill_app.store.read() as work:
        table = work.attempts.list_drills(team_id=team_id)
    assert (table.used_s, table.released_at) == ((limit_s,), (change - timedelta(seconds=60),))


def test_a_program_planned_over_the_change_of_the_clocks_keeps_its_days(
    drill_app: App, clock: FakeClock, team_id: str
) -> None:
    """Training on Monday, the day after the change; what is done on that day counts by its hour."""
    set_clock(clock, datetime(2026, 10, 26, 14, 0, tzinfo=UTC))
    order = replace(make_order(team_id), training_at="09:00", wish=Wish(training_on=date(2026, 11, 2)))
    steps = list_steps(drill_app, plan.create_program(drill_app, order))
    assert (steps["training 1"].due_from, steps["after 1"].due_from) == (date(2026, 11, 2), date(2026, 11, 3))
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter"))
    set_clock(clock, datetime(2026, 11, 2, 13, 55, tzinfo=UTC))
    early = give.give_step(drill_app, steps["before 1"].step_id, heron)
    attempts.get_briefing(drill_app, early)
    attempts.begin(drill_app, early)
    set_clock(clock, datetime(2026, 11, 2, 14, 5, tzinfo=UTC))
    assert foresee(drill_app, team_id, otter, Phase.AFTER) == "", (
        "9:05 AM is after the training began, also in winter time"
    )
    assert "the training was on Nov 2, 2026" in foresee(drill_app, team_id, otter, Phase.BEFORE)
    clock.pass_s(1200)
    settle(drill_app, early)
    assert early not in list_out(drill_app, team_id), "8:55 AM was before it"


def test_who_has_not_gone_through_the_console_is_named_before_and_the_drill_counts(
    drill_app: App, clock: FakeClock, team_id: str
) -> None:
    """Familiarization missing is said beside giving; the comparison says it too, and leaves nobody out for it."""
    steps = list_steps(drill_app, plan.create_program(drill_app, make_order(team_id)))
    clock.pass_s(8 * DAY_S)
    heron, otter = (find_person(drill_app, team_id, name) for name in ("Heron", "Otter"))
    assert list_unfamiliar(drill_app, team_id, [heron, otter]) == {heron, otter}
    made = do(drill_app, clock, give.give_step(drill_app, steps["before 1"].step_id, heron))
    assert made not in list_out(drill_app, team_id)
    assert get_cell(drill_app, team_id, "Heron", "Before 1").state is BoardState.DONE
    first, second = get_board(drill_app, team_id=team_id).people
    assert first.cells[0].text == "left out", "what was not done before the first drill is not done any more"
    assert second.cells[0].state is BoardState.OVERDUE
