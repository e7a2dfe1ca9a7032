"""Forms of a generated recording: people whose measured difficulty is the one that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from sim.crowd.generator.levels import AIMS, Level
from sim.drill.difficulty import DIFFICULTY_VERSION, compute_still_share
from sim.drill.forms import FORM_SCHEMA, MAX_LIMIT_S, FormSet, Origin
from sim.drill.known_forms import give_known, make_known_set
from sim.drill.parallel import (
    Candidate,
    choose_parallel,
    choose_practice,
    choose_within,
    compute_spread,
    find_candidates,
    list_sought,
    make_forms,
)
from sim.drill.reference import Reference
from sim.drill.unsure_forms import make_practice_forms, make_unsure_forms
from sim.errors import TaskError
from sim.footage.recording.open import TRUTH_FILE, Recording, load_events, load_people
from sim.services.app.score import load_truth_index
from sim.tasks.trace import TRACE
from sim.truth.events import count_clock_faults
from sim.truth.index import TruthIndex, keep_cameras

COUNT = 4
MEASURING_COUNT = 8
"""Two drills before the training and after it, and four later: what a program can have at most of each later kind."""
PRACTICE = 1
UNSURE = 3
MARGIN = 3.0
FEWEST_LEGS = 2
LEAST_APPEARANCES = 4
MOST_STILL_SHARE = 1 / 3
LIMIT_S = {Level.EASY: 360.0, Level.MEDIUM: 480.0, Level.HARD: 600.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice:
    level: Level  # what was asked for
    chosen: tuple[Candidate, ...]  # the people of the forms
    is_met: bool  # their index lies in the level's range; if not, they are the nearest that there is
    candidates: tuple[Candidate, ...]  # everybody with enough clear legs for the level, by index
    easier: tuple[Candidate, ...]  # everybody with enough for practice, by index


def choose_for_level(
    index: TruthIndex,
    people: pd.DataFrame,
    *,
    level: Level,
    clock_faults: int,
    count: int = COUNT,
    reference: Reference = Reference.THREE_PHOTOS,
    known: bool = False,
) -> LevelChoice:
    """Choose people for forms of a level by what truth says, `known` with a last sighting to start from."""
    aims = AIMS[level]
    window_s = (0.0, index.table.duration_s)
    easier = find_candidates(
        index,
        people,
        window_s=window_s,
        min_legs=FEWEST_LEGS,
        clock_faults=clock_faults,
        reference=reference,
        known=known,
    )
    fit = easier if level is Level.EASY else tuple(c for c in easier if _is_searched_for(index, c, window_s))
    if easier and not fit:
        raise TaskError(
            f"no student of this recording makes a {level.value} drill",
            expected=f"{LEAST_APPEARANCES} appearances or more, and at most a third of the time standing still in view",
            todo="choose another seed, another story, or an easy drill",
        )
    candidates = tuple(c for c in fit if c.difficulty.legs >= aims.min_legs) or fit
    low, high = aims.index
    choice = choose_within(candidates, low=low, high=high, count=count, margin=MARGIN)
    return LevelChoice(level=level, chosen=choice.chosen, is_met=choice.is_met, candidates=candidates, easier=easier)


def _is_searched_for(index: TruthIndex, candidate: Candidate, window_s: tuple[float, float]) -> bool:
    if candidate.difficulty.legs < LEAST_APPEARANCES:
        return False
    return compute_still_share(index, candidate.task.person, window_s=window_s) <= MOST_STILL_SHARE


def make_level_forms(
    recording: Recording,
    *,
    level: Level,
    reference: Reference = Reference.THREE_PHOTOS,
    unsure: int = 0,
    origin: Origin = Origin.PUBLIC,
    known: bool = False,
) -> tuple[FormSet, LevelChoice]:
    """Return the forms of a recording for a level, and how they were chosen; the same truth gives the same forms.

    `reference` is what they show of the student, and `known` tells where they were last seen; both count in their
    difficulty. Up to `unsure` traces for practice are added whose student may be on no camera; of these nothing is
    known. A private recording measures: more parallel forms, as a program needs them, and none for practice.
    """
    index, people = load_truth_index(recording), load_people(recording)
    clock_faults = count_clock_faults(load_events(recording))
    measures = origin is Origin.PRIVATE
    choice = choose_for_level(
        index,
        people,
        level=level,
        clock_faults=clock_faults,
        count=MEASURING_COUNT if measures else COUNT,
        reference=reference,
        known=known,
    )
    manifest = recording.manifest
    traces = make_forms(
        choice.chosen,
        choose_practice(choice.easier, choice.chosen, count=0 if measures else PRACTICE),
        recording_id=manifest.recording_id,
        limit_s=LIMIT_S[level],
        practice_limit_s=LIMIT_S[Level.EASY],
    )
    maybe = make_unsure_forms(
        index,
        people,
        before=traces,
        avoid=list_sought(traces, choice.chosen),
        per_type=0 if measures else unsure,
        trace_limit_s=LIMIT_S[Level.EASY],
        clock_faults=clock_faults,
        types=(TRACE,),
    )
    forms = FormSet(
        schema_version=FORM_SCHEMA,
        recording_id=manifest.recording_id,
        truth_sha256=manifest.files[TRUTH_FILE],
        difficulty_version=DIFFICULTY_VERSION,
        margin=MARGIN,
        spread=round(compute_spread(choice.chosen), 6),
        origin=origin,
        forms=tuple(sorted((*traces, *maybe), key=lambda form: form.use != "practice")),
    )
    return forms, choice


DEFAULT_COUNT = 6
DEFAULT_MARGIN = 3.0
DEFAULT_MIN_LEGS = 6
PRACTICE_MIN_LEGS = 4
DEFAULT_LIMIT_S = 480.0
DEFAULT_PRACTICE_LIMIT_S = 360.0


def choose_forms(
    recording: Recording,
    *,
    count: int = DEFAULT_COUNT,
    practice: int = 1,
    margin: float = DEFAULT_MARGIN,
    min_legs: int = DEFAULT_MIN_LEGS,
    limit_s: float = DEFAULT_LIMIT_S,
    practice_limit_s: float = DEFAULT_PRACTICE_LIMIT_S,
    others: int = 0,
    unsure: int = 0,
    reference: Reference = Reference.THREE_PHOTOS,
    known: bool = False,
    cameras: Sequence[str] | None = None,
) -> FormSet:
    """Choose parallel traces over the whole recording, easier ones for practice, and practice of other task types.

    Practice traces are the easiest people left over who have at least four legs. Of every other task type that the
    recording supports there are up to `others` forms, about people whom no trace seeks and who resemble nobody sought;
    of trace, locate and origin besides up to `unsure` whose student may be on no camera (`sim.drill.known_forms`).
    `reference` is what the other traces show. With `known` these practice forms start from a last sighting, but those
    whose student may be on no camera: it would tell. The parallel traces are then there twice, without and with one.
    `cameras` limits all forms to a part of the site.
    """
    if not 1 <= count <= 26:
        raise TaskError(f"{count} forms were asked for", expected="1 to 26")
    if not margin > 0:
        raise TaskError(f"the margin is {margin:g}", expected="more than 0")
    for limit in (limit_s, practice_limit_s):
        if not 0 < limit <= MAX_LIMIT_S:
            raise TaskError(f"a limit of {limit:g} s was asked for", expected=f"more than 0, at most {MAX_LIMIT_S:g}")
    index = keep_cameras(load_truth_index(recording), cameras)
    people = load_people(recording)
    manifest = recording.manifest
    window_s = (0.0, manifest.duration_s)
    clock_faults = count_clock_faults(load_events(recording))
    find = partial(find_candidates, index, people, window_s=window_s, clock_faults=clock_faults, reference=reference)
    candidates = find(min_legs=min_legs)
    chosen = choose_parallel(candidates, count=count, margin=margin)
    easier = find(min_legs=min(PRACTICE_MIN_LEGS, min_legs))
    traces = make_forms(
        chosen,
        choose_practice(easier, chosen, count=practice),
        recording_id=manifest.recording_id,
        limit_s=limit_s,
        practice_limit_s=practice_limit_s,
    )
    own = None if cameras is None else tuple(cameras)
    avoid = list_sought(traces, chosen)
    other = make_practice_forms(
        index, recording_id=manifest.recording_id, window_s=window_s, avoid=avoid, per_type=others
    )
    sought = frozenset(form.target for form in other if form.target)
    maybe = make_unsure_forms(
        index,
        people,
        before=(*traces, *other),
        avoid=avoid | sought,
        per_type=unsure,
        trace_limit_s=practice_limit_s,
        clock_faults=clock_faults,
    )
    easy, hard = ([form for form in traces if form.use == use] for use in ("practice", "parallel"))
    if known:
        easy, practice_others = (
            [give_known(form, index, people, clock_faults=clock_faults) for form in each] for each in (easy, other)
        )
        other = tuple(practice_others)
        hard += make_known_set(hard, index, people, clock_faults=clock_faults)
    return FormSet(
        schema_version=FORM_SCHEMA,
        recording_id=manifest.recording_id,
        truth_sha256=manifest.files[TRUTH_FILE],
        difficulty_version=DIFFICULTY_VERSION,
        margin=margin,
        spread=round(compute_spread(chosen), 6),
        forms=tuple(form.model_copy(update={"cameras": own}) for form in (*easy, *other, *maybe, *hard)),
    )


def write_form_table(forms: FormSet) -> str:
    head = f"{'form':<34}{'legs':>5}{'faint':>6}{'gap s':>7}{'alike':>6}{'nearest':>8}{'people':>7}{'index':>7}"
    lines = [head]
    for form in forms.forms:
        d = form.difficulty
        if d is None:
            lines.append(f"{form.form_id:<34}  {form.type}, no measure of difficulty")
            continue
        lines.append(
            f"{form.form_id:<34}{d.legs:>5}{d.faint_legs:>6}{d.longest_blind_gap_s:>7.1f}{d.look_alikes:>6}"
            f"{d.nearest_outfit:>8.2f}{d.people_per_frame:>7.1f}{d.index:>7.2f}"
        )
    count = len(forms.parallel)
    lines.append(f"The {count} parallel forms differ by {forms.spread:.2f}; the margin is {forms.margin:.2f}.")
    return "\n".join(lines)
