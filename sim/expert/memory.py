"""What the expert keeps in mind: whom they have looked at in which picture, and what is marked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.expert.eyes import TRAIT_WEIGHTS, TRAITS, Reads

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
