"""Whether a drill counts before and after training: asked before it is given or begun, and after it has ended.

The rules are the comparison's own (`sim.compare.counting`); this is where the store's drills are put to them.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, Mode, Phase
from sim.attempt.options import Options, ProfileName, get_profile, read_profile
from sim.columns import DEVICES
from sim.compare.counting import (
    MIXED,
    WHY,
    Columns,
    Conditions,
    Reason,
    choose_conditions,
    find_met_again,
    is_on_wrong_side,
    is_out_of_order,
    is_quick,
    say_options,
    say_side,
)
from sim.console.attempts import load_steps_done
from sim.db.attempts import AttemptRow, DrillColumns, are_of_team, are_of_teams
from sim.db.ledger import LedgerKind, Result
from sim.db.programs import ProgramRow, StepRow, sort_steps
from sim.db.rows import Condition, in_parts, is_any
from sim.db.sessions import Training
from sim.db.store import Transaction
from sim.db.teams import Teams
from sim.ledger.record import find_trained_at
from sim.program.plan import StepKind, StepsDone
from sim.program.session_day import CAME

K = TypeVar("K")
USUAL_DEVICE = DEVICES[0]
FEWEST_ON_OTHER = 3
"""People who must have measured drills on another kind of device before a team is taken to measure on that."""
DAY_S = 86_400.0
NONE_COUNT = "none of this person's drills before and after training count"
OUT_OF_ORDER = f"{WHY[Reason.OUT_OF_ORDER]}, so {NONE_COUNT}"
SIDES = {Phase.BEFORE: "before training", Phase.AFTER: "after training", Phase.RETENTION: "as a follow-up"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the words name: the drill's phase and device, and the team's device, console and day of the training."""

    phase: Phase
    device: str
    team_device: str
    team_console: str
    training_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A drill that has not ended, as far as it is known."""

    team_id: str  # whose
    person_id: str
    phase: Phase  # which side of the training
    profile: ProfileName
    options: Options
    at: datetime  # when it would begin
    training: ProgramRow | None = None  # the program that it would count for, None for none
    extra_time: float = 1.0  # factor on the limit
    device: str = ""  # what it would be done on, "" when not known
    form_id: str = ""  # "" while none is chosen
    recording_id: str = ""  # "" while none is known
    is_seen: bool = False  # its recording was seen by that person in practice


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCounted:
    """A drill that has ended and does not count; `words` say why."""

    reason: Reason
    words: str


def write_not_counted(reason: Reason, ground: Ground) -> str:
    if reason is Reason.EXTRA_TIME:
        return "Done with extended time: kept out of the times that are compared."
    if reason is Reason.WRONG_SIDE:
        because = say_side([ground.phase.value], _write_day(ground.training_on))
    elif reason is Reason.OUT_OF_ORDER:
        because = OUT_OF_ORDER
    elif reason is Reason.DEVICE:
        here, wanted = _write_device(ground.device), _write_device(ground.team_device)
        because = f"done on {here}, while this team's drills are done on {wanted}"
    else:
        because = WHY.get(reason) or _write_because(reason, ground)
    return f"Does not count: {because}."


@lru_cache
def write_will_not_count(reason: Reason, ground: Ground) -> str:
    """Return why a drill that is to be done will not count, and what to do."""
    because = _write_because(reason, ground)
    return f"This will not count {SIDES[ground.phase]} because {because}. {_write_remedy(reason, ground)}".rstrip()


def _write_because(reason: Reason, ground: Ground) -> str:
    is_before = ground.phase is Phase.BEFORE
    return {
        Reason.WRONG_SIDE: f"the training {'was' if is_before else 'is'}{_write_day(ground.training_on) or ' over'}",
        Reason.OUT_OF_ORDER: "a drill after training was done already" if is_before else OUT_OF_ORDER,
        Reason.EXTRA_TIME: "it has extended time",
        Reason.FORM_MET: "the same drill was done before",
        Reason.CONSOLE: f"this team's drills are done on {_write_console(ground.team_console)}",
        Reason.DEVICE: f"it is on {_write_device(ground.device)}, and this team's drills are done on "
        f"{_write_device(ground.team_device)}",
    }.get(reason) or f"it is {WHY[reason]}"


def _write_remedy(reason: Reason, ground: Ground) -> str:
    is_before = ground.phase is Phase.BEFORE
    made_here = "Measure with footage made on this computer, under Team, Plan."
    return {
        Reason.WRONG_SIDE: "Give a drill after training instead." if is_before else "Do it after the training.",
        Reason.OUT_OF_ORDER: f"With it, {NONE_COUNT}. Give a drill after training instead." if is_before else "",
        Reason.QUICK: "Do another drill.",
        Reason.SEEN_BEFORE: made_here,
        Reason.KNOWN: made_here,
        Reason.FORM_MET: "Choose another drill.",
        Reason.CONSOLE: "Choose that console.",
        Reason.DEVICE: f"Open it on {_write_device(ground.team_device)}.",
    }.get(reason, "")


def _write_day(day: date | None) -> str:
    return f" on {day:%b} {day.day}, {day.year}" if day else ""


def _write_console(console: str) -> str:
    profile, _, options = console.partition(" ")
    return f"the {get_profile(read_profile(profile)).title} console {say_options(options)}"


def _write_device(device: str) -> str:
    return "more than one kind of device" if device == "mixed" else f"a {device}"


def list_not_counted(app: App, work: Transaction, *, team_id: Teams | None = None) -> dict[str, NotCounted]:
    """Return the ended drills that do not count, by attempt; of some teams, or of all that are no demo."""
    drills = work.attempts.list_drills(team_id=team_id)
    rows = list_conditions(app, work, drills, team_id=team_id)
    return {
        drills.attempt_id[place]: NotCounted(
            reason=reason, words=write_not_counted(reason, _find_ground(rows, place, drills.training_on[place]))
        )
        for place, reason in enumerate(find_reasons(rows))
        if reason is not None
    }


def list_recorded(
    app: App, work: Transaction, person_ids: Sequence[str], *, since: datetime, team_id: str | None
) -> list[tuple[Result, str]]:
    """Return the recorded drills of some people since a moment, each with why it leaves its step to be done, or "".

    Of people of one team, or of any with None.
    """
    out = list_not_counted(app, work, team_id=team_id)
    own = (Result.kind == LedgerKind.RESULT, Result.began_at >= since)
    rows = (row for part in in_parts(person_ids) for row in work.list_rows(Result, Result.person_id.in_(part), *own))
    undone = {key: each.words for key, each in out.items() if each.reason.stays_due}
    return [(row, undone.get(row.attempt_id, "")) for row in rows]


def _find_ground(rows: Mapping[str, Sequence[Any]], place: int, training_on: date | None) -> Ground:
    named = {name: rows[name][place] for name in ("device", "team_device", "team_console")}
    return Ground(phase=Phase(rows["phase"][place]), training_on=training_on, **named)


def _foresee(app: App, work: Transaction, planned: Mapping[K, Planned]) -> dict[K, str]:
    """Return why drills will not count beside those that have ended, and what to do; nothing of those that will.

    One of a person is none beside another: each is judged as if it were given alone.
    """
    found: dict[K, str] = {}
    teams = {each.team_id for each in planned.values()}
    drills = {team_id: work.attempts.list_drills(team_id=team_id) for team_id in teams}
    done = {team_id: list_conditions(app, work, drills[team_id], team_id=team_id) for team_id in teams}
    rounds: dict[tuple[str, int], dict[K, Planned]] = {}
    times = Counter[str]()
    for key, each in planned.items():
        rounds.setdefault((each.team_id, times[each.person_id]), {})[key] = each
        times[each.person_id] += 1
    for (team_id, _), own in rounds.items():
        found |= zip(own, _foresee_of_team(app, work, list(own.values()), done[team_id], team_id=team_id), strict=True)
    return {key: words for key, words in found.items() if words}


def _foresee_of_team(
    app: App, work: Transaction, planned: Sequence[Planned], rows: Mapping[str, list[Any]], *, team_id: str
) -> list[str]:
    open_to_all = app.catalog.list_public()
    trained = {} if all(each.training for each in planned) else find_trained(work, team_id=team_id)
    done = Counter(rows["person_id"])
    days = [
        count_days(each.at, each.training.training_on, each.training.training_at, each.training.time_zone)
        if each.training
        else _count_since(each.at, trained.get(each.person_id))
        for each in planned
    ]
    device = next(iter(rows["team_device"]), USUAL_DEVICE)
    console = next(iter(rows["team_console"]), "")
    these: dict[str, list[Any]] = {
        "person_id": [each.person_id for each in planned],
        "phase": [each.phase.value for each in planned],
        "form_id": [each.form_id or "not chosen" for each in planned],
        "profile": [each.profile.value for each in planned],
        "options": [" ".join(sorted(each.options)) for each in planned],
        "elapsed_s": [math.inf for _ in planned],
        "finished": [False for _ in planned],
        "device": [each.device for each in planned],
        "drill_number": [float(done[each.person_id] + 1) for each in planned],
        "days_since_training": _fill(days),
        "extra_time": ["yes" if each.extra_time > 1.0 else "no" for each in planned],
        "seen_before": ["yes" if each.is_seen else "no" for each in planned],
        "origin": ["public" if each.recording_id in open_to_all else "" for each in planned],
        "team_device": [device for _ in planned],
        "team_console": [console or f"{each.profile.value} {' '.join(sorted(each.options))}" for each in planned],
    }
    together = {name: [*rows[name], *values] for name, values in these.items()}
    found = list(enumerate(find_reasons(together)))[len(rows["person_id"]) :]
    training_on = [each.training.training_on if each.training else None for each in planned]
    return [
        write_will_not_count(reason, _find_ground(together, place, day)) if reason and not reason.is_private else ""
        for (place, reason), day in zip(found, training_on, strict=True)
    ]


def foresee_team(
    app: App,
    team_id: str,
    person_ids: Collection[str],
    *phases: Phase,
    profile: ProfileName,
    options: Options,
    recording_id: str | None,
    at: datetime | None = None,
) -> dict[Phase, dict[str, str]]:
    """Return why a drill of each phase would not count, now or at a moment, for those for whom it would not.

    `recording_id` is what it would be on outside a program, "" where that is not known.
    """
    when = at or app.clock.read().wall
    with app.store.read() as work:
        programs = list(list_open_programs(work, team_id, *phases))
        trainings = {
            phase: next((each for each, steps in programs if any(step.kind.phase is phase for step in steps)), None)
            for phase in phases
        }
        planned = {
            (phase, person_id): Planned(
                team_id=team_id,
                person_id=person_id,
                phase=phase,
                profile=profile,
                options=options,
                at=when,
                training=training,
                recording_id=training.recording_id if training else recording_id or "",
            )
            for phase, training in trainings.items()
            for person_id in person_ids
        }
        found = _foresee(app, work, planned)
    return {phase: {person_id: words for (of, person_id), words in found.items() if of is phase} for phase in phases}


def foresee_steps(app: App, asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return why drills of steps, done now, would not count, by step and person; nothing of those that would."""
    now = app.clock.read().wall
    with app.store.read() as work:
        programs = _load_programs(work, {step_id for step_id, _ in asked})
        planned = {
            (step_id, person_id): Planned(
                team_id=program.team_id,
                person_id=person_id,
                phase=phase,
                profile=program.profile,
                options=program.options,
                at=now,
                training=program,
                recording_id=program.recording_id,
            )
            for step_id, person_id in asked
            for phase, program in [programs[step_id]]
            if phase
        }
        return _foresee(app, work, planned)


def _list_with_steps(work: Transaction, *where: Condition) -> list[tuple[ProgramRow, tuple[StepRow, ...]]]:
    both = (*ProgramRow.table.c, *StepRow.table.c)
    joined = (StepRow.program_id == ProgramRow.program_id, *where)
    rows = work.list_columns(both, *joined, order_by=(*ProgramRow.order, *StepRow.order))
    pairs = ((ProgramRow.make(row), StepRow.make(row[len(ProgramRow.table.c) :])) for row in rows)
    programs = groupby(pairs, key=itemgetter(0))
    return [(program, sort_steps(step for _, step in those)) for program, those in programs]


def _load_programs(work: Transaction, step_ids: Set[str]) -> dict[str, tuple[Phase | None, ProgramRow]]:
    chosen = _list_with_steps(work, StepRow.step_id.in_(step_ids)) if step_ids else ()
    found = {step.step_id: (step.kind.phase, program) for program, steps in chosen for step in steps}
    for not_found in step_ids - found.keys():
        work.steps.get(not_found)  # says why
    return found


def list_familiar_since(work: Transaction, *, team_id: Teams | None) -> dict[str, datetime]:
    """Return when each person first handed in a familiarization drill, by person; teams as of `are_of_teams`."""
    where = (_IS_FAMILIAR, AttemptRow.ended_at.is_not(None), *are_of_teams(team_id))
    latest_first = (AttemptRow.ended_at.desc(),)
    return dict(work.list_columns((AttemptRow.person_id, AttemptRow.ended_at), *where, order_by=latest_first))


def list_unfamiliar(app: App, team_id: str, person_ids: Collection[str]) -> frozenset[str]:
    with app.store.read() as work:
        known = list_familiar_since(work, team_id=team_id)
    return frozenset(person_ids) - frozenset(known)


def has_program(app: App, team_id: str, *phases: Phase) -> bool:
    """Return whether a team's drills of one of some phases are a program's, whose footage they then have."""
    with app.store.read() as work:
        return any(list_open_programs(work, team_id, *phases))


def foresee_device(app: App, team_id: str) -> str:
    """Return the kind of device that a team's measured drills are done on. Raises StoreError: unknown team."""
    with app.store.read() as work:
        work.teams.get(team_id)
        drills = work.attempts.list_drills(team_id=team_id)
    return choose_team_device(
        (person, device or "") for person, device in zip(drills.person_id, drills.device, strict=True)
    )


def foresee_attempts(app: App, *attempt_ids: str, device: str = "") -> dict[str, str]:
    """Return why drills that were given and have not ended will not count; `device` is what they are opened on now."""
    now = app.clock.read().wall
    with app.store.read() as work:
        rows = work.attempts.find_all(attempt_ids)
        looks = work.exposures.list_looks([row.person_id for row in rows.values() if row.person_id])
        programs = _load_programs(work, {row.step_id for row in rows.values() if row.step_id})
        planned = {
            key: Planned(
                team_id=work.people.get(row.person_id).team_id,
                person_id=row.person_id,
                phase=row.phase,
                profile=row.profile,
                options=row.options,
                at=row.timing.released_at or now,
                training=programs[row.step_id][1] if row.step_id else None,
                extra_time=row.extra_time,
                device=device or (row.device.value if row.device else ""),
                form_id=row.form_id,
                recording_id=row.recording_id,
                is_seen=(row.person_id, row.recording_id) in looks,
            )
            for key, row in rows.items()
            if row.phase and row.person_id and not row.is_demo
        }
        return _foresee(app, work, planned)


def list_open_programs(
    work: Transaction, team_id: str, *phases: Phase, given_with: tuple[ProfileName, Options] | None = None
) -> Iterator[tuple[ProgramRow, tuple[StepRow, ...]]]:
    """Yield the open programs with drills of some phases, the newest first, with the steps of these.

    With a console and options only those that are given with them: another drill is none of theirs.
    """
    kinds = [kind for kind in StepKind if kind.phase in phases]
    are_open = (StepRow.kind.in_(kinds), StepRow.dropped_at.is_(None), ProgramRow.closed_at.is_(None))
    for program, steps in reversed(_list_with_steps(work, ProgramRow.team_id == team_id, *are_open)):
        if given_with in (None, (program.profile, program.options)):
            yield program, steps


def find_trained(work: Transaction, *, team_id: Teams | None) -> dict[str, datetime]:
    """Return when people of some teams, or of all, were first trained by a training that was held; not the others."""
    trainings = work.trainings.list_all(*(() if team_id is None else (is_any(Training.team_id, team_id),)))
    found: dict[str, datetime] = {}
    for training in trainings:
        for person in training.list_who(*CAME):
            at = find_trained_at(training, person.person_id, trainings)
            if at is not None:
                found[person.person_id] = min(at, found.get(person.person_id, at))
    return found


def _fill(numbers: Sequence[float | None]) -> list[float]:
    return [math.nan if number is None else number for number in numbers]


def list_conditions(
    app: App, work: Transaction, drills: DrillColumns, *, team_id: Teams | None
) -> dict[str, list[Any]]:
    """Return what `find_reasons` asks of ended drills, by column; of some teams, or of all."""
    # a demo proves nothing anyway
    open_to_all = frozenset[str]() if any(drills.is_demo) else app.catalog.list_public()
    trained = {} if all(drills.training_on) else find_trained(work, team_id=team_id)
    programs = zip(drills.released_at, drills.training_on, drills.training_at, drills.time_zone, strict=True)
    days = [
        count_days(*program) if program[1] else _count_since(program[0], trained.get(person_id))
        for person_id, program in zip(drills.person_id, programs, strict=True)
    ]
    rows: dict[str, list[Any]] = {
        "person_id": list(drills.person_id),
        "phase": list(drills.phase),
        "form_id": list(drills.form_id),
        "profile": list(drills.profile),
        "options": list(drills.options),
        "elapsed_s": _fill(drills.used_s),
        "finished": [state == AttemptState.SUBMITTED.value for state in drills.state],
        "device": [device or "" for device in drills.device],
        "drill_number": [float(number) for number in number_drills(drills.person_id, drills.released_at)],
        "days_since_training": _fill(days),
        "origin": ["public" if each in open_to_all else "" for each in drills.recording_id],
        "extra_time": ["yes" if factor > 1.0 else "no" for factor in drills.extra_time],
        "seen_before": [
            "yes" if was_seen(seen, released=released, ended=ended) else "no"
            for seen, released, ended in zip(drills.looked_at, drills.released_at, drills.ended_at, strict=True)
        ],
    }
    places: dict[str, list[int]] = {}
    for place, team in enumerate(drills.team_id):
        places.setdefault(team, []).append(place)
    device_of = {
        team: choose_team_device((drills.person_id[n], drills.device[n] or "") for n in those)
        for team, those in places.items()
    }
    console_of = {team: _choose_console(rows, those) for team, those in places.items()}
    return {
        **rows,
        "team_device": [device_of[team] for team in drills.team_id],
        "team_console": [console_of[team] for team in drills.team_id],
    }


def choose_team_device(used: Iterable[tuple[str, str]]) -> str:
    """Return the kind of device that a team measures on: a computer, unless most of its people used another kind.

    Args:
        used: person and device of the measured drills of one team that have ended; "" where the device is not known.
    """
    people: dict[str, set[str]] = {}
    for person_id, device in used:
        if device not in ("", MIXED):
            people.setdefault(device, set()).add(person_id)
    most = max(people, key=lambda device: (len(people[device]), device == USUAL_DEVICE), default=USUAL_DEVICE)
    return most if len(people.get(most, ())) >= FEWEST_ON_OTHER else USUAL_DEVICE


def choose_team_console(rows: pd.DataFrame) -> Conditions:
    """Return the console and options that a team measures with: those which the comparison of its drills chooses.

    So of its measured drills those that do not count whatever their console, and follow-ups, have no say, unless there
    are no others.
    """
    counts = np.array([reason is None for reason in _find_first(_ask_whatever_console(rows))], dtype=bool)
    sided = rows[(rows["phase"] != Phase.RETENTION.value) & counts]
    return choose_conditions(rows if sided.empty else sided)


def find_reasons(rows: Columns) -> list[Reason | None]:
    """Return for each drill the first `Reason` why it does not count, None where it does.

    Args:
        rows: all measured drills of the people, with `team_device` and `team_console` (profile and options) beside the
            columns of `sim.columns.ATTEMPTS`: what each one's team measures with.
    """
    consoles = zip(rows["profile"], rows["options"], rows["team_console"], strict=True)
    devices = zip(rows["device"], rows["team_device"], strict=True)
    return _find_first(
        {
            **_ask_whatever_console(rows),
            Reason.KNOWN: [origin == "public" for origin in rows["origin"]],
            Reason.CONSOLE: [f"{profile} {options}" != wanted for profile, options, wanted in consoles],
            Reason.DEVICE: [device not in ("", wanted) for device, wanted in devices],
        }
    )


def _ask_whatever_console(rows: Columns) -> dict[Reason, list[bool]]:
    """Return which drills each rule leaves out of those that are asked before the console."""
    wrong_side = is_on_wrong_side(rows)
    return {
        Reason.WRONG_SIDE: wrong_side,
        Reason.OUT_OF_ORDER: is_out_of_order(rows, left_out=wrong_side),
        Reason.EXTRA_TIME: [extra == "yes" for extra in rows["extra_time"]],
        Reason.QUICK: is_quick(rows),
        Reason.SEEN_BEFORE: [seen == "yes" for seen in rows["seen_before"]],
        Reason.FORM_MET: find_met_again(rows),
    }


def _find_first(rules: Mapping[Reason, Sequence[bool]]) -> list[Reason | None]:
    found: list[Reason | None] = [None] * len(next(iter(rules.values())))
    for reason in reversed(Reason):
        for place, is_out in enumerate(rules.get(reason, ())):
            if is_out:
                found[place] = reason
    return found


def _choose_console(rows: Mapping[str, Sequence[Any]], places: Sequence[int]) -> str:
    """Return the console and options that a team measures with; `places` are its drills among the rows."""
    names = {f"{rows['profile'][n]} {rows['options'][n]}" for n in places}
    if len(names) == 1:
        return next(iter(names))
    chosen = choose_team_console(pd.DataFrame({name: [values[n] for n in places] for name, values in rows.items()}))
    return f"{chosen.profile} {chosen.options}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    # why a drill that has ended does not count, by attempt; none whose step is done all the same
    uncounted: Mapping[str, str]
    # the same of those whose step is done all the same, as far as everybody may read it
    uncounted_done: Mapping[str, str]
    steps_done: Mapping[str, StepsDone]  # of the familiarization drills handed in, by attempt


class GivenRow(NamedTuple):
    """One attempt given for a step, or a familiarization drill handed in: by what boards are drawn."""

    attempt_id: str
    person_id: str
    step_id: str | None
    mode: Mode
    state: AttemptState
    used_s: float | None
    released_at: datetime | None
    ended_at: datetime | None
    limit_s: float
    profile: ProfileName
    paused_at: datetime | None
    paused_s: float


_IS_FAMILIAR = (AttemptRow.mode == Mode.FAMILIARIZATION) & (AttemptRow.state == AttemptState.SUBMITTED)


def list_given(work: Transaction, *, team_id: Teams | None = None) -> tuple[GivenRow, ...]:
    """Return every attempt that was given for a step, and every familiarization drill handed in, as it stands.

    Of one team or several, or of all with None.
    """
    columns = [getattr(AttemptRow, name) for name in GivenRow._fields]
    where = (AttemptRow.person_id.is_not(None), AttemptRow.step_id.is_not(None) | _IS_FAMILIAR, *are_of_team(team_id))
    return tuple(map(GivenRow._make, work.list_columns(columns, *where, order_by=AttemptRow.order)))


def load_judged(app: App, work: Transaction, given: Sequence[GivenRow], *, team_id: Teams | None) -> Judged:
    ended = list_not_counted(app, work, team_id=team_id)
    return Judged(
        uncounted={key: out.words for key, out in ended.items() if out.reason.stays_due},
        uncounted_done={
            key: out.words for key, out in ended.items() if not (out.reason.stays_due or out.reason.is_private)
        },
        steps_done=load_steps_done(work, {row.attempt_id: row.profile for row in given if is_handed_in(row)}),
    )


def has_ended(row: GivenRow, *, now: datetime) -> bool:
    """Return whether a drill has ended, one too whose time is over and whose page nobody has opened since."""
    return row.state in ENDED or _is_over(row, now=now)


def _is_over(row: GivenRow, *, now: datetime) -> bool:
    end = _find_limit(row)
    return row.state is AttemptState.RUNNING and end is not None and now > end


def _find_limit(row: GivenRow) -> datetime | None:
    """Return when the time of a drill is over; None before its clock runs, and while that is stopped."""
    if row.released_at is None or row.paused_at is not None:
        return None
    return row.released_at + timedelta(seconds=row.limit_s + row.paused_s)


def find_done(step: StepRow, drills: Sequence[GivenRow], judged: Judged, *, now: datetime) -> datetime | None:
    """Return when a person did a step with what counts, or None."""
    if step.kind is StepKind.FAMILIARIZATION:
        whole = [row for row in drills if is_handed_in(row) and judged.steps_done[row.attempt_id].is_whole]
        return whole[0].ended_at if whole else None
    for row in drills:
        if row.step_id != step.step_id or row.attempt_id in judged.uncounted:
            continue
        if row.state in ENDED and row.used_s:
            return row.ended_at or now
        if _is_over(row, now=now):
            return _find_limit(row)
    return None


def is_handed_in(row: GivenRow) -> bool:
    return row.mode is Mode.FAMILIARIZATION and row.state is AttemptState.SUBMITTED


def was_seen(seen: datetime | None, *, released: datetime | None, ended: datetime | None) -> bool:
    """Return whether a recording was seen in practice before a drill on it ended."""
    until = ended or released
    return seen is not None and (until is None or seen <= until)


def count_days(
    released_at: datetime | None, training_on: date | None, training_at: str | None, time_zone: str | None
) -> float | None:
    """Return how many days after the training a drill's clock began; whole days where only its day is known."""
    if released_at is None or training_on is None or not time_zone:
        return None
    zone = ZoneInfo(time_zone)
    if not training_at:
        return float((released_at.astimezone(zone).date() - training_on).days)
    return _count_since(released_at, datetime.combine(training_on, time.fromisoformat(training_at), zone))


def _count_since(released_at: datetime | None, trained_at: datetime | None) -> float | None:
    if released_at is None or trained_at is None:
        return None
    return round((released_at - trained_at).total_seconds() / DAY_S, 3)


def number_drills(person_ids: Sequence[str], released_at: Sequence[datetime | None]) -> list[int]:
    """Return for each drill the how-manieth of its person it was, by when its clock began; unknown ones last."""
    numbers = [0] * len(person_ids)
    done: dict[str, int] = {}
    moments = {place: moment for place, moment in enumerate(released_at) if moment is not None}
    unknown = (place for place, moment in enumerate(released_at) if moment is None)
    # equal moments stay in their order, as sorting is stable
    for place in (*sorted(moments, key=moments.__getitem__), *unknown):
        numbers[place] = done[person_ids[place]] = done.get(person_ids[place], 0) + 1
    return numbers
