"""Forms of a generated recording: people whose measured difficulty is the one that was asked for."""

from dataclasses import dataclass

import pandas as pd

from sim.crowd.generator.levels import AIMS, Level
from sim.drill.difficulty import DIFFICULTY_VERSION, compute_still_share
from sim.drill.forms import FORM_SCHEMA, FormSet, Origin
from sim.drill.parallel import (
    Candidate,
    choose_practice,
    choose_within,
    compute_spread,
    find_candidates,
    list_sought,
    make_forms,
)
from sim.drill.reference import Reference
from sim.drill.unsure_forms import make_unsure_forms
from sim.errors import TaskError
from sim.footage.recording.open import TRUTH_FILE, Recording, load_events, load_people
from sim.services.app.score import load_truth_index
from sim.tasks.trace import TRACE
from sim.truth.events import count_clock_faults
from sim.truth.index import TruthIndex

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
    """Who would be sought in a recording."""

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
    """Choose people for forms of a level by what truth says, `known` with a last sighting to start from.

    Above easy nobody is sought whom hardly any camera shows, or who stands in view most of the time: that is no search.
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
