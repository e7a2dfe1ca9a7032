"""A training program as a trainer wishes it, laid out in days; and the steps of the familiarization drill's guide.

Days are calendar days of the school. Nothing here knows what day it is today, nor which days are off; it is told.
The guide's steps are those of `sim/ui/console/js/guide.js`, by the same names; a test holds the two together.
"""

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from sim.attempt import events as acts
from sim.attempt.attempt import Phase
from sim.attempt.events import Act, EventKind
from sim.attempt.options import ProfileName, get_profile
from sim.errors import PlanError
from sim.text.times import write_plain_day

FAR_S = 15.0  # how far along the timeline a jump goes that is no press of a button

IsDone = Callable[[Act], bool]


def _by(*wanted: type[Act]) -> IsDone:
    return lambda act: isinstance(act, wanted)


STEPS: Mapping[str, IsDone] = MappingProxyType(
    {
        "camera": _by(acts.Focus),
        "play": lambda act: isinstance(act, acts.Play) and not act.tick,
        "pause": _by(acts.Halt),
        "jump": _by(acts.Seek),
        "step": _by(acts.Step),
        "speed": _by(acts.Speed),
        "backwards": lambda act: isinstance(act, acts.Play | acts.Speed) and act.speed < 0.0,
        "time": lambda act: isinstance(act, acts.Seek) and abs(act.t_s - act.from_s) > FAR_S,
        "plan": _by(acts.Map),
        "link": _by(acts.Link),
        "wall": lambda act: isinstance(act, acts.View) and act.name == "wall",
        "find": _by(acts.Find),
        "zoom": lambda act: isinstance(act, acts.Zoom) and act.scale > 1.0,
        "mark": _by(acts.MarkMade),
        "unmark": _by(acts.MarkRemoved),
        "bookmark": _by(acts.Bookmark),
        "fault": _by(acts.FaultReport),
        "handIn": _by(acts.Submit),
    }
)
# Kinds to look through: the others come often and are no step.
COUNTED_KINDS = frozenset(EventKind) - {
    EventKind.KEY,
    EventKind.STALL,
    EventKind.QUALITY,
    EventKind.HIDDEN,
    EventKind.VISIBLE,
    EventKind.HELD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsDone:
    """How many steps were done, of how many that the console has."""

    done: int
    of: int

    @property
    def is_whole(self) -> bool:
        return self.done == self.of

    def __str__(self) -> str:
        return f"{self.done} of {self.of} steps"


def list_steps(profile: ProfileName) -> tuple[str, ...]:
    console = get_profile(profile)
    has = {"plan": console.map, "link": console.links, "backwards": any(speed < 0.0 for speed in console.speeds)}
    return tuple(name for name in STEPS if has.get(name, True))


def count_steps(log: Iterable[Act], *, profile: ProfileName) -> StepsDone:
    """Return how many steps a log holds the event of. As in the console, an event does the first step that it can."""
    steps = list_steps(profile)
    done: set[str] = set()
    for act in log:
        used = next((name for name in steps if name not in done and STEPS[name](act)), None)
        if used is not None:
            done.add(used)
    return StepsDone(done=len(done), of=len(steps))


class StepKind(StrEnum):
    FAMILIARIZATION = "familiarization"
    BEFORE = "before"
    TRAINING = "training"
    AFTER = "after"
    RETENTION = "retention"

    @property
    def phase(self) -> Phase | None:
        """The side of the training that its drills count for; None where none is measured."""
        return None if self in (StepKind.FAMILIARIZATION, StepKind.TRAINING) else Phase(self.value)


USUAL_DRILLS = 2
MOST_DRILLS = 6
LEAD_DAYS = 14
FAMILIAR_DAYS = 3
AFTER_DAYS = 14
AFTER_DAYS_BEFORE_A_WEEK = 6
WEEK_DAYS = 7
LATE_DAYS = 14
LAST_DAY = date(2100, 1, 1)
# When retention drills are due after the training; step number 1 is the first of these.
RETENTION = ("1 week", "3 months", "6 months", "12 months")
SATURDAY = 5
FARTHEST_DAYS = 120
_DAY = timedelta(days=1)
_RETENTION_MONTHS = (0, 3, 6, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    training_on: date  # day of the training
    # before, after: drills of each phase, 1..6; none before a training that is over
    before: int = USUAL_DRILLS
    after: int = USUAL_DRILLS
    is_familiar_first: bool = True  # whether there is a familiarization drill
    retention: tuple[int, ...] = ()  # numbers of `RETENTION` from 1, in any order; none for no retention drill

    @property
    def drills(self) -> int:
        """Measured drills a person: so many unseen parallel forms are needed."""
        return self.before + self.after + len(set(self.retention))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The `number`-th step of its kind, due from a day to a day, both counted."""

    kind: StepKind
    number: int
    due_from: date
    due_to: date


def lay_out(wish: Wish, *, today: date) -> tuple[Slot, ...]:
    """Return the steps of a wish in the order of a program.

    For a training that is over there are only steps after it, and the training itself, whose attendance can be noted.
    Drills before take up to 14 days, ending on the day before the training, in equal parts; those after it 14, or 6
    where there is one at a week. Retention drills are open for a week, later ones for two.
    """
    _check(wish, today=today)
    training = wish.training_on
    if training <= today:
        return _lay_out_after(wish, today=today)
    start = max(today, training - timedelta(days=LEAD_DAYS))
    slots: list[Slot] = []
    if wish.is_familiar_first:
        last = min(start + timedelta(days=FAMILIAR_DAYS - 1), training - timedelta(days=1))
        slots.append(Slot(kind=StepKind.FAMILIARIZATION, number=1, due_from=start, due_to=last))
    lead = (training - start).days
    slots += _share_out(StepKind.BEFORE, count=wish.before, start=start, days=lead)
    slots.append(Slot(kind=StepKind.TRAINING, number=1, due_from=training, due_to=training))
    days = AFTER_DAYS_BEFORE_A_WEEK if 1 in wish.retention else AFTER_DAYS
    slots += _share_out(StepKind.AFTER, count=wish.after, start=training + timedelta(days=1), days=days)
    slots += [make_retention(number, training_on=training) for number in sorted(set(wish.retention))]
    return tuple(slots)


def _lay_out_after(wish: Wish, *, today: date) -> tuple[Slot, ...]:
    """Return the steps after a training that is over; none of them ends before today."""
    training, day = wish.training_on, timedelta(days=1)
    slots: list[Slot] = []
    if wish.is_familiar_first:
        last = today + timedelta(days=FAMILIAR_DAYS - 1)
        slots.append(Slot(kind=StepKind.FAMILIARIZATION, number=1, due_from=today, due_to=last))
    slots.append(Slot(kind=StepKind.TRAINING, number=1, due_from=training, due_to=training))
    slots += _share_out(StepKind.AFTER, count=wish.after, start=max(today, training + day), days=AFTER_DAYS)
    for number in sorted(set(wish.retention)):
        slot = make_retention(number, training_on=training)
        if slot.due_to < today:
            slot = replace(slot, due_from=today, due_to=today + timedelta(days=WEEK_DAYS - 1))
        slots.append(slot)
    return tuple(slots)


def make_retention(number: int, *, training_on: date) -> Slot:
    """Return the retention drill of a number of `RETENTION`. Raises PlanError: there is no such number."""
    if not 1 <= number <= len(RETENTION):
        raise PlanError(f"there is no retention drill {number}", expected=f"1 to {len(RETENTION)}")
    months = _RETENTION_MONTHS[number - 1]
    first = add_months(training_on, months) if months else training_on + timedelta(days=WEEK_DAYS)
    open_days = LATE_DAYS if months else WEEK_DAYS
    return Slot(kind=StepKind.RETENTION, number=number, due_from=first, due_to=first + timedelta(days=open_days - 1))


def add_months(day: date, months: int) -> date:
    """Return the same day some months on, or the last of a shorter month: Nov 30 and 3 months give Feb 28."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def check_slots(slots: Sequence[Slot], *, training_on: date | None) -> None:
    """Raise PlanError where a step ends before it begins, or lies on the wrong side of the training."""
    for slot in slots:
        if slot.due_to < slot.due_from:
            raise PlanError(
                f"a step would end on {write_plain_day(slot.due_to)} and begin on {write_plain_day(slot.due_from)}",
                todo="let it end on a later day",
            )
        if slot.due_to > LAST_DAY:
            raise PlanError(
                f"a step would end on {write_plain_day(slot.due_to)}",
                expected=f"a day before {write_plain_day(LAST_DAY)}",
            )
        if training_on is None:
            continue
        if slot.kind is StepKind.BEFORE and slot.due_from >= training_on:
            raise PlanError(
                f"a drill before the training would begin on {write_plain_day(slot.due_from)}",
                expected=f"a day before the training on {write_plain_day(training_on)}",
                todo="choose an earlier day, or move the training",
            )
        if slot.kind in (StepKind.AFTER, StepKind.RETENTION) and slot.due_from <= training_on:
            raise PlanError(
                f"a drill after the training would begin on {write_plain_day(slot.due_from)}",
                expected=f"a day after the training on {write_plain_day(training_on)}",
                todo="choose a later day, or move the training",
            )


def _check(wish: Wish, *, today: date) -> None:
    is_over = wish.training_on <= today
    for name, count in (("before", wish.before), ("after", wish.after)):
        if not 1 <= count <= MOST_DRILLS and not (is_over and name == "before" and count == 0):
            raise PlanError(f"{count} drills {name} the training were asked for", expected=f"1 to {MOST_DRILLS}")
    if add_months(wish.training_on, 36) < today:
        raise PlanError(
            f"the training would have been on {write_plain_day(wish.training_on)}",
            expected="a day within the last three years",
        )
    if is_over and wish.before:
        raise PlanError(
            f"the training would be on {write_plain_day(wish.training_on)}",
            expected=f"a day after today, {write_plain_day(today)}: the drills before it have to come first",
            todo="choose a later day; drills already done stay in the team's comparison",
        )
    if wish.training_on > add_months(today, 36):
        raise PlanError(
            f"the training would be on {write_plain_day(wish.training_on)}",
            expected="a day within the next three years",
        )


def _share_out(kind: StepKind, *, count: int, start: date, days: int) -> list[Slot]:
    """Return `count` steps that share `days` days from `start`; with fewer days than steps some share a day."""
    slots = []
    for number in range(1, count + 1):
        first = (number - 1) * days // count
        last = max(first, number * days // count - 1)
        slots.append(
            Slot(kind=kind, number=number, due_from=start + timedelta(days=first), due_to=start + timedelta(days=last))
        )
    return slots


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDays:
    # days without drills beside Saturdays and Sundays, and what each is
    off: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))

    def find_why_off(self, day: date) -> str:
        """Return why no drill is done on a day: "a Saturday", "Labor Day"; "" for a school day."""
        if day in self.off:
            return self.off[day]
        return f"a {day:%A}" if day.weekday() >= SATURDAY else ""

    def find_next(self, day: date) -> date:
        """Return the first school day from a day on. Raises PlanError: there is none for four months."""
        return self._find(day, _DAY)

    def find_last(self, day: date) -> date:
        """Return the last school day up to a day. Raises PlanError: there is none for four months."""
        return self._find(day, -_DAY)

    def _find(self, day: date, step: timedelta) -> date:
        for count in range(FARTHEST_DAYS):
            if not self.find_why_off(day + count * step):
                return day + count * step
        raise PlanError(
            f"there is no school day for four months around {write_plain_day(day)}", todo="shorten the days off"
        )

    def check(self, day: date, *, what: str) -> None:
        """Refuse a day off. Raises PlanError, which names the next school day."""
        why = self.find_why_off(day)
        if why:
            raise PlanError(
                f"{what} would be on {write_plain_day(day)}, {why}",
                expected="a school day",
                todo=f"choose {write_plain_day(self.find_next(day))}, or change the days without drills",
            )

    def fit(self, slot: Slot, *, first: date | None = None, last: date | None = None) -> Slot:
        """Return a step that begins and ends on school days; one without any takes the next, or the one before."""
        begins, ends = self.find_next(slot.due_from), self.find_last(slot.due_to)
        if begins <= ends:
            return replace(slot, due_from=begins, due_to=ends)
        if last is None or begins <= last:
            return replace(slot, due_from=begins, due_to=begins)
        if first is None or ends >= first:
            return replace(slot, due_from=ends, due_to=ends)
        raise PlanError(
            f"there is no school day from {write_plain_day(first)} to {write_plain_day(last)}",
            todo="choose a later day for the training, or change the days without drills",
        )


class BoardState(StrEnum):
    NOT_SCHEDULED = "not scheduled"
    DONE = "done"
    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"


def judge_board_state(*, due_from: date, due_to: date, joined_on: date, is_done: bool, today: date) -> BoardState:
    """Return where a person stands with a step.

    Done is done whatever the day, so that a clock put back takes nothing away. Who joined after a step was over was
    never asked to do it.
    """
    if is_done:
        return BoardState.DONE
    if joined_on > due_to:
        return BoardState.NOT_SCHEDULED
    if today < due_from:
        return BoardState.PLANNED
    return BoardState.DUE if today <= due_to else BoardState.OVERDUE
