"""The worked example of a lesson: a search that the computer did before, watched in the console before the first try.

It is an ended attempt of nobody at a question that is no try, so its footage opens as that of any ended attempt, and
nothing about a try reaches the browser before that try has ended. A day later it is deleted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import numpy as np

from sim.app.catalog import KnownTry
from sim.app.wiring import App
from sim.attempt import events as acts
from sim.attempt.attempt import AttemptState, Mode
from sim.attempt.events import Act, Event
from sim.attempt.options import NO_OPTIONS
from sim.console import attempts
from sim.console.console_data import ConsoleView, list_shown_cameras, make_answer_form, number_cameras
from sim.console.scores import BackLink, make_replay, open_replay
from sim.db.attempts import LearnerRow, StoredEvent
from sim.errors import AttemptError
from sim.expert.hands import Caption
from sim.expert.run import simulate
from sim.forms.forms import Form, check_try
from sim.tasks.common.simulated_user import PERFECT
from sim.tasks.common.task import AnswerForm, Marks
from sim.text.times import write_clock


def _tell(act: Act, form: AnswerForm, names: Mapping[str, str], write_clock: Callable[[float], str]) -> str:
    match act:
        case acts.Focus():
            text = f"Open {names[act.camera_id]}."
        case acts.Play() if not act.tick:
            text = f"Go to {write_clock(act.t_s)}, play, and watch."
        case acts.MarkMade():
            text = {Marks.PERSON: "Mark them.", Marks.PLACE: "Mark where it happens.", Marks.NONE: ""}[form.marks]
        case acts.ClipCut():
            text = f"Cut the clip: {write_clock(act.from_s)} to {write_clock(act.to_s)}."
        case acts.View() if act.cameras:
            text = f"Put side by side, in walking order: {'; '.join(names[each] for each in act.cameras)}."
        case acts.Choice():
            text = _tell_choice(act.key, act.value, form, names)
        case acts.Submit():
            text = "Submit."
        case _:
            text = ""
    return text


def _tell_choice(key: str, value: str, form: AnswerForm, names: Mapping[str, str]) -> str:
    """Return "Cafeteria: camera 5, Cafeteria west." for an item, "Which camera ...? Camera 5" for a field."""
    for item in form.items:
        if item.key == key:
            options = {each.value: each.label for each in form.item_options}
            return f"{item.label}: {options.get(value) or names.get(value, value)}."
    field = next(each for each in form.fields if each.key == key)
    options = {each.value: each.label for each in field.options}
    return f"{field.label} {names.get(value) or options.get(value, value)}."


SEED = 20261128


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedExample:
    events: tuple[Event, ...]
    captions: tuple[Caption, ...]
    used_s: float


def find_offer(app: App, lesson_id: str) -> bool | None:
    """Return whether an expert who sees no more than a person would shows a lesson before its first try.

    None: the lesson has no example.
    """
    known = _find_example(app, lesson_id)
    return None if known is None else _is_blind(known.form)


def _is_blind(form: Form) -> bool:
    from sim.expert.run import can_play  # noqa: PLC0415 - no start needs an expert

    return can_play(form.type)


def begin_example(app: App, try_id: str, *, address: str | None = None) -> str:
    with app.store.read() as work:
        known_try = work.by_key(LearnerRow, try_id)
        profile = work.attempts.get(try_id).profile
    known = None if known_try is None or known_try.lesson_id is None else _find_example(app, known_try.lesson_id)
    if known is None:
        raise AttemptError("this lesson has no example", todo="start the try")
    lesson, form = known.known.lesson, known.form
    check_try(lesson, known.chosen, app.catalog.get_truth(lesson.recording_id), source=known.known.source)
    attempts.note_anonymous(app, address)
    played = play_example(app, form)
    row = attempts.make_row(
        app,
        form_id=form.form_id,
        mode=Mode.PRACTICE,
        person_id=None,
        phase=None,
        profile=profile,
        options=NO_OPTIONS,
        extra_time=1.0,
        is_demo=True,
        step_id=None,
    )
    at = row.timing.created_at
    timing = replace(
        row.timing,
        state=AttemptState.SUBMITTED,
        briefed_at=at,
        released_at=at,
        ended_at=at,
        used_s=played.used_s,
        sealed=True,
    )
    stored = [
        StoredEvent(event=event, arrived_at=at, arrived_s=event.t_client_ms / 1000.0, counted=True)
        for event in played.events
    ]
    with app.store.write() as work:
        attempts.add_row(work, replace(row, timing=timing))
        work.events.append({timing.attempt_id: stored})
    return timing.attempt_id


def get_example(app: App, attempt_id: str, *, try_id: str) -> ConsoleView:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    known = app.catalog.get_course().tries.get(row.form_id)
    if known is None or known.chosen != known.known.lesson.example or not row.is_demo:
        raise AttemptError("this example is gone: its lesson was changed", todo="start the lesson again")
    row = open_replay(app, attempt_id)
    played = play_example(app, known.form)
    told = "" if known.form.target is None else "Not your student: another one. "
    if not _is_blind(known.form):
        told = "A prepared demonstration, by someone who knows the answer. "
    first = Caption(at_s=0.0, text=f"{told}{known.known.lesson.rule}")
    back = BackLink(query=urlencode({"attempt": try_id, "seen": "1"}), label="Your turn", is_next=True)
    return make_replay(
        app, row, played.events, used_ms=played.used_s * 1000.0, captions=(first, *played.captions), back=back
    )


def _find_example(app: App, lesson_id: str) -> KnownTry | None:
    for known in app.catalog.get_course().tries.values():
        if known.known.lesson.lesson_id == lesson_id and known.chosen == known.known.lesson.example:
            return known
    return None


def play_example(app: App, form: Form) -> PlayedExample:
    """Return the search: of the blind expert where one plays such drills, else of a searcher who knows the answer."""
    from sim.features.debrief.practice import find_expert  # noqa: PLC0415 - no start needs an expert

    found = find_expert(app.catalog, form)
    if found is not None:
        run = found.run
        return PlayedExample(events=run.events, captions=run.captions, used_s=run.used_s)
    recording = app.catalog.get_recording(form.recording_id)
    events = simulate(
        form.task,
        app.catalog.get_truth(form.recording_id, form.cameras),
        rng=np.random.default_rng(SEED),
        # slow enough that each step can be read
        skill=replace(PERFECT, name="unhurried", pace_s=4.0),
        limit_s=form.limit_s,
    )
    numbers = number_cameras(form, recording.manifest)
    shown = list_shown_cameras(form, recording.manifest)
    names = {each.camera_id: f"camera {numbers[each.camera_id]}, {each.name}" for each in shown}
    start = recording.manifest.start_time
    asked = make_answer_form(form, recording)
    said = (
        (event.t_client_ms / 1000.0, _tell(event.act, asked, names, lambda t_s: write_clock(start, t_s)))
        for event in events
    )
    captions = tuple(Caption(at_s=at_s, text=text) for at_s, text in said if text)
    return PlayedExample(events=events, captions=captions, used_s=events[-1].t_client_ms / 1000.0)
