"""An attempt, from being given to its end: what the pages call, step by step."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sim.app.wiring import HOUR_S, App
from sim.attempt.attempt import Attempt, AttemptState, Instant, Mode, Phase, tick
from sim.attempt.attempt import abandon as abandon_timing
from sim.attempt.attempt import begin as begin_timing
from sim.attempt.attempt import brief as brief_timing
from sim.attempt.options import (
    NO_OPTIONS,
    PRACTICE_OPTIONS,
    DrillOption,
    Options,
    ProfileName,
    check_options,
    describe_options,
)
from sim.console.console_data import QUESTION, BriefingView, ConsoleView, make_console_data, write_known
from sim.console.console_profiles import (
    check_console,
    get_card,
    list_offered,
    list_option_choices,
    list_profile_choices,
)
from sim.console.footage_access import PROBE_PATH, make_links
from sim.console.similar_search import get_groups
from sim.db.attempts import AttemptRow
from sim.db.store import Transaction
from sim.errors import AttemptError, RateLimitError, TaskError
from sim.footage.recording.open import load_events
from sim.forms.forms import Form, Origin
from sim.ledger.record import note_result
from sim.program.plan import COUNTED_KINDS, StepsDone, count_steps
from sim.tasks import get_task_type
from sim.tasks.common.task_type import ABSENT_RULE
from sim.text.times import write_clock
from sim.truth.events import has_lost_signal

ANONYMOUS_AN_HOUR = 600
"""Drills without an account that one address may begin: a whole school is behind one, and tries out drills at once."""
LOST_SIGNAL = (
    "A camera here loses its signal for a while. A student on it then counts as two appearances: before and after."
)


def note_anonymous(app: App, address: str | None) -> None:
    """Count one more drill begun without an account. Raises RateLimitError: too many in an hour from this address."""
    if address is None:
        return
    try:
        now_s = app.clock.read().steady_s
        app.rate_limit.note(f"anonymous {address}", now_s=now_s, most=ANONYMOUS_AN_HOUR, span_s=HOUR_S)
    except RateLimitError as error:
        raise RateLimitError(
            f"{ANONYMOUS_AN_HOUR} drills without an account were begun from this network within an hour",
            expected="a person's own link or sign-in for more",
            todo=f"sign in, use your own link, or {error.todo}",
        ) from error


def create_sample(app: App, *, address: str | None = None) -> str:
    return create_practice(app, form_id=find_sample(app), address=address)


def find_sample(app: App) -> str:
    forms = [known for known in app.catalog.list_forms() if known.origin is Origin.PUBLIC]
    if not forms:
        raise TaskError("there is no drill on this computer", todo="add a form file to scenarios/forms")
    return forms[0].form.form_id


def create_practice(
    app: App,
    *,
    form_id: str,
    profile: ProfileName = ProfileName.CLASSIC,
    options: Options = PRACTICE_OPTIONS,
    address: str | None = None,
) -> str:
    note_anonymous(app, address)
    task_type = app.catalog.get_form(form_id).form.type
    offered = {card.name for card in list_offered(mode=Mode.PRACTICE, task_type=task_type)}
    return create(app, form_id=form_id, mode=Mode.PRACTICE, profile=profile, options=options & offered)


def create(
    app: App,
    *,
    form_id: str,
    mode: Mode,
    person_id: str | None = None,
    phase: Phase | None = None,
    profile: ProfileName = ProfileName.CLASSIC,
    options: Options = NO_OPTIONS,
    limit_s: float | None = None,
    extra_time: float = 1.0,
    is_demo: bool = False,
    step_id: str | None = None,
) -> str:
    """Make an attempt; return its id, which cannot be guessed. `limit_s` replaces the form's limit, `extra_time` is a
    factor on it. Raises TaskError: no such form, options that do not fit, an assessment on a form given before;
    RecordingError; StoreError.
    """
    row = make_row(
        app,
        form_id=form_id,
        mode=mode,
        person_id=person_id,
        phase=phase,
        profile=profile,
        options=options,
        limit_s=limit_s,
        extra_time=extra_time,
        is_demo=is_demo,
        step_id=step_id,
    )
    with app.store.write() as work:
        add_row(work, row)
    return row.timing.attempt_id


def make_row(
    app: App,
    *,
    form_id: str,
    mode: Mode,
    person_id: str | None,
    phase: Phase | None,
    profile: ProfileName,
    options: Options,
    limit_s: float | None = None,
    extra_time: float,
    is_demo: bool,
    step_id: str | None,
) -> AttemptRow:
    """Return an attempt not stored yet. Raises as `create`; a recording that measures takes measured drills alone."""
    check_options(options, mode=mode)
    check_console(profile, options)
    known = app.catalog.get_form(form_id)
    if known.origin is Origin.PRIVATE and mode is not Mode.ASSESSMENT:
        raise TaskError(
            "this recording measures, so nobody practices on it",
            expected="a drill on another recording",
            todo="choose a drill for practice",
        )
    if known.origin is Origin.STAGED and mode is not Mode.PRACTICE:
        raise TaskError(
            "this is real footage of a staged walk, which is for practice alone",
            expected="a drill that measures everyone alike",
            todo="give it as practice",
        )
    if known.origin is Origin.STAGED and DrillOption.APPEARANCE_SEARCH in options:
        raise TaskError(
            "the appearance search knows nobody in real footage",
            expected="options without it",
            todo="leave it out, or choose another drill",
        )
    app.catalog.describe_target(known.recording_id, known.form.target)
    app.catalog.check_holds(known)
    return AttemptRow(
        timing=Attempt(
            attempt_id=secrets.token_urlsafe(18),
            state=AttemptState.ASSIGNED,
            limit_s=(known.form.limit_s if limit_s is None else limit_s) * extra_time,
            created_at=app.clock.read().wall,
        ),
        person_id=person_id,
        form_id=form_id,
        form_version=known.version,
        recording_id=known.recording_id,
        truth_sha256=app.catalog.get_truth_sha256(known.recording_id),
        mode=mode,
        phase=phase,
        profile=profile,
        options=options,
        extra_time=extra_time,
        is_demo=is_demo,
        step_id=step_id,
    )


def add_row(work: Transaction, row: AttemptRow, *, reason: str = "") -> None:
    """Store a new attempt; `reason`: why a trainer chose its form. Raises TaskError: form given before; StoreError."""
    if row.person_id is not None:
        person = work.people.get(row.person_id)
        if row.mode is Mode.ASSESSMENT and row.form_id in work.exposures.list_seen(row.person_id):
            raise TaskError(
                f"{person.name} was given this drill before",
                expected="a drill that this person has not seen",
                todo="choose another one",
            )
    work.attempts.add(row, reason=reason)


def get_state(app: App, attempt_id: str) -> AttemptState:
    return _change(app, attempt_id, tick).timing.state


def get_briefing(app: App, attempt_id: str) -> BriefingView:
    """Return what is shown before the clock runs, and note that; of a measured drill the school alone."""
    row = _change(app, attempt_id, brief_timing)
    form = app.catalog.get_form(row.form_id).form
    task_type = get_task_type(form.type)
    recording = app.catalog.get_recording(row.recording_id)
    is_split = task_type.make_answer_form(form.task).marks_all and has_lost_signal(
        load_events(recording), window_s=form.window_s, camera_ids=form.cameras
    )
    if DrillOption.APPEARANCE_SEARCH in row.options:
        get_groups(app, row)
    view = BriefingView(
        attempt_id=attempt_id,
        state=row.timing.state.value,
        title=task_type.title,
        question=task_type.title if form.params else form.question,
        descriptor="",
        known="",
        reference_url=None,
        photo_count=0,
        notice="",
        is_real=False,
        place=recording.site.name,
        window_clock=None,
        limit_s=row.timing.limit_s,
        held_back=form.reference.value if form.target is not None else QUESTION,
        counts=(*task_type.counts, *([LOST_SIGNAL] if is_split else [])),
        pass_rule=task_type.pass_rule if form.may_be_absent else task_type.pass_rule.removesuffix(f" {ABSENT_RULE}"),
        person_label=_find_person_label(app, row),
        probe_url=PROBE_PATH,
        profile=get_card(row.profile),
        profile_choices=list_profile_choices(app, row),
        options=describe_options(row.options),
        options_chosen=tuple(sorted(row.options)),
        offers_familiarization=needs_familiarization(app, row),
        option_choices=list_option_choices(row, task_type=form.type),
    )
    return view if row.mode is Mode.ASSESSMENT else _tell_all(app, row, form, view)


def _tell_all(app: App, row: AttemptRow, form: Form, view: BriefingView) -> BriefingView:
    recording = app.catalog.get_recording(row.recording_id)
    manifest = recording.manifest
    first, last = (write_clock(manifest.start_time, t_s) for t_s in form.window_s)
    return replace(
        view,
        title=form.title,
        question=form.question,
        descriptor=app.catalog.describe_target(row.recording_id, form.target),
        known=write_known(form, recording),
        reference_url=make_links(app, row).reference_url,
        photo_count=form.photo_count,
        notice=manifest.notice,
        is_real=manifest.staged is not None,
        window_clock=(first, last),
        held_back="",
    )


def begin(app: App, attempt_id: str) -> None:
    with app.store.read() as work:
        if work.attempts.get(attempt_id).mode is Mode.TEAM_EXERCISE:
            raise AttemptError(
                "a team exercise does not start for one person alone", todo="open the link that you were sent for it"
            )
    read_truths(app, [attempt_id])
    _change(app, attempt_id, begin_timing)


def read_truths(app: App, attempt_ids: Iterable[str]) -> None:
    with app.store.read() as work:
        rows = [work.attempts.get(attempt_id) for attempt_id in attempt_ids]
    for form_id in {row.form_id for row in rows if row.mode is not Mode.FAMILIARIZATION}:
        known = app.catalog.get_form(form_id)
        app.catalog.read_truth(known.recording_id, known.form.cameras)


def get_console(app: App, attempt_id: str, *, account_id: str | None = None) -> ConsoleView:
    row = _change(app, attempt_id, tick)
    if row.timing.state is not AttemptState.RUNNING:
        raise AttemptError(
            f"the console is closed: the attempt is {row.timing.state.replace('_', ' ')}",
            expected="a running attempt",
            todo="reload the page",
        )
    links = make_links(app, row, account_id=account_id)
    return ConsoleView(attempt_id=attempt_id, state=row.timing.state.value, data=make_console_data(app, row, links))


def abandon(app: App, attempt_id: str) -> None:
    now = app.clock.read()
    with app.store.write() as work:
        before = work.attempts.get(attempt_id)
        row = replace(before, timing=abandon_timing(tick(before.timing, now), now))
        if row != before:
            work.save_row(row)
            if row.timing.state is AttemptState.ABANDONED:
                note_result(work, row, at=now.wall)


def _change(app: App, attempt_id: str, step: Callable[[Attempt, Instant], Attempt]) -> AttemptRow:
    now = app.clock.read()
    with app.store.write() as work:
        before = work.attempts.get(attempt_id)
        row = replace(before, timing=step(tick(before.timing, now), now))
        if row != before:
            work.save_row(row)
    return row


def _find_person_label(app: App, row: AttemptRow) -> str | None:
    if row.person_id is None:
        return None
    with app.store.read() as work:
        person = work.people.get(row.person_id)
        team = work.teams.get(person.team_id)
    return f"{person.name}, {team.name}"


# Whether somebody has got to know the console before they are measured on it.
MOST_AT_ONCE = 500
MOST_KEPT = 20_000
_steps_done: dict[str, StepsDone] = {}
"""Of drills that were handed in, whose logs are closed: a district's are counted once a start."""


def load_steps_done(work: Transaction, handed_in: Mapping[str, ProfileName]) -> dict[str, StepsDone]:
    """Return how many steps of its guide each familiarization drill of `handed_in` (attempt: console) went through."""
    if len(_steps_done) > MOST_KEPT:
        _steps_done.clear()
    missing = [attempt_id for attempt_id in handed_in if attempt_id not in _steps_done]
    for first in range(0, len(missing), MOST_AT_ONCE):
        some = missing[first : first + MOST_AT_ONCE]
        logs = work.events.list_kinds(some, COUNTED_KINDS)
        for attempt_id in some:
            _steps_done[attempt_id] = count_steps(logs.get(attempt_id, ()), profile=handed_in[attempt_id])
    return {attempt_id: _steps_done[attempt_id] for attempt_id in handed_in}


def is_familiar(rows: Iterable[AttemptRow]) -> bool:
    """Return whether a familiarization drill was gone through to its hand-in."""
    return any(row.mode is Mode.FAMILIARIZATION and row.timing.state is AttemptState.SUBMITTED for row in rows)


def needs_familiarization(app: App, row: AttemptRow) -> bool:
    is_open = row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    if row.mode is not Mode.ASSESSMENT or row.person_id is None or not is_open:
        return False
    with app.store.read() as work:
        return not is_familiar(work.attempts.list_all(person_id=row.person_id))
