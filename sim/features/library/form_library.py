"""The library for trainers: every form, how hard it is by truth, and how long people really took."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special

from sim.app.catalog import KnownForm
from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, Mode
from sim.attempt.options import ProfileName, describe_options, read_options
from sim.compare.result import LEVEL, FloatArray, Result, find_quantile
from sim.console.console_profiles import get_card
from sim.db.attempts import AttemptRow
from sim.db.columns import raw
from sim.db.store import Transaction
from sim.features.library.library import REFERENCE_WORDS
from sim.text.tables import TextTable, write_time
from sim.text.words import write_count

FEWEST = 30
"""Completions from which on observed times refine the index."""
PRIOR_WEIGHT = 30.0
"""Completions that weigh as much as the index itself. Judgment: at `FEWEST` index and observation count the same."""
FEWEST_FORMS = 2
"""One form alone has no scale: its time says nothing about whether it is harder than the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTimes:
    """What was observed of one form, everybody once, on one console with the same options."""

    form_id: str
    index: float | None  # its difficulty by truth alone; None where there is none, or where it may not be shown
    limit_s: float  # its time limit
    duration_s: FloatArray  # time to submit; the limit for anyone who did not submit inside it, (n,)
    finished: int  # how many submitted inside the limit

    def __post_init__(self) -> None:
        inside = (self.duration_s > 0) & (self.duration_s <= self.limit_s)
        if not (bool(inside.all()) and 0 <= self.finished <= len(self.duration_s)):
            raise ValueError(f"{self.form_id}: times must lie in 0..limit, finished in 0..n")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDifficulty:
    form_id: str
    index: float | None
    n: int  # completions
    finished: int  # of these, inside the limit
    observed: Result | None  # mean time, seconds, counting at most the limit; None without completions
    # the refined index; None below `FEWEST` completions, or without an index or another such form
    measured: Result | None


def compute_form_difficulties(forms: Sequence[FormTimes]) -> tuple[FormDifficulty, ...]:
    """Return each form's observed time and, from 30 completions on, its refined index; in the order given.

    Observed: the mean of the times, each at most the limit. Since nobody is censored before the limit, this is the
    restricted mean of Kaplan and Meier (Royston and Parmar 2013, doi:10.1186/1471-2288-13-152) without any curve. With
    a t interval, cut to 0..limit.

    Refined: c = sum(n * observed) / sum(n * index) over forms with 30 or more is the seconds that an index point takes
    here; observed / c puts a form's time on the scale of the index; the refined index is
    z * observed / c + (1 - z) * index with z = n / (n + 30), a credibility weight (Buehlmann 1967,
    doi:10.1017/S0515036100008989). The interval is that of the observed time on the same scale, times z: it holds c and
    the index for known, so it is rather too narrow. Forms with one limit only are put on one scale.

    Worked: indices 20 and 24, limit 600 s, 30 people each, means 200 s and 264 s. c = (200 + 264) / (20 + 24) =
    10.5455; 200 s are 18.966 points, 264 s are 25.034; z = 0.5: refined 19.483 and 24.517.

    It cannot tell a hard form from slow people: who did which form is not balanced here, and before and after training
    are counted together.
    """
    found = []
    for form in forms:
        n, observed, measured = len(form.duration_s), None, None
        if n:
            observed = _observe(form)
        if observed is not None and form.index is not None and n >= FEWEST:
            enough = [
                (len(each.duration_s), float(each.duration_s.sum()), each.index)
                for each in forms
                if each.limit_s == form.limit_s and each.index is not None and len(each.duration_s) >= FEWEST
            ]
            points = sum(each * index for each, _, index in enough)
            if len(enough) >= FEWEST_FORMS and points > 0:
                scale = float(sum(seconds for _, seconds, _ in enough)) / points
                measured = _refine(observed, index=form.index, scale=scale)
        found.append(
            FormDifficulty(
                form_id=form.form_id,
                index=form.index,
                n=n,
                finished=form.finished,
                observed=observed,
                measured=measured,
            )
        )
    return tuple(found)


def _refine(observed: Result, *, index: float, scale: float) -> Result:
    weight = observed.n / (observed.n + PRIOR_WEIGHT)

    def move(seconds: float) -> float:
        return weight * seconds / scale + (1.0 - weight) * index

    return Result(
        estimate=None if observed.estimate is None else move(observed.estimate),
        interval=None if observed.interval is None else (move(observed.interval[0]), move(observed.interval[1])),
        method="credibility-weighted mean of the observed time, on the scale of the index, and the index",
        n=observed.n,
        settings={"seconds_per_point": scale, "weight": weight, "level": LEVEL},
    )


def _observe(form: FormTimes) -> Result:
    """Return the mean with the interval of a number between 0 and a limit; none at either end, or of one drill.

    The lower end is on the logit of the share of the limit, the upper one on the log, at most the limit.
    """
    n, mean, limit_s = len(form.duration_s), float(form.duration_s.mean()), form.limit_s
    spread = float(form.duration_s.std(ddof=1)) / np.sqrt(n) if n > 1 else 0.0
    interval = None
    if spread > 0 and 0.0 < mean < limit_s:
        half = find_quantile(float(n - 1), LEVEL) * spread
        low = special.logit(mean / limit_s) - half * limit_s / (mean * (limit_s - mean))
        high = mean * float(np.exp(min(half / mean, np.log(limit_s / mean))))
        interval = limit_s * float(special.expit(low)), min(limit_s, high)
    return Result(
        estimate=mean,
        interval=interval,
        method="mean time counting at most the limit; t interval, lower end on the logit, upper end on the log",
        n=n,
        settings={"limit_s": limit_s, "level": LEVEL},
        warnings=() if interval else ("No interval: one drill, or all alike.",),
    )


Conditions = tuple[str, str, str]
"""Mode, console profile and options of drills that may be counted together."""

USUAL: Conditions = (Mode.ASSESSMENT.value, ProfileName.CLASSIC.value, "")
MODE_WORDS = {Mode.ASSESSMENT.value: "Assessments", Mode.PRACTICE.value: "Practice"}
MOST_NAMED = 3
HEADER = ("Drill", "Index", "Done", "Measured difficulty", "Time taken", "In time", "Shows", "Limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLibrary:
    """The forms of one recording. `table` has one row a form, with the columns `HEADER`."""

    title: str
    place: str
    table: TextTable


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLibrary:
    chosen: str  # name of the conditions whose drills are counted
    choices: Mapping[str, str]  # titles by name: those of which there are drills, most drills first, and the usual ones
    recordings: tuple[RecordingLibrary, ...]  # in the order of the catalog
    done: int  # drills counted
    damaged: str = ""  # which drills are missing as their file or recording is damaged, "" when none are


def get_form_library(app: App, *, chosen: str | None = None) -> FormLibrary:
    """Return the library; only drills of one mode, console and options are counted: the most frequent if None.

    Demo drills count nowhere, nor do drills of a form as it was before a change, nor a person's second drill of a form.
    """
    forms = app.catalog.list_forms()
    with app.unrestricted().store.read() as work:  # one school has too few people to count by; nobody is named
        rows = keep_countable(list_done(work), forms)
    counts = Counter((row.mode, row.profile, row.options) for row in rows)
    known = sorted({*counts, USUAL}, key=lambda each: (-counts[each], each != USUAL, each))
    names = {" / ".join(each): each for each in known}
    wanted = names.get(chosen or "", known[0])
    counted = [row for row in rows if (row.mode, row.profile, row.options) == wanted]
    return FormLibrary(
        chosen=" / ".join(wanted),
        choices={name: _write_conditions(each, counts[each]) for name, each in names.items()},
        recordings=_list_recordings(app, forms, counted),
        done=len(counted),
        damaged=write_damaged([each.path.name for each in app.catalog.list_damaged()]),
    )


def write_damaged(names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        shown += f" and {write_count(len(names) - MOST_NAMED, 'more file')}"
    why = "The file or its recording is" if len(names) == 1 else "These files or their recordings are"
    return f"Drills are missing: {shown}. {why} damaged or gone. Ask the person who looks after this server."


class DoneRow(NamedTuple):
    """One drill that has ended, of a real person, by what its time is counted with, as it is stored."""

    form_id: str
    form_version: str
    person_id: str | None
    # mode, profile, options: drills that differ in these are never counted together
    mode: str
    profile: str
    options: str
    state: str
    used_s: float  # seconds from release to the end
    limit_s: float


def is_finished(row: DoneRow) -> bool:
    return row.state == AttemptState.SUBMITTED.value


def list_done(work: Transaction) -> tuple[DoneRow, ...]:
    """Return every drill that ended after its clock ran, in order; none of a demo team, none with extended time."""
    own = AttemptRow
    where = (own.is_demo.is_(False), own.state.in_(ENDED), own.used_s > 0, own.extra_time == 1.0)
    columns = [raw(getattr(AttemptRow, name)) for name in DoneRow._fields]
    return tuple(map(DoneRow._make, work.list_columns(columns, *where, order_by=AttemptRow.order)))


def keep_countable(rows: Sequence[DoneRow], forms: Sequence[KnownForm]) -> tuple[DoneRow, ...]:
    """Return the drills of forms as they are now, under their own limit, and of each person the first of a form.

    Parts of team exercises, which several search together, are no drill of anybody's, and nor is getting to know it.

    Who has no account cannot be told apart: each of their drills counts.
    """
    current = {known.form.form_id: (known.version, known.form.limit_s) for known in forms}
    met: set[tuple[str, str]] = set()
    kept = []
    for row in rows:
        if row.mode not in MODE_WORDS:
            continue
        again = row.person_id is not None and (row.person_id, row.form_id) in met
        if row.person_id is not None:
            met.add((row.person_id, row.form_id))
        if not again and current.get(row.form_id) == (row.form_version, row.limit_s):
            kept.append(row)
    return tuple(kept)


def is_index_shown(known: KnownForm) -> bool:
    """Return whether a form's index may be shown: it measures. That of practice would tell who is on no camera."""
    return known.form.use == "parallel" and known.form.difficulty is not None


def _list_recordings(app: App, forms: Sequence[KnownForm], rows: Sequence[DoneRow]) -> tuple[RecordingLibrary, ...]:
    by_form: dict[str, list[DoneRow]] = {}
    for row in rows:
        by_form.setdefault(row.form_id, []).append(row)
    libraries = []
    for recording_id in dict.fromkeys(known.recording_id for known in forms):
        of_it = [known for known in forms if known.recording_id == recording_id]
        types = list(dict.fromkeys(known.form.type for known in of_it))
        own = sorted(of_it, key=lambda known: (not is_index_shown(known), types.index(known.form.type)))
        found = compute_form_difficulties([_make_times(known, by_form.get(known.form.form_id, [])) for known in own])
        recording = app.catalog.get_recording(recording_id)
        libraries.append(
            RecordingLibrary(
                title=recording.manifest.title,
                place=recording.site.name,
                table=TextTable(
                    name=recording_id,
                    header=HEADER,
                    rows=tuple(_write_row(known, each) for known, each in zip(own, found, strict=True)),
                ),
            )
        )
    return tuple(libraries)


def _make_times(known: KnownForm, rows: Sequence[DoneRow]) -> FormTimes:
    limit_s = known.form.limit_s
    index = known.form.difficulty.index if known.form.difficulty and is_index_shown(known) else None
    return FormTimes(
        form_id=known.form.form_id,
        index=index,
        limit_s=limit_s,
        duration_s=np.array(
            [min(row.used_s, limit_s) if is_finished(row) else limit_s for row in rows], dtype=np.float64
        ),
        finished=sum(map(is_finished, rows)),
    )


def _write_row(known: KnownForm, found: FormDifficulty) -> tuple[str, ...]:
    form = known.form
    return (
        form.title,
        "" if found.index is None else f"{found.index:.1f}",
        str(found.n),
        _write_measured(found),
        "" if found.observed is None else _write_observed(found.observed),
        str(found.finished),
        "" if form.target is None else REFERENCE_WORDS[form.photo_count],
        write_time(form.limit_s),
    )


def _write_observed(result: Result) -> str:
    if result.estimate is None:
        return ""
    if result.interval is None:
        return write_time(result.estimate)
    low, high = (write_time(bound) for bound in result.interval)
    return f"{write_time(result.estimate)} ({low} to {high})"


def _write_measured(found: FormDifficulty) -> str:
    if found.index is None:
        return ""
    if found.n < FEWEST:
        return f"not enough yet: {found.n} of {FEWEST}"
    if found.measured is None or found.measured.estimate is None:
        return f"needs a second drill with {FEWEST}"
    text = f"{found.measured.estimate:.1f}"
    if found.measured.interval is None:
        return text
    low, high = found.measured.interval
    return f"{text} ({low:.1f} to {high:.1f})"


def _write_conditions(conditions: Conditions, count: int) -> str:
    mode, profile, options = conditions
    console = get_card(ProfileName(profile)).title.lower()
    given = f"{console} console {describe_options(read_options(options.split()))}".strip()
    return f"{MODE_WORDS[mode]}, {given}: {count} done"
