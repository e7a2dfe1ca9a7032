"""Changing the programs of a plan later, and adding one: nothing done is lost, and every change is noted."""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sim.app.wiring import App
from sim.db.programs import ChangeRow, ProgramRow, StepRow
from sim.db.sessions import TrainingState
from sim.db.store import Transaction
from sim.db.teams import TeamRow
from sim.errors import PlanError
from sim.features.program.plan import (
    Order,
    check_what_counts,
    create_program,
    lay_out_on_school_days,
    make_step_rows,
    write_what_counts,
)
from sim.features.program.school_days import get_today, get_zone, load_school_days, name_step, read_time, write_span
from sim.features.team.attempts_table import find_compare_day
from sim.features.team.team import check_name
from sim.ledger.record import note_people
from sim.program.plan import MOST_DRILLS, RETENTION, SchoolDays, Slot, StepKind, Wish, check_slots, make_retention
from sim.rules.counts import list_given
from sim.text.times import write_day, write_time_of_day
from sim.text.words import fold_name

MOST_STEPS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    due_from: date
    due_to: date


def change_all(app: App, seen: Mapping[str, int | None], change: Callable[[Transaction, str], int]) -> int:
    """Do one change to every program of `seen`, of one plan, or to none of them; return how much is new.

    `seen` says of how many of a program's changes whoever asks knew: nobody changes what they have not seen.
    """
    with app.store.write() as work:
        changed = 0
        for program_id, known in seen.items():
            try:
                changes = work.list_rows(ChangeRow, ChangeRow.program_id == program_id)
                if known is not None and len(changes) > known:
                    raise PlanError(
                        "This program was changed by someone else meanwhile: "
                        + " ".join(each.words for each in changes[known:]),
                        todo="look at it as it is now, then do it again if it still fits",
                    )
                changed += change(work, program_id)
            except PlanError as error:
                if len(seen) == 1:
                    raise
                name = work.teams.get(work.programs.get(program_id).team_id).name
                raise PlanError(f"{name}: {error.what}", expected=error.expected, todo=error.todo) from error
    return changed


def move_steps(app: App, work: Transaction, program_id: str, days: Mapping[str, Days]) -> int:
    """Give steps other days; return how many changed. The training's own day moves with its step."""
    school_days = load_school_days(app)
    program, steps = _open(work, program_id)
    today = get_today(app, program.time_zone)
    changed = _give_days(steps, days)
    by_id = {step.step_id: step for step in changed}
    for step in changed:
        if step.kind is StepKind.TRAINING:
            _check_not_held(work, program)
        if step.due_to < today:
            raise PlanError(
                f"{name_step(step.kind, step.number)} would end on {write_day(step.due_to)}, which has passed",
                expected=f"today, {write_day(today)}, or later",
            )
        if step.kind is StepKind.TRAINING and step.due_from != step.due_to:
            raise PlanError("the training is on one day", todo="choose one day for it")
    moved = next((step for step in changed if step.kind is StepKind.TRAINING), None)
    training_on = moved.due_from if moved else program.training_on
    slots = [
        Slot(kind=step.kind, number=step.number, due_from=step.due_from, due_to=step.due_to)
        for step in (by_id.get(step.step_id, step) for step in steps)
    ]
    check_slots(slots, training_on=training_on)
    for step in changed:
        if step.kind is not StepKind.TRAINING:
            school_days.check(step.due_from, what=f"the beginning of {name_step(step.kind, step.number)}")
            school_days.check(step.due_to, what=f"the end of {name_step(step.kind, step.number)}")
    _save_moved(app, work, program, steps, changed)
    if moved and training_on:
        work.save_row(_give_day(program, training_on))
    return len(changed)


def _give_days(steps: Sequence[StepRow], days: Mapping[str, Days]) -> list[StepRow]:
    moved = ((step, days[step.step_id]) for step in steps if step.step_id in days)
    given = ((step, replace(step, due_from=each.due_from, due_to=each.due_to)) for step, each in moved)
    return [now for was, now in given if now != was]


def _save_moved(
    app: App, work: Transaction, program: ProgramRow, steps: Sequence[StepRow], changed: Sequence[StepRow]
) -> None:
    before = {step.step_id: step for step in steps}
    for step in changed:
        work.save_row(step)
        was = write_span(before[step.step_id])
        _note(app, work, program, f"{name_step(step.kind, step.number)}: {was}, now {write_span(step)}.")


def _give_day(program: ProgramRow, training_on: date) -> ProgramRow:
    """Return a program with its training on another day, and the day of its comparison as far after it as before."""
    by = training_on - program.training_on if program.training_on else timedelta()
    return replace(program, training_on=training_on, compare_on=program.compare_on + by if program.compare_on else None)


def shift_after_training(app: App, work: Transaction, program_id: str, training_on: date) -> int:
    """Move the training to a day, and by as much every step after it that has not begun; return how many steps moved.

    One after it that has begun before it begins on the next school day.
    """
    program, steps = _open(work, program_id)
    if program.training_on is None:
        raise PlanError("this program has no training", todo="add one")
    today, school_days = get_today(app, program.time_zone), load_school_days(app)
    days = _shift(steps, by=training_on - program.training_on, training_on=training_on, today=today, off=school_days)
    return move_steps(app, work, program_id, days)


def _shift(
    steps: Sequence[StepRow], *, by: timedelta, training_on: date, today: date, off: SchoolDays
) -> dict[str, Days]:
    days = {}
    for step in steps:
        shifted = Days(due_from=step.due_from + by, due_to=step.due_to + by)
        if step.kind is StepKind.TRAINING:
            days[step.step_id] = shifted
        elif step.kind in (StepKind.AFTER, StepKind.RETENTION) and step.due_from > today and by:
            fitted = off.fit(Slot(kind=step.kind, number=step.number, due_from=shifted.due_from, due_to=shifted.due_to))
            days[step.step_id] = Days(due_from=fitted.due_from, due_to=fitted.due_to)
        elif step.kind in (StepKind.AFTER, StepKind.RETENTION) and step.due_from <= training_on:
            first = off.find_next(training_on + timedelta(days=1))
            days[step.step_id] = Days(due_from=first, due_to=max(first, step.due_to))
    return days


def follow_held(app: App, work: Transaction, program_id: str) -> None:
    """Give a program the day and hour at which its training was held first, and move its other steps with it.

    A drill before it that was to come later, and that nobody has begun, is taken out; one that was to end later ends on
    the day before. Nothing changes where none was held, or where the program has that day and hour.
    """
    program = work.programs.get(program_id)
    began = find_held(work, program)
    if began is None or program.training_on is None:
        return
    on, at = began.date(), f"{began:%H:%M}"
    if (program.training_on, program.training_at) == (on, at):
        return
    steps = [step for step in work.programs.list_steps([program_id]) if step.dropped_at is None]
    today, off = get_today(app, program.time_zone), load_school_days(app)
    if program.closed_at is None and on != program.training_on:
        days = _shift(steps, by=on - program.training_on, training_on=on, today=today, off=off)
        begun = {row.step_id for row in list_given(work, team_id=program.team_id) if row.released_at}
        eve = on - timedelta(days=1)
        for step in steps:
            if step.kind is not StepKind.BEFORE or step.due_to < on:
                continue
            if step.due_from < on or step.step_id in begun:
                days[step.step_id] = Days(due_from=min(step.due_from, eve), due_to=eve)
                continue
            _drop(app, work, program, step, why=f": the training was held on {write_day(on)}")
        _save_moved(app, work, program, steps, _give_days(steps, days))
    work.save_row(replace(_give_day(program, on), training_at=at))
    _note(app, work, program, f"Training held on {write_day(on)} at {write_time_of_day(began.time())}.")


def find_held(work: Transaction, program: ProgramRow) -> datetime | None:
    """Return when the training of a program was held first, at the school; None while it was not. No make-up is it."""
    held = [
        each.begins_at
        for each in work.trainings.list_all(team_id=program.team_id)
        if each.program_id == program.program_id and each.state is TrainingState.HELD and each.makes_up is None
    ]
    return min(held).astimezone(get_zone(program.time_zone)) if held else None


def _check_not_held(work: Transaction, program: ProgramRow) -> None:
    held = find_held(work, program)
    if held is not None:
        raise PlanError(
            f"the training was held on {write_day(held.date())}", todo="correct its day on the page of the training"
        )


def set_training(app: App, work: Transaction, program_id: str, training_on: date, at: str) -> int:
    """Give the training a day, as `shift_after_training`, and the time of day "HH:MM" at which it begins, or "".

    Returns how much is new.
    """
    wanted = f"{read_time(at):%H:%M}" if at else ""
    moved = shift_after_training(app, work, program_id, training_on)
    program, _ = _open(work, program_id)
    if program.training_at == wanted:
        return moved
    _check_not_held(work, program)
    work.save_row(replace(program, training_at=wanted))
    words = f"at {write_time_of_day(read_time(wanted))}" if wanted else "without a time"
    _note(app, work, program, f"Training {words}.")
    return moved + 1


def set_comparison(
    app: App, work: Transaction, program_id: str, *, compare_on: date, smallest: float, margin: float
) -> int:
    """Say when the comparison is made and what it is held to; return 1 where that is new, else 0.

    What it is held to cannot be changed once a drill after the training was begun: it would be chosen by the results.
    """
    check_what_counts(margin=margin, smallest=smallest)
    program, steps = _open(work, program_id)
    own = find_compare_day(program, steps)
    changed = replace(
        program, compare_on=program.compare_on if compare_on == own else compare_on, smallest=smallest, margin=margin
    )
    if changed == program:
        return 0
    if program.training_on is not None and compare_on <= program.training_on:
        raise PlanError("the comparison would be before the drills after the training", todo="choose a later day")
    after = {step.step_id for step in steps if step.kind is StepKind.AFTER}
    given = list_given(work, team_id=program.team_id)
    is_begun = any(row.step_id in after and row.released_at for row in given)
    if is_begun and (smallest, margin) != (program.smallest, program.margin):
        raise PlanError(
            "drills after the training have begun: what counts was to be said before",
            todo="leave it as it is; the report says what was set",
        )
    work.save_row(changed)
    words = f"Comparison on {write_day(compare_on)}. " if changed.compare_on != program.compare_on else ""
    _note(app, work, program, f"{words}{write_what_counts(changed)}")
    return 1


def add_drill(app: App, work: Transaction, program_id: str, kind: StepKind, *, retention: int = 0) -> int:
    """Add a drill before or after the training, or a retention drill.

    A drill before is due until the day before the training, one after from the day after the last of its kind on, for a
    week; a retention drill at its own time.
    """
    program, steps = _open(work, program_id)
    if program.training_on is None or len(steps) >= MOST_STEPS:
        raise PlanError("no drill can be added to this program", expected=f"a training, at most {MOST_STEPS} steps")
    today = get_today(app, program.time_zone)
    slot = _make_slot(steps, kind, retention=retention, training_on=program.training_on, today=today)
    eve = program.training_on - timedelta(days=1)
    slot = load_school_days(app).fit(slot, first=today, last=eve if kind is StepKind.BEFORE else None)
    check_slots([slot], training_on=program.training_on)
    step = make_step_rows(program_id, [slot])[0]
    work.insert(step)
    _note(app, work, program, f"Added {name_step(step.kind, step.number)}: {write_span(step)}.")
    return 1


def drop_step(app: App, work: Transaction, program_id: str, step_id: str | None) -> int:
    """Take a step out; drills done for it stay in the results. Raises PlanError: the training, or unknown."""
    program, steps = _open(work, program_id)
    step = next((each for each in steps if each.step_id == step_id), None)
    if step is None or step.kind is StepKind.TRAINING:
        raise PlanError("this step cannot be taken out", todo="reload the page, or close the program")
    _drop(app, work, program, step)
    return 1


def _drop(app: App, work: Transaction, program: ProgramRow, step: StepRow, *, why: str = "") -> None:
    work.save_row(replace(step, dropped_at=app.clock.read().wall))
    _note(app, work, program, f"Took out {name_step(step.kind, step.number)}{why}.")


def close_program(app: App, work: Transaction, program_id: str) -> int:
    program = work.programs.get(program_id)
    if program.closed_at is None:
        work.save_row(replace(program, closed_at=app.clock.read().wall))
        _note(app, work, program, "Closed.")
    return 1


def renew_calendar(app: App, program_id: str) -> None:
    with app.store.write() as work:
        program = work.programs.get(program_id)
        work.save_row(replace(program, calendar_number=program.calendar_number + 1))
        _note(app, work, program, "New calendar address; the old one no longer works.")


def _open(work: Transaction, program_id: str) -> tuple[ProgramRow, tuple[StepRow, ...]]:
    program = work.programs.get(program_id)
    if program.closed_at is not None:
        raise PlanError("this program is closed", todo="plan a new one")
    return program, tuple(step for step in work.programs.list_steps([program_id]) if step.dropped_at is None)


def _make_slot(steps: Sequence[StepRow], kind: StepKind, *, retention: int, training_on: date, today: date) -> Slot:
    same = [step for step in steps if step.kind is kind]
    day = timedelta(days=1)
    if kind is StepKind.RETENTION:
        if any(step.number == retention for step in same):
            raise PlanError(f"there is a drill {RETENTION[retention - 1]} after the training already")
        slot = make_retention(retention, training_on=training_on)
        return slot if slot.due_to >= today else replace(slot, due_from=today, due_to=today + 6 * day)
    number = max((step.number for step in same), default=0) + 1
    if kind is StepKind.BEFORE:
        if training_on <= today:
            raise PlanError("the training has been: a drill before it can no longer be added")
        return Slot(kind=kind, number=number, due_from=max(today, training_on - 7 * day), due_to=training_on - day)
    if kind is StepKind.AFTER:
        first = max([today, training_on + day, *(step.due_to + day for step in same)])
        return Slot(kind=kind, number=number, due_from=first, due_to=first + 6 * day)
    raise PlanError("only drills can be added to a program")


def _note(app: App, work: Transaction, program: ProgramRow, words: str) -> None:
    work.insert(ChangeRow(program_id=program.program_id, changed_at=app.clock.read().wall, words=words))


def list_without_drills(app: App, team_id: str) -> dict[str, str]:
    with app.store.read() as work:
        people = work.people.list_all(team_id=team_id)
        given = {row.person_id for row in work.attempts.list_of_team(team_id)}
    return {each.person_id: each.name for each in people if each.left_at is None and each.person_id not in given}


def join_plan(
    app: App, program_id: str, *, team_id: str, training_on: date, request_key: str, draws: bool = True
) -> str:
    """Make the same program for another team of its plan, around a training day of its own; return its id.

    Where lots were drawn they are for these people too, unless they were drawn already.
    """
    row, steps = _read_program(app, program_id)
    with app.store.read() as work:
        is_drawn = any(each.waiting_seed is not None for each in work.programs.list_all(plan_id=row.plan_id))
    is_over = training_on <= get_today(app, row.time_zone)
    order = _make_order(row, steps, team_id, training_on, request_key, is_over=is_over)
    return create_program(app, replace(order, waits=draws and is_drawn))


def make_cohort(
    app: App, program_id: str, *, name: str, person_ids: Sequence[str], training_on: date, request_key: str
) -> str:
    """Put some of a program's people into a team of their own, on other days of the same plan; return its program."""
    with app.store.read() as work:
        made = work.find_row(ProgramRow, ProgramRow.request_key == request_key)
    if made is not None:
        return made.program_id
    wanted = check_name(name, what="team")
    # before people are moved for a day that is over, or that its steps do not fit before and after
    row, steps = _read_program(app, program_id)
    today = get_today(app, row.time_zone)
    if training_on <= today:
        raise PlanError("The training of a cohort has to be ahead.", todo="choose a day after today")
    lay_out_on_school_days(app, _make_order(row, steps, row.team_id, training_on, "", is_over=False).wish, today=today)
    with app.store.write() as work:
        team_id = _move_people(work, work.programs.get(program_id), wanted, person_ids, app=app)
    return join_plan(app, program_id, team_id=team_id, training_on=training_on, request_key=request_key, draws=False)


def _read_program(app: App, program_id: str) -> tuple[ProgramRow, list[StepRow]]:
    with app.store.read() as work:
        row = work.programs.get(program_id)
        return row, [step for step in work.programs.list_steps([program_id]) if step.dropped_at is None]


def _move_people(work: Transaction, row: ProgramRow, name: str, person_ids: Sequence[str], *, app: App) -> str:
    team = work.teams.get(row.team_id)
    present = {each.person_id: each for each in work.people.list_all(team_id=row.team_id) if each.left_at is None}
    given = {each.person_id for each in work.attempts.list_of_team(row.team_id)}
    moved = [present[person_id] for person_id in dict.fromkeys(person_ids) if person_id in present]
    if not moved or len(moved) == len(present):
        raise PlanError("A cohort is a part of the team.", todo="choose some of its people, not all")
    begun = [each.name for each in moved if each.person_id in given]
    if begun:
        raise PlanError(
            f"{', '.join(begun)} {'was' if len(begun) == 1 else 'were'} given drills on this team already",
            todo="leave them where they are: their results belong to this team's comparison",
        )
    if any(fold_name(each) == fold_name(name) for each in work.list_distinct(TeamRow.name)):
        raise PlanError(f'there is a team named "{name}" already', todo="choose another name")
    now = app.clock.read().wall
    cohort = TeamRow(
        team_id=secrets.token_urlsafe(12),
        name=name,
        school=team.school or team.name,
        is_demo=False,
        created_at=now,
        chosen_by=team.chosen_by,
    )
    work.insert(cohort)
    joined = [replace(each, team_id=cohort.team_id, number=0, joined_at=now) for each in moved]
    work.people.save(joined)
    note_people(work, joined, at=now)
    return cohort.team_id


def _make_order(
    row: ProgramRow, steps: Sequence[StepRow], team_id: str, training_on: date, request_key: str, *, is_over: bool
) -> Order:
    counts = Counter(step.kind for step in steps)
    before, after = (min(MOST_DRILLS, max(1, counts[kind])) for kind in (StepKind.BEFORE, StepKind.AFTER))
    wish = Wish(
        training_on=training_on,
        before=0 if is_over else before,
        after=after,
        is_familiar_first=counts[StepKind.FAMILIARIZATION] > 0,
        retention=tuple(step.number for step in steps if step.kind is StepKind.RETENTION),
    )
    return Order(
        team_id=team_id,
        plan_id=row.plan_id,
        aim=row.aim,
        wish=wish,
        training_at=row.training_at,
        time_zone=row.time_zone,
        request_key=request_key,
        profile=row.profile,
        options=row.options,
        recording_id=row.recording_id,
        margin=row.margin,
        smallest=row.smallest,
    )
