"""Choosing parallel forms: different people, routes and last places, nearly the same difficulty."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

import pandas as pd

from sim.errors import TaskError
from sim.forms.difficulty import Difficulty, Reference, compute_difficulty, find_look_alikes
from sim.forms.form_order import find_known
from sim.forms.forms import Form
from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer
from sim.scoring.path_metrics import compute_edit_distance, find_final_zone
from sim.tasks.common.task import Task
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex

FAINT_SHARE_MAX = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person who could be sought: how hard, by which cameras, last seen where, and who is hard to tell from them."""

    task: Task
    difficulty: Difficulty
    route: tuple[str, ...]
    final_zone: str
    look_alikes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Forms chosen for a range of difficulty. `is_met` is false when nobody is in it and the nearest was taken."""

    chosen: tuple[Candidate, ...]
    is_met: bool


def find_candidates(
    index: TruthIndex,
    people: pd.DataFrame,
    *,
    window_s: tuple[float, float],
    min_legs: int,
    roles: Sequence[str] = ("student",),
    clock_faults: int = 0,
    reference: Reference = Reference.THREE_PHOTOS,
    known: bool = False,
) -> tuple[Candidate, ...]:
    """Return everybody of these roles with enough legs, at most a fifth of them faint, ordered by index, person_id.

    `reference` is what trainees are shown of them, `known` whether they are told where they were last seen; both count
    in the index.
    """
    candidates: list[Candidate] = []
    for person in sorted(str(p) for p in people.loc[people["role"].isin(list(roles)), "person_id"]):
        if person not in index.person_ids:
            continue
        task = Task(type=TRACE, target=person, window_s=window_s)
        case = make_trace_case(index, target=person, window_s=window_s, answer=Answer(marks=()))
        zone = find_final_zone(case)
        if len(case.legs) < min_legs or zone is None:
            continue
        task = replace(task, known=find_known(task, index)) if known else task
        difficulty = compute_difficulty(task, index, people, clock_faults=clock_faults, reference=reference)
        if difficulty.faint_legs > FAINT_SHARE_MAX * difficulty.legs:
            continue
        route = case.find_cameras(case.legs)
        candidates.append(
            Candidate(
                task=task,
                difficulty=difficulty,
                route=route,
                final_zone=zone,
                look_alikes=frozenset(find_look_alikes(people, person)),
            )
        )
    return tuple(sorted(candidates, key=lambda c: (c.difficulty.index, c.task.person)))


def choose_parallel(candidates: Sequence[Candidate], *, count: int, margin: float) -> tuple[Candidate, ...]:
    """Return `count` candidates whose index differs by less than `margin`, no two with the same route.

    Nobody is chosen beside a person they are hard to tell from: each form has its own target and look-alikes. Only when
    clothes leave no such set are people taken who are alike.
    From each possible easiest form upward, candidates are taken one by one: a new last place first, then look-alikes
    that no other form has, then the route least like those taken. Of all sets the one with most last places wins,
    then the one with the smallest spread.
    """
    best = _find_best(candidates, count=count, margin=margin, is_strict=True)
    best = best or _find_best(candidates, count=count, margin=margin, is_strict=False)
    if best is None:
        raise TaskError(
            f"no {count} of {len(candidates)} candidates differ by less than {margin:g} in difficulty",
            expected=f"{count} people with different routes",
            todo="ask for fewer forms, a wider margin, fewer legs, or use a longer recording",
        )
    return best


def _find_best(
    candidates: Sequence[Candidate], *, count: int, margin: float, is_strict: bool
) -> tuple[Candidate, ...] | None:
    best: tuple[tuple[float, ...], tuple[Candidate, ...]] | None = None
    for place, easiest in enumerate(candidates):
        reach = [c for c in candidates[place:] if c.difficulty.index < easiest.difficulty.index + margin]
        chosen = _take(easiest, reach, count, is_strict=is_strict)
        if len(chosen) < count:
            continue
        rank = (-len({c.final_zone for c in chosen}), compute_spread(chosen))
        if best is None or rank < best[0]:
            best = (rank, chosen)
    return None if best is None else best[1]


def compute_spread(chosen: Sequence[Candidate]) -> float:
    indices = [c.difficulty.index for c in chosen]
    return max(indices) - min(indices)


def make_forms(
    chosen: Sequence[Candidate],
    practice: Sequence[Candidate],
    *,
    recording_id: str,
    limit_s: float,
    practice_limit_s: float,
) -> tuple[Form, ...]:
    """Name the forms: letters in an order that depends on the person only through a hash, so that they say nothing."""

    def shuffle(candidate: Candidate) -> str:
        return sha256(f"{recording_id} {candidate.task.person}".encode()).hexdigest()

    parallel = [
        _make_form(
            candidate,
            recording_id=recording_id,
            form_id=f"{recording_id}-trace-{chr(ord('a') + number)}",
            title=f"Trace {chr(ord('A') + number)}",
            use="parallel",
            limit_s=limit_s,
        )
        for number, candidate in enumerate(sorted(chosen, key=shuffle))
    ]
    easier = [
        _make_form(
            candidate,
            recording_id=recording_id,
            form_id=f"{recording_id}-practice-{number}",
            title=f"Practice {number}",
            use="practice",
            limit_s=practice_limit_s,
        )
        for number, candidate in enumerate(sorted(practice, key=shuffle), start=1)
    ]
    return (*easier, *parallel)


def choose_practice(
    candidates: Sequence[Candidate], chosen: Sequence[Candidate], *, count: int
) -> tuple[Candidate, ...]:
    """Return the easiest candidates that are neither chosen nor hard to tell from anybody chosen, at most `count`.

    Anyone who practiced on them then knows nobody who matters when it is measured.
    """
    taken = {c.task.person for c in chosen}.union(*(c.look_alikes for c in chosen))
    return tuple(c for c in candidates if c.task.person not in taken)[:count]


def list_sought(forms: Sequence[Form], chosen: Sequence[Candidate]) -> frozenset[str]:
    """Return who other forms must not seek: everybody these forms seek, and all who resemble the chosen ones."""
    return frozenset(form.target for form in forms if form.target).union(*(c.look_alikes for c in chosen))


def choose_within(candidates: Sequence[Candidate], *, low: float, high: float, count: int, margin: float) -> Choice:
    """Return up to `count` parallel candidates with an index in [low, high), or else the one nearest to it."""
    if not candidates:
        raise TaskError(
            "nobody in the recording can be sought",
            expected="people with enough clear appearances on camera",
            todo="use a longer recording or one with more people",
        )
    inside = [c for c in candidates if low <= c.difficulty.index < high]
    for wanted in range(min(count, len(inside)), 0, -1):
        with suppress(TaskError):
            return Choice(chosen=choose_parallel(inside, count=wanted, margin=margin), is_met=True)

    def miss(candidate: Candidate) -> float:
        return max(low - candidate.difficulty.index, candidate.difficulty.index - high)

    nearest = min(candidates, key=lambda c: (miss(c), c.task.person))
    return Choice(chosen=(nearest,), is_met=False)


def _make_form(candidate: Candidate, *, recording_id: str, form_id: str, title: str, use: str, limit_s: float) -> Form:
    task = candidate.task
    return Form.model_validate(
        {
            "form_id": form_id,
            "recording_id": recording_id,
            "title": title,
            "use": use,
            "type": task.type,
            "target": task.person,
            "window_s": task.window_s,
            "limit_s": limit_s,
            "reference": candidate.difficulty.reference,
            "difficulty": candidate.difficulty,
            "known": task.known,
        }
    )


def _take(easiest: Candidate, reach: Sequence[Candidate], count: int, *, is_strict: bool) -> tuple[Candidate, ...]:
    chosen = [easiest]
    while len(chosen) < count:
        zones = {c.final_zone for c in chosen}
        routes = {c.route for c in chosen}
        targets = {c.task.person for c in chosen}
        alike = frozenset().union(*(c.look_alikes for c in chosen))
        left = [
            c
            for c in reach
            if c.route not in routes
            and c.task.person not in targets
            and not (is_strict and (c.task.person in alike or c.look_alikes & targets))
        ]
        if not left:
            break
        chosen.append(
            min(
                left,
                key=lambda c: (
                    c.final_zone in zones,
                    len(c.look_alikes & alike),
                    -min(_compute_distance(c.route, d.route) for d in chosen),
                    c.difficulty.index,
                    c.task.person,
                ),
            )
        )
    return tuple(chosen)


def _compute_distance(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    return compute_edit_distance(a, b) / max(len(a), len(b))
