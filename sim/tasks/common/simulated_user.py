"""Every simulated searcher: how skilled, what hands do, how long it takes; and answers right but for one thing."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.scoring.evidence import Answer, Clip, Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.scoring.moments import find_clearest_row
from sim.truth.index import TruthIndex
from sim.truth.silhouettes import CELL_PX, Silhouettes
from sim.truth.window import TruthWindow


class StepKind(StrEnum):
    OPEN = "open"
    FOCUS = "focus"
    SEEK = "seek"
    PLAY = "play"
    PAUSE = "pause"
    MARK = "mark"
    UNMARK = "unmark"
    CHOICE = "choice"
    CLIP = "clip"
    VIEW = "view"
    SUBMIT = "submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStep:
    at_s: float  # seconds since release
    kind: StepKind  # what is done
    camera_id: str | None = None  # FOCUS, MARK, CLIP: the camera
    from_s: float = 0.0  # SEEK: site time left; CLIP: its start
    t_s: float = 0.0  # site time on screen; SEEK: site time reached; CLIP: its end
    speed: float = 1.0  # PLAY: playback rate
    # x, y: MARK: the point, 0..1 of the picture
    x: float = 0.0
    y: float = 0.0
    mark_number: int = 0  # MARK, UNMARK: which mark, from 1
    clip_number: int = 0
    # key, value: CHOICE
    key: str = ""
    value: str = ""
    cameras: tuple[str, ...] = ()  # VIEW: the cameras that the wall is to show
    final_zone: str | None = None  # SUBMIT
    not_on_camera: bool = False  # SUBMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    name: str  # for tests and reports
    miss_share: float  # chance of not noticing a leg, 0..1
    follow_share: float  # chance of marking someone else at a leg, 0..1
    detours: float  # mean number of wrong cameras opened before each leg, at least 0
    pace_s: float  # typical seconds to decide on one action, more than 0
    speed: float  # playback rate while searching
    place_share: float  # chance of naming the final place right when the last leg was found, 0..1

    def __post_init__(self) -> None:
        for name in ("miss_share", "follow_share", "place_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie in 0..1")
        if not (self.detours >= 0 and self.pace_s > 0 and self.speed > 0):
            raise ValueError("detours must be at least 0, pace_s and speed more than 0")


PERFECT = Skill(name="perfect", miss_share=0.0, follow_share=0.0, detours=0.0, pace_s=1.5, speed=2.0, place_share=1.0)
TRAINED = Skill(
    name="trained", miss_share=0.08, follow_share=0.03, detours=0.6, pace_s=2.2, speed=2.0, place_share=0.92
)
NOVICE = Skill(name="novice", miss_share=0.25, follow_share=0.15, detours=1.8, pace_s=3.6, speed=1.0, place_share=0.7)
SLOW = Skill(name="slow", miss_share=0.0, follow_share=0.0, detours=6.0, pace_s=9.0, speed=0.5, place_share=1.0)
FOLLOWER = Skill(name="follower", miss_share=0.0, follow_share=0.6, detours=0.5, pace_s=2.5, speed=2.0, place_share=0.5)
SKILLS = (PERFECT, TRAINED, NOVICE, SLOW, FOLLOWER)


LEAD_IN_S = 3.0


@dataclass(slots=True, kw_only=True)
class SimulatedUser:
    rng: np.random.Generator
    skill: Skill
    site_s: float
    at_s: float = 0.0
    camera_id: str | None = None
    marks: int = 0
    clips: int = 0
    steps: list[SearchStep] = field(default_factory=list)

    def begin(self) -> None:
        self._act(StepKind.OPEN)

    def submit(self, *, final_zone: str | None = None, not_on_camera: bool = False) -> None:
        self._act(StepKind.SUBMIT, final_zone=final_zone, not_on_camera=not_on_camera)

    def choose(self, key: str, value: str) -> None:
        self._act(StepKind.CHOICE, key=key, value=value)

    def arrange(self, cameras: Sequence[str]) -> None:
        self._act(StepKind.VIEW, cameras=tuple(cameras))

    def cut(self, clip: Clip) -> None:
        self.open_camera(clip.camera_id)
        self.watch(from_s=clip.from_s, to_s=clip.to_s)
        self.clips += 1
        span = {"from_s": clip.from_s, "t_s": clip.to_s}
        self._act(StepKind.CLIP, camera_id=clip.camera_id, **span, clip_number=self.clips)

    def open_camera(self, camera_id: str) -> None:
        if camera_id != self.camera_id:
            self.camera_id = camera_id
            self._act(StepKind.FOCUS, camera_id=camera_id, t_s=self.site_s)

    def watch(self, *, from_s: float, to_s: float, speed: float = 0.0) -> None:
        """Play a stretch of site time, on the camera that is open and on the wall; 0 is the speed of the skill."""
        speed = speed or self.skill.speed
        self._note(StepKind.SEEK, from_s=self.site_s, t_s=from_s)
        self.steps.append(SearchStep(at_s=self.at_s + 0.1, kind=StepKind.PLAY, t_s=from_s, speed=speed))
        self.at_s += 0.1 + (to_s - from_s) / speed
        self.site_s = to_s
        self._act(StepKind.PAUSE, t_s=to_s)

    def mark(self, mark: Mark, window: TruthWindow) -> None:
        self.open_camera(mark.camera_id)
        self.watch(from_s=max(mark.t_s - LEAD_IN_S, window.window_s[0]), to_s=mark.t_s)
        self.marks += 1
        self._act(StepKind.MARK, **asdict(mark), mark_number=self.marks)

    def stray(self, camera_ids: Sequence[str], window: TruthWindow, *, around_s: float) -> None:
        low, high = window.window_s
        for _ in range(int(self.rng.poisson(self.skill.detours))):
            self.open_camera(str(self.rng.choice(list(camera_ids))))
            start = float(np.clip(around_s + self.rng.uniform(-15.0, 10.0), low, max(low, high - 8.0)))
            self.watch(from_s=start, to_s=min(start + float(self.rng.uniform(4.0, 8.0)), high))

    def follow(self, window: TruthWindow, leg: int) -> None:
        index, first_s = window.index, float(window.first_s[leg])
        self.stray(index.camera_ids, window, around_s=first_s)
        self.open_camera(index.appearances[leg].camera_id)
        self.watch(from_s=first_s, to_s=float(window.last_s[leg]))

    def _act(self, kind: StepKind, **step: Any) -> None:
        self._note(kind, **step)
        self.at_s += float(self.skill.pace_s * self.rng.lognormal(mean=0.0, sigma=0.4))

    def _note(self, kind: StepKind, **step: Any) -> None:
        self.steps.append(SearchStep(at_s=self.at_s, kind=kind, **step))


CLICK_SHARES = MappingProxyType({0.08: 0.15, 0.2: 0.2, 0.3: 0.3, 0.5: 0.2, 0.75: 0.15})
"""Share of clicks at each height of the box, from its top: face, neck, chest, hip, leg. Assumed, nobody measured it."""
SIDEWAYS_SHARE = 0.25
_GOLDEN = 0.6180339887498949


def aim_at(index: TruthIndex, table_row: int, *, height: float | None = None, sideways: float | None = None) -> Mark:
    """Return a mark on somebody as people make it, on a row of truth; each row has its own point, always the same.

    Heights follow `CLICK_SHARES` unless one is given (share of the box, from its top), sideways the point is up to a
    quarter of the width off the middle unless `sideways` says how far (share of the width). It moves to where the
    person is seen when somebody else, or nothing of them, is there; in a recording without silhouettes, where only
    boxes are known, it takes the first height at which the mark means the person.
    """
    heights = tuple(CLICK_SHARES)
    start = int(np.searchsorted(np.cumsum(tuple(CLICK_SHARES.values())), (table_row * _GOLDEN) % 1.0, side="right"))
    if sideways is None:
        sideways = SIDEWAYS_SHARE * (2.0 * ((table_row * _GOLDEN**2) % 1.0) - 1.0)
    first = _make_mark(index, table_row, height or heights[min(start, len(heights) - 1)], sideways)
    if index.silhouettes is not None:
        return first
    code = index.get_person_code(str(index.table.rows["person_id"].iat[table_row]))
    others = (_make_mark(index, table_row, other, side) for side in (sideways, 0.0) for other in (0.3, 0.5, 0.75, 0.2))
    return next((mark for mark in (first, *others) if int(resolve_marks(index, [mark]).person[0]) == code), first)


def mark_clearest(window: TruthWindow, number: int) -> Mark:
    return aim_at(window.index, find_clearest_row(window, number))


def _make_mark(index: TruthIndex, table_row: int, height: float, sideways: float) -> Mark:
    row = index.table.rows.iloc[table_row]
    x1, y1, x2, y2 = (float(row[name]) for name in ("x1", "y1", "x2", "y2"))
    x, y = (x1 + x2) / 2 + sideways * (x2 - x1), y1 + height * (y2 - y1)
    if index.silhouettes is not None:
        x, y = _move_onto(index.silhouettes, table_row, x, y)
    width, tall = index.table.picture_wh[str(row["camera_id"])]
    return Mark(camera_id=str(row["camera_id"]), t_s=float(row["t_s"]), x=x / width, y=y / tall)


def _move_onto(silhouettes: Silhouettes, table_row: int, x: float, y: float) -> tuple[float, float]:
    """Return the point, pixels, moved to the nearest place that shows the person and nobody else there.

    Where the person shares every cell with others it is the nearest of their pixels.
    """
    shared = silhouettes.get_shared(table_row).tolist()
    pixels = np.array(
        [
            (column * CELL_PX + bit % CELL_PX + 0.5, row * CELL_PX + bit // CELL_PX + 0.5)
            for row, column, bits in shared
            for bit in range(CELL_PX**2)
            if bits >> bit & 1
        ]
    ).reshape(-1, 2)
    taken = {(row, column) for row, column, _ in shared}
    cells = [
        ((column + step + 0.5) * CELL_PX, (row + 0.5) * CELL_PX)
        for row, column, count in silhouettes.get(table_row).tolist()
        for step in range(count)
        if (row, column + step) not in taken
    ]
    own = np.array(cells).reshape(-1, 2)
    if (np.abs(own - (x, y)).max(axis=1, initial=0) < CELL_PX / 2).any() or (
        np.abs(pixels - (x, y)).max(axis=1, initial=0) < 0.5
    ).any():
        return x, y
    places = own if len(own) else pixels
    if not len(places):
        return x, y
    best = places[int(np.argmin(np.hypot(*(places - (x, y)).T)))]
    return float(best[0]), float(best[1])


@dataclass(frozen=True, slots=True)
class Flaw:
    name: str  # what is wrong, in a few words
    answer: Answer
    hurts: AbstractSet[str]  # the metrics that get worse by it; every other keeps its value


MISSED = frozenset({"appearance_recall", "idtp", "idfn", "idr", "idf1", "sequence_similarity"})
STRANGER = frozenset({"appearance_precision", "idfp", "idp", "idf1", "wrong_person_s", "sequence_similarity"})


def flaw_absent(window: TruthWindow) -> Iterator[Flaw]:
    yield Flaw("absence not said", Answer(), {"absence_right"})
    for number in find_strangers(window, target=None)[:1]:
        answer = Answer(marks=(mark_clearest(window, number),), not_on_camera=True)
        yield Flaw("someone marked for one who is absent", answer, (STRANGER - {"idf1"}) | {"absence_right"})


def find_strangers(window: TruthWindow, target: str | None) -> list[int]:
    appearances = window.index.appearances
    return [int(n) for n in np.flatnonzero(window.rows > 0) if appearances[n].person_id != target]


def find_bare_spots(window: TruthWindow, perfect: Answer) -> list[Mark]:
    corners = [replace(mark, x=x, y=y) for mark in perfect.marks for x in (0.0, 1.0) for y in (0.0, 1.0)]
    people = resolve_marks(window.index, corners).person
    return [corner for corner, person in zip(corners, people, strict=True) if person == NOBODY]


NEARBY_S = 20.0
"""Anyone who is about within this time of the student may be taken for them."""


def pick_other(
    window: TruthWindow, leg: int, target: str, look_alikes: Sequence[str], rng: np.random.Generator
) -> int | None:
    """Return an appearance of somebody else near a leg: a look-alike's, or one on the same camera; None without one."""
    appearances = window.index.appearances
    near = [
        n
        for n in find_strangers(window, target)
        if window.first_s[n] < window.last_s[leg] + NEARBY_S and window.last_s[n] > window.first_s[leg] - NEARBY_S
    ]
    alike = [n for n in near if appearances[n].person_id in look_alikes]
    same_camera = [n for n in near if appearances[n].camera_id == appearances[leg].camera_id]
    choice = alike or same_camera or near
    return choice[int(rng.integers(len(choice)))] if choice else None


def pick_wrong_zone(index: TruthIndex, right: str, rng: np.random.Generator) -> str | None:
    zones = sorted((index.table.floor_zones or frozenset(index.table.rows["zone"])) - {right})
    return zones[int(rng.integers(len(zones)))] if zones else None
