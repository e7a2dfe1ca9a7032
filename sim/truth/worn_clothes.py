"""What somebody wears at a moment, as far as the people table and the recorded events tell.

The table knows what people wear at first. Tops that are swapped and bags that change hands are followed where the
events say what becomes of them; where they do not, the part is not known, and nothing is claimed of it.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sim.truth.events import Event

SWAP, HAND_OVER, BAG_LEFT, BAG_FOUND = "jacket-swap", "hand-over", "bag-left", "bag-found"
CHANGES = frozenset({SWAP, HAND_OVER, BAG_LEFT, BAG_FOUND})
_HAIR_WORDS = ("hair", "afro")
_SCREEN_WORDS = {"grey": "gray", "trousers": "pants"}
"""Words that recordings keep, and what screens say for them."""
_SCREEN_COLUMNS = (
    "descriptor",
    "top_kind",
    "top_colour",
    "bottom_kind",
    "bottom_colour",
    "shoe_colour",
    "hair_colour",
    "bag_colour",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece: "none" as its kind when there is none."""

    kind: str
    colour: str

    @property
    def is_none(self) -> bool:
        """Whether there is no such piece."""
        return self.kind == "none"

    def __str__(self) -> str:
        """Return "grey hoodie"."""
        return f"{self.colour} {self.kind}"


NO_BAG = Item(kind="none", colour="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worn:
    """What somebody wears; None for a part that is not known at that moment, or not to be seen."""

    role: str  # "student" or "staff"
    # top, bottom, bag: pieces
    top: Item | None
    bottom: Item
    bag: Item | None
    # shoes, hair: colours
    shoes: str
    hair: str | None
    extras: tuple[str, ...]  # what else the descriptor names, as "black cap" or "glasses"
    has_changed: bool = False  # another top than in the reference pictures, whether or not it is known which


def put_in_screen_words(people: pd.DataFrame) -> pd.DataFrame:
    """Return the people table with the names of clothes and colors as screens say them; distances stay the same."""
    said = people.copy()
    for old, new in _SCREEN_WORDS.items():
        for column in _SCREEN_COLUMNS:
            said[column] = said[column].str.replace(rf"\b{old}\b", new, regex=True)
    return said


def read_first_worn(people: pd.DataFrame) -> Mapping[str, Worn]:
    """Return what everybody wears at first, by person_id; columns of `people` as `sim.columns.PEOPLE`."""
    return {str(row["person_id"]): _read(row) for row in people.to_dict("records")}


def find_worn(first: Mapping[str, Worn], events: Sequence[Event], person_id: str, t_s: float) -> Worn | None:
    """Return what a person wears at site time `t_s`; None for somebody who is not known.

    Tops swapped between two are exchanged from the end of the swap on; while it lasts, and after one person has changed
    alone, the top is not known. A bag handed over or left is gone; anyone who takes a bag that was found carries an
    unknown one.
    """
    worn = dict(first)
    for event in events:
        if event.kind in CHANGES and event.start_s <= t_s:
            _apply(worn, event, is_over=event.end_s <= t_s)
    return worn.get(person_id)


def _apply(worn: dict[str, Worn], event: Event, *, is_over: bool) -> None:
    """Change what those who took part wear."""
    part = "top" if event.kind == SWAP else "bag"
    before = [worn[person] for person in event.person_ids if person in worn]
    after: list[Item | None] = [None] * len(before)
    if is_over and len(before) == 2 and event.kind == SWAP:
        after = [before[1].top, before[0].top]
    elif is_over and len(before) == 2 and event.kind == HAND_OVER:
        after = [NO_BAG, before[0].bag]
    elif is_over and event.kind == BAG_LEFT:
        after[:1] = [NO_BAG]
    for person, item in zip([each for each in event.person_ids if each in worn], after, strict=True):
        if part == "top":
            worn[person] = replace(worn[person], top=item, has_changed=True)
        else:
            worn[person] = replace(worn[person], bag=item)


def _read(row: Mapping[Hashable, Any]) -> Worn:
    top, bottom, bag = (
        Item(kind=str(row[f"{p}_kind"]), colour=str(row[f"{p}_colour"])) for p in ("top", "bottom", "bag")
    )
    words = str(row["descriptor"]).split(", ")[1:]
    hair = [word for word in words if any(each in word.split() for each in _HAIR_WORDS)]
    told = {str(top), str(bottom), str(bag), f"{row['shoe_colour']} shoes", *hair}
    return Worn(
        role=str(row["role"]),
        top=top,
        bottom=bottom,
        bag=bag,
        shoes=str(row["shoe_colour"]),
        hair=str(row["hair_colour"]) if hair else None,
        extras=tuple(word for word in words if word not in told),
    )
