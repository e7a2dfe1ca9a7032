"""Forms of a generated recording: people whose measured difficulty is the one that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from sim.app.expert_search import Expert, make_expert
from sim.app.score import load_truth_index
from sim.crowd.generator.levels import AIMS, Level
from sim.errors import TaskError
from sim.footage.recording.open import TRUTH_FILE, Recording, load_events, load_people
from sim.forms.difficulty import DIFFICULTY_VERSION, Reference, compute_still_share
from sim.forms.form_order import find_known, give_known, make_known_set
from sim.forms.forms import FORM_SCHEMA, MAX_LIMIT_S, Form, FormSet, Origin
from sim.forms.parallel import (
    Candidate,
    choose_parallel,
    choose_practice,
    choose_within,
    compute_spread,
    find_candidates,
    list_sought,
    make_forms,
)
from sim.forms.unsure_forms import LONGER, STUDENT, IsFair, make_ladder, make_practice_forms, make_unsure_forms
from sim.site.next_camera import compute_links
from sim.tasks import get_task_type
from sim.tasks.common.task import Task
from sim.tasks.trace import TRACE
from sim.truth.events import count_clock_faults
from sim.truth.index import TruthIndex, keep_cameras

COUNT = 4
MEASURING_COUNT = 8
"""Two drills before the training and after it, and four later: what a program can have at most of each later kind."""
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
    limit_s: float  # of the forms: the shortest under which anybody may be asked for
    is_met: bool  # their index lies in the level's range; if not, they are the nearest that there is
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
    is_fair: IsFair | None = None,
) -> LevelChoice:
    """Choose people for forms of a level by what truth says, `known` with a last sighting to start from.

    `is_fair` says who may be asked for; None takes everybody, as an estimate does.
    """
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
    limit_s = LIMIT_S[level]
    if fit and is_fair is not None:
        limits = (limit_s * times for times in LONGER)
        limit_s, fit = next(
            ((each, fair) for each in limits if (fair := tuple(c for c in fit if is_fair(c.task, each)))), (limit_s, ())
        )
        easier = tuple(c for c in easier if is_fair(c.task, LIMIT_S[Level.EASY]))
        if not fit:
            raise TaskError(
                f"nobody in this recording can be found on every camera in time, at the level {level.value}",
                expected="a student whom a careful searcher finds within 70 % of the limit",
                todo="choose another seed or story, or a school with more cameras",
            )
    candidates = tuple(c for c in fit if c.difficulty.legs >= aims.min_legs) or fit
    low, high = aims.index
    choice = choose_within(candidates, low=low, high=high, count=count, margin=MARGIN)
    return LevelChoice(level=level, chosen=choice.chosen, limit_s=limit_s, is_met=choice.is_met, easier=easier)


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
    judge = _Judge(recording, index, people)
    choice = choose_for_level(
        index,
        people,
        level=level,
        clock_faults=clock_faults,
        count=MEASURING_COUNT if measures else COUNT,
        reference=reference,
        known=known,
        is_fair=judge.is_fair,
    )
    manifest = recording.manifest
    traces = make_forms(
        choice.chosen,
        choose_practice(choice.easier, choice.chosen, count=0 if measures else 1),
        recording_id=manifest.recording_id,
        limit_s=choice.limit_s,
        practice_limit_s=LIMIT_S[Level.EASY],
    )
    maybe = make_unsure_forms(
        index,
        people,
        before=traces,
        avoid=list_sought(traces, choice.chosen),
        per_type=0 if measures else unsure,
        trace_limit_s=LIMIT_S[Level.EASY],
        is_fair=judge.is_fair,
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


DEFAULT_MARGIN = 3.0


def choose_forms(
    recording: Recording,
    *,
    count: int = 6,
    practice: int = 1,
    margin: float = DEFAULT_MARGIN,
    min_legs: int = 6,
    limit_s: float = 480.0,
    practice_limit_s: float = 360.0,
    others: int = 0,
    unsure: int = 0,
    reference: Reference = Reference.THREE_PHOTOS,
    known: bool = False,
    ladder: bool = False,
    in_lessons: frozenset[str] = frozenset(),
    cameras: Sequence[str] | None = None,
) -> FormSet:
    """Choose parallel traces over the whole recording, easier ones for practice, and practice of other task types.

    Practice traces are the easiest people left over who have at least four legs. Of every other task type that the
    recording supports there are up to `others` forms, about students whom no trace seeks and who resemble nobody
    sought; of trace, locate and origin besides up to `unsure` whose student may be on no camera.
    `reference` is what the other traces show. With `known` these practice forms start from a last sighting, but those
    whose student may be on no camera: it would tell. The parallel traces are then there twice, without and with one.
    `ladder` adds short searches on a few cameras, after nobody who is `in_lessons`, and `cameras` limits all forms to a
    part of the site. Each is one that may be asked (`sim.app.expert_search`).
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
    judge = _Judge(recording, index, people)
    find = partial(find_candidates, index, people, window_s=window_s, clock_faults=clock_faults, reference=reference)
    fit = judge.keep(find(min_legs=min_legs), limit_s=limit_s)
    chosen = choose_parallel(judge.keep(fit, limit_s=limit_s, known=True) if known else fit, count=count, margin=margin)
    easier = find(min_legs=min(4, min_legs))
    traces = make_forms(
        chosen,
        choose_practice(judge.keep(easier, limit_s=practice_limit_s, known=known), chosen, count=practice),
        recording_id=manifest.recording_id,
        limit_s=limit_s,
        practice_limit_s=practice_limit_s,
    )
    own = None if cameras is None else tuple(cameras)
    adults = frozenset(str(person) for person in people.loc[people["role"] != STUDENT, "person_id"])
    avoid = list_sought(traces, chosen) | adults
    other = make_practice_forms(
        index,
        recording_id=manifest.recording_id,
        window_s=window_s,
        avoid=avoid,
        per_type=others,
        is_fair=partial(judge.is_fair, known=known),
    )
    sought = frozenset(form.target for form in other if form.target)
    maybe = make_unsure_forms(
        index,
        people,
        before=(*traces, *other),
        avoid=avoid | sought,
        per_type=unsure,
        trace_limit_s=practice_limit_s,
        is_fair=judge.is_fair,
        clock_faults=clock_faults,
    )
    sought |= frozenset(form.target for form in maybe if form.target)
    short: tuple[Form, ...] = ()
    if ladder:
        found = {}
        for camera_id, zones in compute_links(judge.site).items():
            ways = sorted((camera.walking_s, camera.camera_id) for zone in zones for camera in zone.cameras)
            found[camera_id] = tuple(dict.fromkeys(name for _, name in ways))
        short = make_ladder(
            index,
            people,
            recording_id=manifest.recording_id,
            neighbors=found,
            avoid=avoid | sought | in_lessons,
            is_fair=judge.is_fair,
            clock_faults=clock_faults,
        )
    easy, hard = ([form for form in traces if form.use == use] for use in ("practice", "parallel"))
    if known:
        easy, practice_others = (
            [give_known(form, index, people, clock_faults=clock_faults) for form in each] for each in (easy, other)
        )
        other = tuple(practice_others)
        hard += make_known_set(hard, index, people, clock_faults=clock_faults)
    whole = (form.model_copy(update={"cameras": own}) for form in (*easy, *other, *maybe, *hard))
    return FormSet(
        schema_version=FORM_SCHEMA,
        recording_id=manifest.recording_id,
        truth_sha256=manifest.files[TRUTH_FILE],
        difficulty_version=DIFFICULTY_VERSION,
        margin=margin,
        spread=round(compute_spread(chosen), 6),
        forms=(*short, *whole),
    )


class _Judge:
    def __init__(self, recording: Recording, index: TruthIndex, people: pd.DataFrame) -> None:
        self.site = recording.site.keep_cameras(index.camera_ids)
        self._index, self._people = index, people
        self._experts: dict[tuple[str, ...] | None, Expert] = {}
        self._fair: dict[str, bool] = {}

    def is_fair(self, task: Task, limit_s: float, *, known: bool = False) -> bool:
        """Return whether it may; `known`: from the last sighting that it can start from, where there is one to give."""
        if known and task.target is not None and get_task_type(task.type).follows is not None:
            task = replace(task, known=find_known(task, self._index))
            if task.known is None:
                return False
        key = f"{task} {limit_s}"
        if key not in self._fair:
            if task.cameras not in self._experts:
                site = self.site.keep_cameras(task.cameras)
                numbers = {camera.camera_id: number for number, camera in enumerate(site.cameras, start=1)}
                index = keep_cameras(self._index, task.cameras)
                self._experts[task.cameras] = make_expert(index, self._people, site, numbers=numbers)
            self._fair[key] = self._experts[task.cameras].is_fair(task, limit_s=limit_s)
        return self._fair[key]

    def keep(self, candidates: Sequence[Candidate], *, limit_s: float, known: bool = False) -> tuple[Candidate, ...]:
        return tuple(each for each in candidates if self.is_fair(each.task, limit_s, known=known))


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
