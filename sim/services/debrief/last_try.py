"""This try beside the last one: the same kind of drill, done before by the same person."""

from dataclasses import dataclass

from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.drill.attempt import UNSCORED
from sim.errors import SimError
from sim.scoring.part import PartView
from sim.services.app.camera_names import write_right_names
from sim.services.app.wiring import App
from sim.services.attempt.scores import SCORED, compute_score
from sim.services.debrief.ended_attempt import EndedAttempt
from sim.tasks import get_task_type
from sim.text.times import write_minutes

MOST_PARTS = 3
TIME = "Time"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTryView:
    """The last try beside this one: its title, whether it asked the same, and lines of what, the last time and now."""

    title: str
    asked_the_same: bool
    lines: tuple[tuple[str, str, str], ...]


def find_last_try(app: App, ended: EndedAttempt, parts: tuple[PartView, ...]) -> LastTryView | None:
    """Return the last try beside this one; None for a first one, or where the last one can no longer be scored."""
    with app.store.read() as work:
        own = _list_own(work, ended.row)
    for row in reversed(own):
        last = _load_parts(app, row, task_type=ended.form.type)
        if last is not None:
            title, before = last
            return LastTryView(
                title=title,
                asked_the_same=row.form_id == ended.row.form_id,
                lines=_compare(ended.row, parts, row, before),
            )
    return None


def _list_own(work: Transaction, row: AttemptRow) -> list[AttemptRow]:
    """Return what the same person, or without one the same browser, ended before, in the order it was made."""
    if row.person_id is not None:
        before = work.attempts.list_of_person(row.person_id)
    else:
        known = work.learners.find(row.timing.attempt_id)
        browser = known.browser_sha256 if known is not None else None
        before = () if browser is None else tuple(each for each, _ in work.learners.list_of_browser(browser))
    return [
        each
        for each in before
        if each.timing.state in SCORED
        and each.mode not in UNSCORED
        and each.timing.attempt_id != row.timing.attempt_id
        and each.timing.created_at < row.timing.created_at
    ]


def _load_parts(app: App, row: AttemptRow, *, task_type: str) -> tuple[str, tuple[PartView, ...]] | None:
    try:
        form = app.catalog.get_form(row.form_id).form
        if form.type != task_type:
            return None
        names = write_right_names(app.catalog.get_recording(row.recording_id), form)
        return form.title, get_task_type(form.type).words.write_parts(compute_score(app, row), form.task, names)
    except SimError:
        return None


def _compare(
    row: AttemptRow, parts: tuple[PartView, ...], last: AttemptRow, before: tuple[PartView, ...]
) -> tuple[tuple[str, str, str], ...]:
    values = {part.key: part.value for part in before}
    judged = [part for part in parts if part.good is not None and part.key in values][:MOST_PARTS]
    lines = [(part.label, values[part.key], part.value) for part in judged]
    then_s, now_s = last.timing.used_s, row.timing.used_s
    if then_s is not None and now_s is not None:
        lines.append((TIME, write_minutes(then_s), write_minutes(now_s)))
    return tuple(lines)
