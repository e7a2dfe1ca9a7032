"""Reminders ready to send: what is to be done and by when, never anybody's results."""

from dataclasses import dataclass

from sim.db.programs import ProgramRow, StepRow
from sim.drill.steps import StepKind
from sim.services.app.wiring import App
from sim.services.program.words import name_step, name_step_long, write_day, write_span
from sim.services.program.zones import get_today, read_time
from sim.text.times import write_minutes, write_time_of_day

FAMILIAR_MINUTES = "about 3 minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """The text for everybody who has a step to do."""

    step_id: str
    title: str
    text: str


def list_reminders(app: App, program_id: str, *, address: str = "") -> tuple[Reminder, ...]:
    """Return a text a step, in the order of the program: of a drill that is over, to those who have not done it.

    A training that is over has none.
    """
    with app.store.read() as work:
        program = work.programs.get(program_id)
        steps = [step for step in work.programs.list_steps([program_id]) if step.dropped_at is None]
    limit_s = find_limit_s(app, program)
    today = get_today(app, program.time_zone)
    return tuple(
        Reminder(
            step_id=step.step_id,
            title=name_step(step.kind, step.number),
            text=write_reminder(program, step, limit_s=limit_s, address=address, is_over=step.due_to < today),
        )
        for step in steps
        if step.kind is not StepKind.TRAINING or step.due_to >= today
    )


def find_limit_s(app: App, program: ProgramRow) -> float:
    """Return the longest that a drill of a program takes, seconds; 0 where its footage has none yet."""
    forms = [known.form for known in app.catalog.list_forms() if known.recording_id == program.recording_id]
    return max((form.limit_s for form in forms if form.use == "parallel"), default=0.0)


def write_reminder(
    program: ProgramRow, step: StepRow, *, limit_s: float, address: str = "", is_over: bool = False
) -> str:
    """Return the reminder of a step as plain text; `limit_s` is the longest that a drill of it takes.

    `is_over` is for somebody who has not done it, and whose days for it have passed.
    """
    lines = _write_lines(program, step, limit_s=limit_s, address=address, is_over=is_over)
    return "\n".join((name_step_long(step.kind, step.number), "", *lines))


def _write_lines(program: ProgramRow, step: StepRow, *, limit_s: float, address: str, is_over: bool) -> list[str]:
    if step.kind is StepKind.TRAINING:
        at = f" at {write_time_of_day(read_time(program.training_at))}" if program.training_at else ""
        return [
            f"The training is on {write_day(step.due_from)}{at}.",
            "If you can't attend, tell your trainer to arrange another day.",
        ]
    when = f"Please do this {'on' if step.due_from == step.due_to else 'from'} {write_span(step)}."
    if is_over:
        when = f"This was due by {write_day(step.due_to)} and is not done yet. Please do it as soon as you can."
    takes = FAMILIAR_MINUTES if step.kind is StepKind.FAMILIARIZATION else f"at most {write_minutes(limit_s)}"
    last = (
        "Nothing is scored: it only shows you the controls."
        if step.kind is StepKind.FAMILIARIZATION
        else "Please do it alone and in one go, and do not talk about it with others before they have done theirs."
    )
    return [
        f"{when} It takes {takes} at a computer.",
        f"Open {address}, or the link that your trainer sends you. There is nothing to install."
        if address
        else "Open the link that your trainer sends you. There is nothing to install.",
        last,
    ]
