"""Where somebody came in: a trace backwards, and the door."""

import math
from dataclasses import dataclass, fields

import numpy as np

from sim.scoring.appearance_precision import APPEARANCE_PRECISION
from sim.scoring.appearance_recall import APPEARANCE_RECALL
from sim.scoring.case import TraceCase
from sim.scoring.duration import COMPLETION, FINISHED, FIRST_CORRECT, FIRST_CORRECT_MADE
from sim.scoring.final_place import ABSENCE_RIGHT
from sim.scoring.footage_use import MEAN_SPEED, REWATCH_SHARE, SEARCH_ECONOMY, TIME_ON_TARGET
from sim.scoring.identity import IDF1, IDFN, IDFP, IDP, IDR, IDTP
from sim.scoring.metric import Better, Metric
from sim.scoring.next_camera import PREVIOUS_CAMERA
from sim.scoring.score_card import (
    PASS_LEG_RECALL,
    Criterion,
    ScoreCard,
    find_warnings,
    judge_contradiction,
    make_score_card,
)
from sim.scoring.sequence import SEQUENCE_SIMILARITY
from sim.scoring.wrong_person import WRONG_PERSON
from sim.site.model import Opening
from sim.truth.appearance import IntArray
from sim.truth.index import TruthIndex

DOOR = "door"
DOOR_M = 12.0
CLEARLY = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginCase(TraceCase):
    """A trace with the door that the answer should name, None for somebody who never appears."""

    door: str | None


def make_origin_case(case: TraceCase, door: str | None) -> OriginCase:
    """Add the right door to a trace."""
    return OriginCase(**{each.name: getattr(case, each.name) for each in fields(case)}, door=door)


def list_outside_doors(index: TruthIndex) -> tuple[Opening, ...]:
    """Return the doors between the building and outside, in the order of the site's file."""
    openings = () if index.site is None else index.site.openings
    return tuple(opening for opening in openings if opening.kind == "exterior")


def find_entry_door(index: TruthIndex, person_id: str, window_s: tuple[float, float]) -> str | None:
    """Return the door by which a person came in: the one nearest to where an appearance in T first shows them indoors.

    None when they were there from the start, when nothing shows them indoors, when no outside door is within 12 m of
    that place, or when the next one is less than 1.5 times as far: nobody could tell. None also when a glimpse before
    it tells of another door, or of none: what is not asked for must not make an answer wrong.
    """
    told = _find_nearest_door(index, find_first_inside(index, person_id, window_s), window_s)
    first = _find_first(index, index.find_rows(person_id, window_s))
    return told if told is not None and _find_nearest_door(index, first, window_s) == told else None


def find_first_inside(index: TruthIndex, person_id: str, window_s: tuple[float, float]) -> int | None:
    """Return the position in the truth table of the first row of T that shows a person indoors, None without one.

    Unknown person: TaskError.
    """
    return _find_first(index, index.find_asked_rows(person_id, window_s))


def _find_first(index: TruthIndex, own: IntArray) -> int | None:
    outdoors = {space.zone_id for space in index.site.spaces if space.kind == "outdoor"} if index.site else set()
    order = index.appearance_rows.table_row[own[np.argsort(index.appearance_rows.t_s[own], kind="stable")]]
    inside = order[~index.table.rows["zone"].iloc[order].isin(outdoors).to_numpy()]
    return int(inside[0]) if len(inside) else None


def _find_nearest_door(index: TruthIndex, row: int | None, window_s: tuple[float, float]) -> str | None:
    doors = list_outside_doors(index)
    if not doors or row is None:
        return None
    first = index.table.rows.iloc[row]
    if float(first["t_s"]) <= window_s[0] + 1.0:
        return None
    at = (float(first["floor_x_m"]), float(first["floor_y_m"]))
    near = sorted((math.dist(at, door.at), door.door_id) for door in doors if door.floor == first["floor"])
    if not near or near[0][0] > DOOR_M or (len(near) > 1 and near[1][0] < CLEARLY * near[0][0]):
        return None
    return near[0][1]


def judge_door(case: OriginCase) -> bool | None:
    """Return whether the door answered is the one they came in by; no answer: false. None when T is empty."""
    return None if case.door is None else case.answer.choices.get(DOOR) == case.door


DOOR_RIGHT = Metric(key="door_right", version=2, unit="", better=Better.HIGHER, needs_log=False, compute=judge_door)
ORIGIN_METRICS: tuple[Metric[OriginCase], ...] = (
    DOOR_RIGHT,
    APPEARANCE_RECALL,
    APPEARANCE_PRECISION,
    IDTP,
    IDFP,
    IDFN,
    IDP,
    IDR,
    IDF1,
    WRONG_PERSON,
    SEQUENCE_SIMILARITY,
    ABSENCE_RIGHT,
    FIRST_CORRECT,
    FIRST_CORRECT_MADE,
    COMPLETION,
    FINISHED,
    PREVIOUS_CAMERA,
    SEARCH_ECONOMY,
    REWATCH_SHARE,
    MEAN_SPEED,
    TIME_ON_TARGET,
)


def make_origin_card(case: OriginCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: leg recall >= 0.8, nobody else marked, the right door.

    For a person who never appears: the answer says so and marks nobody. Either way no contradiction.
    """
    recall = APPEARANCE_RECALL.compute(case)
    if case.door is None:
        criteria: tuple[Criterion, ...] = (Criterion(key="absence_right", met=bool(ABSENCE_RIGHT.compute(case))),)
    else:
        criteria = (
            Criterion(key="appearance_recall", met=recall is not None and recall >= PASS_LEG_RECALL),
            Criterion(key="no_wrong_person", met=not case.claims.others),
            Criterion(key="door_right", met=judge_door(case)),
        )
    judged = (*criteria, judge_contradiction(case))
    return make_score_card(case, ORIGIN_METRICS, criteria=judged, warnings=find_warnings(case))
