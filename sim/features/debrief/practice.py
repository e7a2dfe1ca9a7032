"""What to practice next, the last try beside this one, and an expert on the same drill.

The expert's search is a simulation that sees what a person could, see `sim.expert`; it is shown only after one's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.app.catalog import Catalog, KnownForm, make_version
from sim.app.expert_search import Expert, ExpertResult, find_unfair, make_expert
from sim.app.wiring import App
from sim.attempt.attempt import UNSCORED, Mode, find_told_s
from sim.console.console_data import ConsoleView, number_cameras
from sim.console.footage_access import list_kept_apart
from sim.console.scores import SCORED, compute_score, make_replay, open_replay
from sim.db.attempts import AttemptRow, LearnerRow
from sim.db.store import Transaction
from sim.errors import AttemptError, SimError
from sim.expert.run import EXPERT_VERSION, can_play
from sim.features.debrief.facts import EndedAttempt
from sim.footage.recording.open import load_people
from sim.forms.forms import Form, Origin
from sim.rules.held import say_time
from sim.rules.learner import list_known
from sim.scoring.score_card import PartView
from sim.tasks import get_task_type
from sim.tasks.common.task_words import Advice, Trains
from sim.tasks.trace import TRACE
from sim.text.times import write_minutes

LEAST_LEGS = 4
"""A trace with fewer stretches has too few changes of camera to train them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """One thing to practice, "" for the rule; `form_id` of a drill that trains it or None; its title and limit."""

    sentence: str
    form_id: str | None
    form_title: str
    limit_s: float


def make_practice_views(
    app: App, row: AttemptRow, advice: Sequence[Advice]
) -> tuple[PracticeView | None, PracticeView | None, tuple[PracticeView, ...]]:
    """Return the same drill, the next of its kind, and advice with practice that trains it; none twice."""
    own = app.catalog.get_form(row.form_id)
    apart = list_kept_apart(app, row.person_id)
    again = own if _is_allowed(row, own, apart) else None
    following = None
    if own.origin is not Origin.STAGED:
        # the short search after this one, of whatever kind; none after the last, and after other drills
        forms = [known for known in app.catalog.list_forms() if known.recording_id == own.recording_id]
        shorts = [known for known in forms if known.form.is_short and _is_allowed(row, known, apart)]
        later = shorts[shorts.index(own) + 1 :] if own in shorts else []
        following = next(iter(later), None) or _find_form(app, row, own, Trains.SAME, taken={row.form_id}, apart=apart)
    taken = {row.form_id} if following is None else {row.form_id, following.form.form_id}
    views = []
    for number, each in enumerate(advice):
        trained = (
            None if each.trains is Trains.SAME else _find_form(app, row, own, each.trains, taken=taken, apart=apart)
        )
        if trained is not None:
            taken.add(trained.form.form_id)
        if number > 0 or trained is not None:
            views.append(_make_view(each.sentence if number else "", trained))
    first, second = (None if form is None else _make_view("", form) for form in (again, following))
    return first, second, tuple(views)


def _make_view(sentence: str, form: KnownForm | None) -> PracticeView:
    if form is None:
        return PracticeView(sentence=sentence, form_id=None, form_title="", limit_s=0.0)
    return PracticeView(
        sentence=sentence, form_id=form.form.form_id, form_title=form.form.title, limit_s=form.form.limit_s
    )


def _find_form(
    app: App, row: AttemptRow, own: KnownForm, trains: Trains, *, taken: set[str], apart: frozenset[str]
) -> KnownForm | None:
    """Return the form that trains a skill best: on the same recording before others, then in the order after `own`."""
    forms = app.catalog.list_forms()
    start = next((n for n, known in enumerate(forms) if known.form.form_id == row.form_id), 0)
    allowed = [
        known
        for known in (*forms[start + 1 :], *forms[: start + 1])
        if known.form.form_id not in taken and _is_allowed(row, known, apart)
    ]
    ranked = [(value, known) for known in allowed if (value := _rank(app.catalog, known, trains, own)) is not None]
    here = [each for each in ranked if each[1].recording_id == own.recording_id]
    best = max(here or ranked, key=lambda each: each[0], default=None)
    return None if best is None else best[1]


def _is_allowed(row: AttemptRow, known: KnownForm, apart: frozenset[str]) -> bool:
    if known.recording_id in apart:
        return False
    if known.origin is Origin.STAGED:
        return known.form.form_id == row.form_id
    if known.origin is not Origin.PUBLIC:
        return False
    is_own = known.form.form_id == row.form_id and (row.person_id is None or row.mode is Mode.PRACTICE)
    return known.form.use == "practice" or is_own


def _rank(catalog: Catalog, known: KnownForm, trains: Trains, own: KnownForm) -> float | None:
    form = known.form
    if trains is Trains.SAME:
        is_other = form.target is None or form.target != own.form.target
        return 2.0 * is_other + (form.use == "practice") if form.type == own.form.type else None
    weight = dict(get_task_type(form.type).trains).get(trains)
    if weight is None:
        return None
    match trains:
        case Trains.LOOK_ALIKES:
            return weight if catalog.list_look_alikes(known.recording_id, form.target) else None
        case Trains.NEXT_CAMERA:
            legs = 0 if form.difficulty is None else form.difficulty.legs
            return weight * legs if legs >= LEAST_LEGS else None
        case _:
            return weight


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTryView:
    """The last try beside this one: its title, whether it asked the same, and lines of what, the last time and now."""

    title: str
    asked_the_same: bool
    lines: tuple[tuple[str, str, str], ...]


def find_last_try(app: App, ended: EndedAttempt, parts: tuple[PartView, ...]) -> LastTryView | None:
    with app.store.read() as work:
        own = _list_own(work, ended.row)
    for row in reversed(own):
        last = _load_parts(app, row, task_type=ended.form.type)
        if last is not None:
            title, before = last
            return LastTryView(
                title=title,
                asked_the_same=row.form_id == ended.row.form_id,
                lines=_compare_tries(ended.row, parts, row, before),
            )
    return None


def _list_own(work: Transaction, row: AttemptRow) -> list[AttemptRow]:
    if row.person_id is not None:
        before = work.attempts.list_all(person_id=row.person_id)
    else:
        known = work.by_key(LearnerRow, row.timing.attempt_id)
        browser = known.browser_sha256 if known is not None else None
        before = () if browser is None else tuple(each for each, _ in list_known(work, None, browser=browser))
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
        return form.title, get_task_type(form.type).write_parts(compute_score(app, row), form.task)
    except SimError:
        return None


def _compare_tries(
    row: AttemptRow, parts: tuple[PartView, ...], last: AttemptRow, before: tuple[PartView, ...]
) -> tuple[tuple[str, str, str], ...]:
    told_s, now_s = find_told_s(last.timing, last.extra_time), row.timing.used_s
    then = say_time(last.timing.state, None) if told_s is None else write_minutes(told_s)
    values = {part.key: part.value for part in before if part.key != "completion_time_s"}  # its line is the last
    if told_s is None:
        values.pop("time_to_first_correct_mark_s", None)
    judged = [part for part in parts if part.good is not None and part.key in values][:3]
    lines = [(part.label, values[part.key], part.value) for part in judged]
    if now_s is not None:
        lines.append(("Time", then, write_minutes(now_s)))
    return tuple(lines)


def find_expert(catalog: Catalog, form: Form) -> ExpertResult | None:
    if not can_play(form.type):
        return None
    key = ("expert", EXPERT_VERSION, make_version(form), catalog.get_truth_sha256(form.recording_id))
    return catalog.keep(key, lambda: _seat_expert(catalog, form).search(form.task, limit_s=form.limit_s))


def write_expert_time(app: App, form: Form) -> str | None:
    result = find_expert(app.catalog, form)
    if result is None or not result.passed:
        return None
    minutes, seconds = divmod(round(result.par_s), 60)
    return f"{minutes}:{seconds:02}"


def get_expert_replay(app: App, attempt_id: str, *, is_told: bool) -> ConsoleView:
    row = open_replay(app, attempt_id)
    if not is_told:
        raise AttemptError(
            "the expert's search cannot be watched yet: others are still measured on this footage",
            todo="look at the debrief; it says when the rest is shown",
        )
    form = app.catalog.get_form(row.form_id).form
    result = find_expert(app.catalog, form)
    if result is None:
        raise AttemptError("there is no expert's search of such drills", todo="go back to the debrief")
    run = result.run
    return make_replay(app, row, run.events, used_ms=run.used_s * 1000.0, captions=run.captions)


def list_all_forms(catalog: Catalog) -> tuple[Form, ...]:
    listed = (known.form for known in catalog.list_forms())
    return (*listed, *(known.form for known in catalog.get_course().tries.values()))


def find_unfair_form(catalog: Catalog, form: Form) -> str | None:
    return find_unfair(form.task, catalog.get_truth(form.recording_id, form.cameras), find_expert(catalog, form))


def write_expert_table(catalog: Catalog, forms: Sequence[Form]) -> str:
    lines = [f"{'form':<42}{'passed':>7}{'par':>7}{'limit':>7}{'found':>9}"]
    traces = []
    for form in forms:
        result = find_expert(catalog, form)
        if result is None:
            continue
        found, there = result.found
        passed = "yes" if result.passed else "no"
        line = f"{form.form_id:<42}{passed:>7}{result.par_s:>6.0f}s{form.limit_s:>6.0f}s{f'{found} of {there}':>9}"
        lines.append(f"{line}  {find_unfair_form(catalog, form) or ''}".rstrip())
        if form.type == TRACE:
            traces.append(result.passed)
    lines.append(f"The expert passes {sum(traces)} of {len(traces)} traces in time.")
    return "\n".join(lines)


def _seat_expert(catalog: Catalog, form: Form) -> Expert:
    def seat() -> Expert:
        recording = catalog.get_recording(form.recording_id)
        return make_expert(
            catalog.get_truth(form.recording_id, form.cameras),
            load_people(recording),
            catalog.get_site(form.recording_id, form.cameras),
            numbers=number_cameras(form, recording.manifest),
        )

    return catalog.keep(("expert's seat", form.recording_id, form.cameras), seat)
