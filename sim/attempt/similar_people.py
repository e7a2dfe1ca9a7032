"""The simulated appearance search: which sightings it takes for the same person, right and wrong, and in what order.

A model of what such searches do, not one of them: nothing is looked at but the truth. Once an attempt all appearances
are parted into groups, which is what the search takes for one person each: most of somebody's appearances and some of
people who look alike. A question is answered with the group of what was asked about, and with nothing else. So asking
again, from another sighting or about everybody else tells nothing that the first list did not.
"""

import hashlib
import hmac
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import AnswerError, TaskError
from sim.scoring.mark import BOX_MARGIN_PX
from sim.truth.appearance import LINES, STRETCH_S, TIME_TOLERANCE_S, IntArray
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow

BoxPx = tuple[float, float, float, float]
CropPx = tuple[int, int, int, int]

LEAST_OVERLAP = 0.05
LEAST_SIDE_PX = 4.0
CROP_MARGIN = 0.15
CROP_MARGIN_LEAST_PX = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarQuery:
    camera_id: str  # the main picture's camera
    frame: int  # the one on screen
    box: BoxPx  # x1, y1, x2, y2 of the box drawn, 0..1 of the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One person in one frame: who, the row's site time in seconds, and the box in pixels."""

    person_id: str
    t_s: float
    box_px: BoxPx


def list_seen(index: TruthIndex, *, camera_id: str, frame: int) -> tuple[Seen, ...]:
    """Return everybody in a frame, by person_id. Raises TaskError when there is no such camera."""
    rows = index.frame_rows
    key = index.get_camera_code(camera_id) * index.stride + frame
    low, high = np.searchsorted(rows.key, key, side="left"), np.searchsorted(rows.key, key, side="right")
    return tuple(
        Seen(
            person_id=index.person_ids[rows.person[row]],
            t_s=float(rows.t_s[row]),
            box_px=(
                float(rows.box_xyxy[row, 0]),
                float(rows.box_xyxy[row, 1]),
                float(rows.box_xyxy[row, 2]),
                float(rows.box_xyxy[row, 3]),
            ),
        )
        for row in range(int(low), int(high))
    )


def find_person(index: TruthIndex, query: SimilarQuery) -> Seen | None:
    """Return whom a box means, or None for nobody.

    Of the people in the frame whose box, grown by 8 px, holds the middle of the box drawn, or the middle of whose box
    lies inside it, the one whose box agrees best with it: area in common / area of both (tie: smaller person_id). An
    agreement below 0.05 means nobody: a box around half the hall is no question about one person.

    A box 100..140 x 100..200 drawn on somebody at 110..130 x 90..190 has 20 * 90 in common and 40 * 100 + 20 * 100 -
    1800 = 4200 in both: 0.4286.
    """
    width, height = _get_size_wh(index, query.camera_id)
    check_query(query, frame_count=index.table.frame_count, size_wh=(width, height))
    drawn = (query.box[0] * width, query.box[1] * height, query.box[2] * width, query.box[3] * height)
    best: Seen | None = None
    margin_px = BOX_MARGIN_PX / LINES * height
    best_overlap = LEAST_OVERLAP
    for seen in list_seen(index, camera_id=query.camera_id, frame=query.frame):
        if not (_holds(seen.box_px, _find_middle(drawn), margin_px) or _holds(drawn, _find_middle(seen.box_px))):
            continue
        overlap = compute_overlap(drawn, seen.box_px)
        if overlap > best_overlap or (best is None and overlap == best_overlap):
            best, best_overlap = seen, overlap
    return best


def check_query(query: SimilarQuery, *, frame_count: int, size_wh: tuple[int, int]) -> None:
    """Raise AnswerError when the frame or the box is none."""
    x1, y1, x2, y2 = query.box
    if not all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in query.box):
        raise AnswerError("the box leaves the picture", expected="x1, y1, x2, y2 between 0 and 1")
    if (x2 - x1) * size_wh[0] < LEAST_SIDE_PX or (y2 - y1) * size_wh[1] < LEAST_SIDE_PX:
        raise AnswerError("the box is too small", expected=f"at least {LEAST_SIDE_PX:g} px wide and high")
    if not 0 <= query.frame < frame_count:
        raise AnswerError(f"frame {query.frame} does not exist", expected=f"0 to {frame_count - 1}")


def compute_overlap(a: BoxPx, b: BoxPx) -> float:
    """Return the area that two boxes have in common / the area of both together, 0..1."""
    common = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = _compute_area(a) + _compute_area(b) - common
    return common / both if both > 0 else 0.0


def cut_around(box_px: BoxPx, *, size_wh: tuple[int, int]) -> CropPx:
    """Return the part of a picture to show of somebody, in whole pixels: 15 % more on every side, 6 px at least."""
    x1, y1, x2, y2 = box_px
    across = max(CROP_MARGIN_LEAST_PX, CROP_MARGIN * (x2 - x1))
    down = max(CROP_MARGIN_LEAST_PX, CROP_MARGIN * (y2 - y1))
    return (
        max(0, math.floor(x1 - across)),
        max(0, math.floor(y1 - down)),
        min(size_wh[0], math.ceil(x2 + across)),
        min(size_wh[1], math.ceil(y2 + down)),
    )


def find_cut_out(index: TruthIndex, *, camera_id: str, frame: int, crop_px: CropPx) -> Seen | None:
    """Return who was cut out there by `cut_around` (tie: smaller person_id), or None when nobody was."""
    size_wh = _get_size_wh(index, camera_id)
    for seen in list_seen(index, camera_id=camera_id, frame=frame):
        if cut_around(seen.box_px, size_wh=size_wh) == crop_px:
            return seen
    return None


def _get_size_wh(index: TruthIndex, camera_id: str) -> tuple[int, int]:
    index.get_camera_code(camera_id)
    return index.table.picture_wh[camera_id]


def _find_middle(box: BoxPx) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: BoxPx, point: tuple[float, float], margin: float = 0.0) -> bool:
    x, y = point
    return box[0] - margin <= x <= box[2] + margin and box[1] - margin <= y <= box[3] + margin


def _compute_area(box: BoxPx) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


LEAD = 1.0
LIKENESS_SCALE = 0.08
UNKNOWN_DISTANCE = 1.0
MOST_SUGGESTIONS = 100

GetDistances = Callable[[str], Mapping[str, float]]
"""Gives the outfit distances of other people to a person, 0..1; people who are not in it count as 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuality:
    """How good the search is.

    Both are over questions from all appearances of the person alike.
    """

    precision: float  # share of all that it suggests that shows the person asked for, above 0, up to 1
    recall: float  # share of that person's other appearances that it suggests, 0..1

    def __post_init__(self) -> None:
        if not (math.isfinite(self.precision) and 0 < self.precision <= 1):
            raise TaskError(f"precision {self.precision} is none", expected="a number above 0 and up to 1")
        if not (math.isfinite(self.recall) and 0 <= self.recall <= 1):
            raise TaskError(f"recall {self.recall} is none", expected="a number from 0 to 1")


DRILL_QUALITY = SearchQuality(precision=0.7, recall=0.8)
"""What drills have: good enough to be of use, bad enough that every third suggestion or so is somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One sighting that the search returns, best first in its list."""

    appearance: int  # its number in `TruthIndex.appearances`. Truth: must not reach a trainee.
    camera_id: str
    frame: int
    t_s: float
    box_px: BoxPx  # x1, y1, x2, y2 of the person there, pixels of the main stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a question is about: an appearance inside the window, or somebody on a camera who has none there."""

    person_id: str  # whom the box is on. Truth: must not reach a trainee.
    camera_id: str
    # its number in `TruthIndex.appearances`; None where the person is too small, too short in view or too hidden to
    # have one, or has it outside the window. A glimpse is none.
    appearance: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarGroups:
    """What the search takes for one person each, for one attempt."""

    window: TruthWindow  # truth of the time that the task is about
    members: tuple[tuple[int, ...], ...]  # numbers of the appearances of each group, best first
    group_of: Mapping[int, int]  # the group of each appearance in the window
    core_of: Mapping[str, int]  # the group that holds most of a person, by person_id
    key: bytes  # of the attempt; decides on glimpses
    get_distances: GetDistances  # decides whom a glimpse is taken for, if not for the person
    quality: SearchQuality  # how good the search is

    def list_for(self, place: Place) -> tuple[Suggestion, ...]:
        """Return what is suggested to somebody who asks there, best first: its group, but for itself."""
        group = self._find_group(place)
        listed = () if group is None else self.members[group]
        index = self.window.index
        columns = {name: index.table.rows[name].to_numpy() for name in ("frame", "x1", "y1", "x2", "y2", "visible")}
        return tuple(_describe(self.window, columns, number) for number in listed if number != place.appearance)

    def _find_group(self, place: Place) -> int | None:
        """Return the group of a place. A glimpse is taken for the person as often as the precision says."""
        if place.appearance is not None:
            return self.group_of.get(place.appearance)
        rng = make_search_rng(self.key, f"glimpse {place.person_id} {place.camera_id}")
        if rng.random() < self.quality.precision or len(self.core_of) < 2:
            return self.core_of.get(place.person_id)
        away = self.get_distances(place.person_id)
        others = [person_id for person_id in sorted(self.core_of) if person_id != place.person_id]
        keys = [-away.get(other, UNKNOWN_DISTANCE) / LIKENESS_SCALE + rng.gumbel() for other in others]
        return self.core_of[others[int(np.argmax(keys))]]


def make_search_key(secret: bytes, *, attempt_id: str) -> bytes:
    """Return what all draws of an attempt come from; nobody without the server's secret can tell it."""
    return hmac.new(secret, f"appearance search {attempt_id}".encode(), hashlib.sha256).digest()


def make_search_rng(key: bytes, purpose: str) -> np.random.Generator:
    """Return the random numbers for one purpose, always the same for the same key."""
    digest = hmac.new(key, purpose.encode(), hashlib.sha256).digest()
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest, "big")))


def find_place(window: TruthWindow, *, person_id: str, camera_id: str, t_s: float) -> Place:
    """Return what a box on a person at a site time is about.

    That is their appearance on the camera, no glimpse, whose span, stretched by 2.0 s at both ends, holds the time; of
    two the nearer one (tie: the earlier). Raises TaskError when person or camera is not in the recording.
    """
    rows = window.index.appearance_rows
    own = (rows.person == window.index.get_person_code(person_id)) & window.select_asked_for()
    own &= rows.camera == window.index.get_camera_code(camera_id)
    away_s = np.maximum(np.maximum(rows.start_s - t_s, t_s - rows.end_s), 0.0)
    near = np.flatnonzero(own & (away_s <= STRETCH_S + TIME_TOLERANCE_S))
    number = int(near[np.argmin(away_s[near])]) if len(near) else None
    return Place(person_id=person_id, camera_id=camera_id, appearance=number)


def draw_groups(
    window: TruthWindow, *, target: str | None, get_distances: GetDistances, quality: SearchQuality, key: bytes
) -> SimilarGroups:
    """Part all appearances of the window into groups: each is in one. Glimpses are in none, and never suggested.

    People come one after another, the target first, as their search is what a drill is about; the others in an order
    that the key decides. Of a person with m appearances that no group has yet, k come together, as the core, so that
    k (k - 1) is recall * m (m - 1) on average: that share of all pairs is together. Each of the others stays alone.
    To the core come w appearances of others, so that the precision holds over questions from all m alike; to those who
    stays alone, and to people with one appearance, recall * (1 - precision) / precision. Neither is whole as a rule:
    0.34 is 0 or 1, one time in three. So the set values hold for a target with two appearances as for one with twenty.

    Somebody who is nowhere else gets wrong suggestions, too: that people who look alike come up for a person who is
    nowhere else is the mistake that matters most. It takes a little off the precision.

    Other people come by their clothes: each appearance that no group has yet is drawn with the weight
    exp(-distance / 0.08), so that somebody at an outfit distance of 0.08 comes e^4 = 55 times as often as somebody at
    0.40. What is drawn so is missing at its own person, whose search is worse by it; not at the target.

    The order is by a made-up likeness, normal with deviation 1 about 1 for right and 0 for wrong ones: a wrong one
    stands above a right one in normal.cdf(-1 / sqrt 2) = 24 % of the pairs.
    """
    rows = window.index.appearance_rows
    free = window.select_asked_for()
    rng = make_search_rng(key, "groups")
    codes = np.unique(rows.person[free])
    order = [int(code) for code in codes[rng.permutation(len(codes))]]
    if target is not None:
        first = window.index.get_person_code(target)
        order = [first] * (first in order) + [code for code in order if code != first]
    members: list[tuple[int, ...]] = []
    core_of: dict[str, int] = {}
    for code in order:
        person_id = window.index.person_ids[code]
        own = rng.permutation(np.flatnonzero(free & (rows.person == code))).astype(np.int64)
        if not len(own):
            continue
        core_of[person_id] = len(members)
        away = get_distances(person_id)
        for right, wrong_count in _part(own, quality, rng):
            free[right] = False
            others = np.flatnonzero(free & (rows.person != code)).astype(np.int64)
            wrong = _draw_alike(window.index, others, away, count=wrong_count, rng=rng)
            free[wrong] = False
            likeness = np.concatenate([rng.normal(LEAD, 1.0, len(right)), rng.normal(0.0, 1.0, len(wrong))])
            numbers = np.concatenate([right, wrong])[np.argsort(-likeness, kind="stable")]
            members.append(tuple(int(number) for number in numbers))
    return SimilarGroups(
        window=window,
        members=tuple(members),
        group_of={number: group for group, numbers in enumerate(members) for number in numbers},
        core_of=core_of,
        key=key,
        get_distances=get_distances,
        quality=quality,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreSize:
    """How many of somebody's m appearances come together, and how many of others come to them."""

    low: int  # the core has so many, or one more
    more_share: float  # how often one more
    wrong: float  # appearances of others that come to the core, on average
    wrong_alone: float  # those that come to each appearance that stays alone, on average


def compute_core_size(m: int, quality: SearchQuality) -> CoreSize:
    """Return the sizes for somebody with m appearances, 1 or more, see `draw_groups`.

    At precision 0.7 and recall 0.8, seven appearances have 0.8 * 7 * 6 = 33.6 pairs together: a core of 6 (30 pairs)
    or, 0.3 of the time, 7 (42). A list has at most about 100 entries: there pairs and wrong ones shrink alike.
    """
    ratio = (1.0 - quality.precision) / quality.precision
    alone = quality.recall * ratio
    if m == 1:
        return CoreSize(low=1, more_share=0.0, wrong=alone, wrong_alone=alone)
    most = MOST_SUGGESTIONS * quality.precision
    pairs = min(quality.recall * m * (m - 1), most * (most + 1.0))
    low = math.floor((1.0 + math.sqrt(1.0 + 4.0 * pairs)) / 2.0)
    more_share = (pairs - low * (low - 1)) / (2.0 * low)
    mean = low + more_share
    wrong = max(0.0, (pairs * ratio - (m - mean) * alone) / mean)
    return CoreSize(low=low, more_share=more_share, wrong=wrong, wrong_alone=alone)


def _part(own: IntArray, quality: SearchQuality, rng: np.random.Generator) -> list[tuple[IntArray, int]]:
    """Return the core and each appearance that stays alone, with how many of others come to it."""
    size = compute_core_size(len(own), quality)
    count = min(size.low + int(rng.random() < size.more_share), len(own))
    alone = [(own[place : place + 1], _round_at_random(size.wrong_alone, rng)) for place in range(count, len(own))]
    return [(own[:count], _round_at_random(size.wrong, rng)), *alone]


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


def _describe(window: TruthWindow, columns: Mapping[str, Any], number: int) -> Suggestion:
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
    )
