"""Looking: at the main picture, over the wall, closely; who is taken for the student, kept in mind, or taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.expert.eyes import (
    MAIN_WIDTH_PX,
    TILE_WIDTH_PX,
    TRAIT_WEIGHTS,
    TRAITS,
    OpenPicture,
    Reads,
    Scene,
    SeenPerson,
    look,
    point_at,
)
from sim.expert.hands import Hands
from sim.expert.plan_sense import PlanSense

MAIN = [TRAITS.index("top_colour"), TRAITS.index("bottom_colour")]
PIECES: Mapping[str, tuple[str, ...]] = {"top": ("top_colour", "top_kind"), "bag": ("bag_colour", "bag_kind")}
"""What somebody may take off, swap or hand on while they are out of sight."""
WEIGHTS = np.array([TRAIT_WEIGHTS[trait] for trait in TRAITS]) / sum(TRAIT_WEIGHTS.values())
SURE, FITTING, BOTH, HINTED = 0.95, 0.9, 0.34, 0.2
"""Share of the described clothes that must have been made out, all as described: to be sure of someone, to take someone
anywhere for the student, to interrupt following for a closer look, and a sweep. Assumed: all, all but a small one, top
and pants, a top."""
OTHERWISE, ONCE = 0.04, 0.21
"""Share of the described clothes that makes it somebody else: seen otherwise twice more often than not, and once.
Assumed."""
STAY_GAP_S = 1.6
"""Out of sight for longer, a new mark is made. An appearance goes on over 2 s; one mark too many in it does no harm."""
FORGOTTEN_S = 3.0
REJECTED_S = 12.0
"""After so much footage out of sight somebody in a picture may be anybody again. Who was looked at closely and was not
the student is known for longer. Assumed."""
TRAIT_WORDS: Mapping[str, str] = {
    "top_colour": "another top",
    "top_kind": "another kind of top",
    "bottom_colour": "other pants",
    "bottom_kind": "other pants",
    "bag_kind": "another bag",
    "bag_colour": "another bag",
    "shoe_colour": "other shoes",
    "hair_colour": "other hair",
    "headwear": "other headwear",
    "hair_style": "other hair",
}


@dataclass(slots=True, kw_only=True)
class Watched:
    last_s: float  # site time of the last look
    # [traits], reads of each trait, added up
    score: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(TRAITS), dtype=np.int64))
    looks: int = 0  # how many
    # [traits], those that tell who it is: not those of a piece that the student has changed
    counts: NDArray[np.bool_] = field(default_factory=lambda: np.ones(len(TRAITS), dtype=np.bool_))
    was_sure: bool = False  # all that is described was seen so at some look
    is_checked: bool = False  # a closer look found that it is not the student, or could not tell
    is_student: bool = False  # taken for the student

    def add(self, reads: Reads, t_s: float) -> None:
        self.score += reads
        self.looks += 1
        self.last_s = t_s
        self.was_sure = self.was_sure or self.is_sure

    def forget(self, piece: str) -> None:
        self.counts = self.counts & np.array([trait not in PIECES[piece] for trait in TRAITS])

    @property
    def agreeing(self) -> float:
        """Share of the described clothes that were seen as described."""
        return float(WEIGHTS[(self.score > 0) & self.counts].sum() / WEIGHTS[self.counts].sum())

    @property
    def has_main_colors(self) -> bool:
        """Whether top and pants were seen in the described colors, twice more often than otherwise."""
        return bool((self.score[MAIN] >= 2)[self.counts[MAIN]].all())

    @property
    def is_sure(self) -> bool:
        return self.agreeing >= SURE and not self.has_doubt

    @property
    def is_unlikely(self) -> bool:
        """Whether anything weighty was seen otherwise more often than as described."""
        return self._weigh(self.score < 0) > 0.1

    @property
    def is_other(self) -> bool:
        """Whether it is somebody else: a trait seen otherwise twice more often than as described, or two once."""
        return self._weigh(self.score <= -2) >= OTHERWISE or self._weigh(self.score < 0) >= ONCE

    @property
    def has_doubt(self) -> bool:
        """Whether any trait was seen otherwise more often than as described."""
        return bool(((self.score < 0) & self.counts).any())

    @property
    def may_have_changed(self) -> bool:
        """Whether nothing speaks against the student but one piece that one can change."""
        return self.score[MAIN[1]] > 0 and self.find_odd_piece() is not None

    def find_changed(self) -> str | None:
        """Return the one piece in which somebody differs from the student, when all the rest was seen as described."""
        piece = self.find_odd_piece()
        if piece is None:
            return None
        rest = np.array([trait not in PIECES[piece] for trait in TRAITS]) & self.counts
        is_seen = bool((self.score[rest] > 0).all()) and self.score[MAIN[1]] >= 2
        return piece if is_seen and self.score[TRAITS.index(PIECES[piece][0])] <= -2 else None

    def find_odd_piece(self) -> str | None:
        """Return the piece that alone was seen otherwise; None for nothing, or for more than one."""
        odd = {
            trait for trait, score, counts in zip(TRAITS, self.score, self.counts, strict=True) if score < 0 and counts
        }
        return next((piece for piece, traits in PIECES.items() if odd and odd <= set(traits)), None)

    def _weigh(self, which: NDArray[np.bool_]) -> float:
        return float(WEIGHTS[which & self.counts].sum())

    def name_difference(self) -> str:
        return TRAIT_WORDS[TRAITS[int(np.argmin(self.score * WEIGHTS * self.counts))]]


@dataclass(slots=True, kw_only=True)
class Stay:
    """The student in one picture from one site second to another, with the mark that they got there."""

    camera_id: str
    low_s: float
    high_s: float
    mark_number: int

    def holds(self, t_s: float) -> bool:
        return self.low_s - STAY_GAP_S <= t_s <= self.high_s + STAY_GAP_S


@dataclass(slots=True, kw_only=True)
class Memory:
    people: dict[tuple[str, str], Watched] = field(default_factory=dict)  # in pictures, by camera and blob
    stays: list[Stay] = field(default_factory=list)  # those that have their mark
    changed_s: dict[str, float] = field(default_factory=dict)  # from when on the student wears another one of a piece

    def recall(self, camera_id: str, blob: str, t_s: float) -> Watched:
        """Return what is known of somebody in a picture; of one who was out of sight nothing."""
        known = self.people.get((camera_id, blob))
        lasts_s = 0.0 if known is None else REJECTED_S if known.is_checked or known.is_other else FORGOTTEN_S
        if known is None or abs(t_s - known.last_s) > lasts_s:
            known = self.people[camera_id, blob] = Watched(last_s=t_s)
        known.counts = np.ones(len(TRAITS), dtype=np.bool_)
        for piece, from_s in self.changed_s.items():
            if t_s >= from_s:
                known.forget(piece)
        return known

    def note_change(self, piece: str, *, from_s: float) -> None:
        """Note that the student wears another one of a piece from a moment on, if not from an earlier one."""
        self.changed_s[piece] = min(from_s, self.changed_s.get(piece, from_s))

    def find_stay(self, camera_id: str, t_s: float) -> Stay | None:
        return next((stay for stay in self.stays if stay.camera_id == camera_id and stay.holds(t_s)), None)


ATTENDED = 4.0
"""Pictures that one look takes in. Assumed."""
NEAR_SHARE = 0.14
"""How far from where the plan puts them somebody may be in an overlapping picture, as a share of its width. Assumed."""
BLURRED = 0.48
"""Share of the described clothes that is enough of somebody small who may well be there. Assumed."""
LARGE_PX = 42.0
"""Shown so tall, everything that is described can be made out. Assumed, from the heights in `eyes`."""
MARK_PX = 20.0
"""The least shown height at which a mark is tried. Assumed: a fingertip of the mouse's pointer."""
WRAP_UP_S = 14.0
"""Drill seconds kept for the answer. Assumed."""
MOST_LOOKS = 4

Looker = Callable[..., tuple[SeenPerson, ...]]
Seen = tuple[SeenPerson, Watched]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The student, seen in a picture: the chest, 0..1, the point of the ways, and whether it is surely them."""

    t_s: float
    camera_id: str
    x: float
    y: float
    point: int | None
    is_sure: bool


@dataclass(slots=True, kw_only=True)
class Attention:
    scene: Scene  # for the eyes alone
    sense: PlanSense
    described: NDArray[np.int64]  # [traits], what is told of the student
    hands: Hands  # at the console
    rng: np.random.Generator  # of the eyes
    limit_s: float  # of the drill
    marks: bool = True  # whether every stay in a picture gets a mark, or is remembered for a clip
    cuts: bool = False  # it is remembered for a clip
    eyes: Looker = look  # `sim.expert.eyes.look`
    memory: Memory = field(default_factory=Memory)  # of people in pictures
    sightings: list[Sighting] = field(default_factory=list)  # of the student, in the order seen
    is_anchored: bool = False  # the student was surely seen once; before that nothing is marked
    doubted: frozenset[str] = frozenset()  # pieces that the student may have changed by now

    @property
    def is_short(self) -> bool:
        return self.hands.at_s > self.limit_s - WRAP_UP_S

    @property
    def point(self) -> int | None:
        return next((each.point for each in reversed(self.sightings) if each.point is not None), None)

    def look_at_main(self) -> bool:
        camera_id = self.hands.camera_id
        return camera_id is not None and self._take(camera_id, self._see(camera_id, MAIN_WIDTH_PX), is_expected=True)

    def check(
        self, camera_id: str, *, is_expected: bool, near: tuple[float, float] | None = None, is_told: bool = False
    ) -> bool:
        """Open a camera, paused, and look closely; return whether the student is there."""
        hands = self.hands
        hands.pause()
        hands.focus(camera_id)
        seen: list[Seen] = []
        for turn in range(MOST_LOOKS):
            hands.look()
            seen = self._see(camera_id, MAIN_WIDTH_PX)
            hinted = [
                watched
                for _, watched in seen
                if (watched.agreeing >= HINTED and not watched.is_other) or self._may_have_changed(watched)
            ]
            if any(watched.is_sure or watched.is_student for watched in hinted) or (turn and not hinted):
                break
        return self._take(camera_id, seen, is_expected=is_expected, near=near, is_told=is_told)

    def find_there(
        self, camera_id: str, t_s: float, *, is_expected: bool = True, near: tuple[float, float] | None = None
    ) -> bool:
        """Go to a camera and a moment and look for the student there; return whether they are."""
        self.hands.focus(camera_id)
        self.hands.seek(t_s)
        return self.check(camera_id, is_expected=is_expected, near=near)

    def glance(self, cameras: list[str], *, is_expected: bool) -> bool:
        """Glance over pictures of the wall; whoever may be the student is looked at closely. Return if it was them."""
        hands = self.hands
        share = min(1.0, ATTENDED / max(1, len(cameras)))
        for camera_id in cameras:
            if self.rng.random() >= share:
                continue
            hinted = [
                watched
                for _, watched in self._see(camera_id, TILE_WIDTH_PX)
                if ((watched.agreeing >= HINTED and not watched.is_other) or self._may_have_changed(watched))
                and not watched.is_checked
                and not (is_expected and watched.looks < 2 and watched.agreeing < BOTH)
            ]
            if not hinted:
                continue
            speed, before = hands.speed, hands.camera_id
            hands.think()
            hands.say(f"Someone like them on camera {self.sense.name_camera(camera_id)}: a closer look.")
            if self.check(camera_id, is_expected=is_expected):
                return True
            for watched in hinted:
                watched.is_checked = True
            others = [watched for watched in hinted if watched.is_other]
            if others:
                hands.say(f"Not them: {others[0].name_difference()}.")
            if before is not None and is_expected:
                hands.focus(before)
            hands.play(speed)
        return False

    def _see(self, camera_id: str, shown_px: float) -> list[Seen]:
        t_s = self.hands.site_s
        picture = OpenPicture(camera_id=camera_id, t_s=t_s, shown_px=shown_px)
        found = []
        for each in self.eyes(self.scene, picture, described=self.described, rng=self.rng):
            watched = self.memory.recall(camera_id, each.blob, t_s)
            watched.add(each.reads, t_s)
            found.append((each, watched))
        return found

    def _take(
        self,
        camera_id: str,
        seen: list[Seen],
        *,
        is_expected: bool,
        near: tuple[float, float] | None = None,
        is_told: bool = False,
    ) -> bool:
        """Note and mark the student among people of the main picture; return whether anyone there is them."""
        for _, watched in seen:
            if watched.is_student and watched.is_other and not self._saw_change(watched):
                self._take_back(watched)
        fitting = [
            (watched.is_student, watched.agreeing, each.height_px, -place)
            for place, (each, watched) in enumerate(seen)
            if watched.is_student or _fits(each, watched, is_expected=is_expected, near=near)
        ]
        if not fitting and self.doubted and near is None:
            fitting = self._find_changed(seen)
        if not fitting:
            return False
        each, watched = seen[-max(fitting)[3]]
        watched.is_student = True
        is_sure = watched.is_sure or (is_told and watched.has_main_colors)
        self._note(camera_id, each, is_sure=is_sure, is_clear=is_sure or not watched.has_doubt)
        return True

    def _may_have_changed(self, watched: Watched) -> bool:
        return bool(self.doubted) and watched.may_have_changed and watched.find_odd_piece() in self.doubted

    def _saw_change(self, watched: Watched) -> bool:
        """Return whether somebody who surely was the student put on or gave away a piece before the expert's eyes."""
        piece = watched.find_odd_piece() if watched.was_sure else None
        if piece is None:
            return False
        self.hands.say(f"They are changing their {piece} here. From now on it tells nothing.")
        self.memory.note_change(piece, from_s=self.hands.site_s)
        watched.forget(piece)
        return True

    def _find_changed(self, seen: list[Seen]) -> list[tuple[bool, float, float, int]]:
        """Return who comes by where the student was expected and is them in all but one piece, which they changed."""
        sure_s = max((each.t_s for each in self.sightings if each.is_sure), default=None)
        for place, (each, watched) in enumerate(seen):
            piece = watched.find_changed()
            if piece not in self.doubted or sure_s is None or self.hands.site_s <= sure_s or each.height_px < LARGE_PX:
                continue
            self.hands.say(f"Another {piece}, but all the rest fits: they changed it.")
            self.memory.note_change(piece, from_s=sure_s + 1.0)
            watched.forget(piece)
            return [(True, watched.agreeing, each.height_px, -place)]
        return []

    def _note(self, camera_id: str, each: SeenPerson, *, is_sure: bool, is_clear: bool) -> None:
        hands = self.hands
        point = self.sense.find_point(camera_id, each.x, each.y)
        self.sightings.append(
            Sighting(t_s=hands.site_s, camera_id=camera_id, x=each.x, y=each.y, point=point, is_sure=is_sure)
        )
        stay = self.memory.find_stay(camera_id, hands.site_s)
        self.is_anchored = self.is_anchored or is_sure
        if each.is_hidden:
            return
        if stay is not None:
            stay.low_s, stay.high_s = min(stay.low_s, hands.site_s), max(stay.high_s, hands.site_s)
        elif self.marks and self.is_anchored and is_clear and each.height_px >= MARK_PX:
            speed = hands.speed
            name = self.sense.name_camera(camera_id)
            if self.cuts:
                hands.think()
                hands.say(f"Here they are, on camera {name}. Remember it for a clip.")
            else:
                hands.say(f"Here they are, on camera {name}. Mark them.")
                hands.mark(camera_id, *point_at(self.scene, each))
            self.memory.stays.append(
                Stay(camera_id=camera_id, low_s=hands.site_s, high_s=hands.site_s, mark_number=hands.marks)
            )
            hands.play(speed)

    def _take_back(self, watched: Watched) -> None:
        """Unmark somebody who turned out to be another, and all that was seen of them since the last sure sighting."""
        watched.is_student = False
        wrong = []
        while self.sightings and not self.sightings[-1].is_sure:
            wrong.append(self.sightings.pop())
        gone = [
            stay
            for stay in self.memory.stays
            if any(each.camera_id == stay.camera_id and stay.low_s <= each.t_s <= stay.high_s for each in wrong)
            and not any(each.camera_id == stay.camera_id and stay.holds(each.t_s) for each in self.sightings)
        ]
        speed = self.hands.speed
        self.hands.think()
        undo = "Go back" if self.cuts else "Remove the mark and go back"
        self.hands.say(f"That is someone else: {watched.name_difference()}. {undo}.")
        for stay in gone:
            if not self.cuts:
                self.hands.unmark(stay.mark_number)
            self.memory.stays.remove(stay)
        self.hands.play(speed)


def _fits(each: SeenPerson, watched: Watched, *, is_expected: bool, near: tuple[float, float] | None) -> bool:
    """Return whether somebody is taken for the student after at least two looks."""
    if watched.is_other or watched.looks < 2:
        return False
    if near is not None:
        is_near = bool(np.hypot(each.x - near[0], (each.y - near[1]) * 0.6) < NEAR_SHARE)
        return is_near and watched.has_main_colors and not watched.has_doubt
    if is_expected:
        needed = FITTING if each.height_px >= LARGE_PX else BLURRED
        return watched.has_main_colors and not watched.is_unlikely and watched.agreeing >= needed
    return watched.agreeing >= FITTING and not watched.has_doubt
