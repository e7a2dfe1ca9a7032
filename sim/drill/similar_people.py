"""The simulated appearance search: which sightings it returns for a person, right and wrong, and in what order.

A model of what such searches do, not one of them: nothing is looked at but the truth. It finds a set share of what
there is (recall), mixes in other people until a set share of the list is right (precision), and puts some of them
high up, so that whoever uses it has to check.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.drill.similar_query import BoxPx
from sim.errors import TaskError
from sim.truth.appearance import GAP_MAX_S, IntArray
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow

LEAD = 1.0
LIKENESS_SCALE = 0.08
UNKNOWN_DISTANCE = 1.0
MOST_SUGGESTIONS = 100
MOST_LISTED = MOST_SUGGESTIONS + 2
"""Entries of a list: right and wrong ones are each rounded up at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuality:
    """How good the search is.

    Attributes:
        precision: share of all that it suggests that shows the person asked for, above 0, up to 1.
        recall: share of that person's other appearances that it suggests, 0..1.
    """

    precision: float
    recall: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.precision) and 0 < self.precision <= 1):
            raise TaskError(f"precision {self.precision} is none", expected="a number above 0 and up to 1")
        if not (math.isfinite(self.recall) and 0 <= self.recall <= 1):
            raise TaskError(f"recall {self.recall} is none", expected="a number from 0 to 1")


DRILL_QUALITY = SearchQuality(precision=0.7, recall=0.8)
"""What drills have: good enough to be of use, bad enough that every third suggestion or so is somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One sighting that the search returns, best first in its list.

    Attributes:
        appearance: its number in `TruthIndex.appearances`. Truth: must not reach a trainee.
        camera_id, frame, t_s: where and when.
        box_px: x1, y1, x2, y2 of the person there, pixels of the main stream.
        is_right: shows the person asked for. Truth too.
    """

    appearance: int
    camera_id: str
    frame: int
    t_s: float
    box_px: BoxPx
    is_right: bool


def make_search_rng(*, attempt_id: str, person_id: str, number: int) -> np.random.Generator:
    """Return the random numbers of one query: the same attempt, person and number of the query give the same list."""
    digest = hashlib.sha256(f"{attempt_id}\n{person_id}\n{number}".encode()).digest()
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest, "big")))


def list_findable(window: TruthWindow, *, person_id: str, camera_id: str, t_s: float) -> IntArray:
    """Return the numbers of a person's appearances with a row in the window, but the one the query is drawn on.

    That is the appearance on the camera whose span, stretched by 2.0 s at both ends, holds `t_s`; none where the
    person is too small or too hidden there to have one.
    """
    rows = window.index.appearance_rows
    own = (rows.person == window.index.get_person_code(person_id)) & (window.rows > 0)
    on_camera = rows.camera == window.index.get_camera_code(camera_id)
    is_shown = on_camera & (rows.start_s - GAP_MAX_S <= t_s) & (t_s <= rows.end_s + GAP_MAX_S)
    return np.flatnonzero(own & ~is_shown).astype(np.int64)


def suggest(
    window: TruthWindow,
    *,
    person_id: str,
    camera_id: str,
    t_s: float,
    distances: Mapping[str, float],
    quality: SearchQuality,
    rng: np.random.Generator,
) -> tuple[Suggestion, ...]:
    """Return what the search finds for a person, best first.

    With n other appearances of the person in the window, n * recall of them are drawn, and
    n * recall * (1 - precision) / precision appearances of other people. Neither is whole as a rule: 0.7 of 5 would be
    3.5, so it is 3 or 4, each half of the time. So over many queries the set values hold, for people with a single
    other appearance too. Both shrink alike where the list would be longer than 100.

    Somebody without any other appearance gets the wrong suggestions of somebody with one: that people who look alike
    come up for a person who is nowhere else is the mistake that matters most. It takes a little off the precision.

    Other people come by their clothes: each appearance is drawn with the weight exp(-distance / 0.08), so that
    somebody at an outfit distance of 0.08 comes e^4 = 55 times as often as somebody at 0.40.

    The order is by a made-up likeness, normal with deviation 1 about 1 for right and 0 for wrong ones: a wrong one
    stands above a right one in normal.cdf(-1 / sqrt 2) = 24 % of the pairs.

    Args:
        window: truth of the time that the task is about; nothing outside is found.
        person_id: who was asked for.
        camera_id: where the box was drawn.
        t_s: site time of the picture it was drawn on.
        distances: outfit distance of other people to that person, 0..1; people who are not in it count as 1.
        quality: how good the search is.
        rng: decides; see `make_search_rng`.

    Raises:
        TaskError: person or camera is not in the recording.
    """
    index = window.index
    findable = list_findable(window, person_id=person_id, camera_id=camera_id, t_s=t_s)
    others = np.flatnonzero((index.appearance_rows.person != index.get_person_code(person_id)) & (window.rows > 0))
    share = min(1.0, MOST_SUGGESTIONS * quality.precision / max(1.0, len(findable) * quality.recall))
    found = quality.recall * share
    right_count = _round_at_random(len(findable) * found, rng)
    wrong_count = _round_at_random(max(1, len(findable)) * found * (1 - quality.precision) / quality.precision, rng)
    right = rng.choice(findable, size=min(right_count, len(findable)), replace=False)
    wrong = _draw_alike(index, others.astype(np.int64), distances, count=wrong_count, rng=rng)
    likeness = np.concatenate([rng.normal(LEAD, 1.0, len(right)), rng.normal(0.0, 1.0, len(wrong))])
    numbers = np.concatenate([right, wrong]).astype(np.int64)
    columns = {name: index.table.rows[name].to_numpy() for name in ("frame", "x1", "y1", "x2", "y2", "visible")}
    return tuple(
        _describe(window, columns, int(numbers[place]), is_right=bool(place < len(right)))
        for place in np.argsort(-likeness, kind="stable")
    )


def _round_at_random(value: float, rng: np.random.Generator) -> int:
    """Return the whole number below or above, so that the mean over many draws is the value itself."""
    low = math.floor(value)
    return low + int(rng.random() < value - low)


def _draw_alike(
    index: TruthIndex, numbers: IntArray, distances: Mapping[str, float], *, count: int, rng: np.random.Generator
) -> IntArray:
    """Draw appearances without repeats by weight: Gumbel noise on the logarithm of the weight, the largest win."""
    away = np.array([distances.get(index.appearances[n].person_id, UNKNOWN_DISTANCE) for n in numbers.tolist()])
    key = -away / LIKENESS_SCALE + rng.gumbel(size=len(numbers))
    return numbers[np.argsort(-key, kind="stable")[:count]]


def _describe(window: TruthWindow, columns: Mapping[str, Any], number: int, *, is_right: bool) -> Suggestion:
    """Take the moment at which most of the person is seen: largest area times visible share (tie: the earlier)."""
    index = window.index
    rows = index.appearance_rows
    own = np.arange(rows.low[number], rows.high[number])
    own = own[(rows.t_s[own] >= window.first_s[number]) & (rows.t_s[own] <= window.last_s[number])]
    places = rows.table_row[own]
    width, height = (columns[high][places] - columns[low][places] for low, high in (("x1", "x2"), ("y1", "y2")))
    best = int(np.argmax(width * height * columns["visible"][places]))
    x1, y1, x2, y2 = (float(columns[name][places[best]]) for name in ("x1", "y1", "x2", "y2"))
    return Suggestion(
        appearance=number,
        camera_id=index.appearances[number].camera_id,
        frame=int(columns["frame"][places[best]]),
        t_s=float(rows.t_s[own[best]]),
        box_px=(x1, y1, x2, y2),
        is_right=is_right,
    )
