"""What the people of a story wear, from the first outfit to the last."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum

import numpy as np

from sim.crowd.people.people import Garment, Outfit
from sim.crowd.people.wardrobe import (
    BAG_KINDS,
    CLOTH,
    HEADWEAR_KINDS,
    NONE,
    OPEN_TOPS,
    TOP_KINDS,
    compute_colour_distance,
)
from sim.crowd.scenario.beats.place import Clothing
from sim.errors import ScenarioError

PersonKey = tuple[str, int]

_CONTRAST = 0.25


class Part(Enum):
    """The parts of an outfit that a scenario file can name; the value is the field of `Outfit`."""

    TOP = "top"
    HEADWEAR = "headwear"
    BAG = "bag"


KINDS: Mapping[Part, tuple[str, ...]] = {Part.TOP: TOP_KINDS, Part.HEADWEAR: HEADWEAR_KINDS, Part.BAG: BAG_KINDS}


def make_garment(clothing: Clothing, part: Part) -> Garment:
    """Return the garment that two words name, in the plain colour of that name; kind "none" is nothing."""
    if clothing.kind == NONE.kind:
        return NONE
    if clothing.kind not in KINDS[part]:
        raise ScenarioError(
            f"{part.value} {clothing.kind!r} is not in the wardrobe", expected=f"one of {', '.join(KINDS[part])}"
        )
    if clothing.colour not in CLOTH:
        raise ScenarioError(
            f"colour {clothing.colour!r} of {part.value} {clothing.kind!r} is not in the wardrobe",
            expected=f"one of {', '.join(CLOTH)}",
        )
    rgb = CLOTH[clothing.colour]
    accent = None
    if part is Part.TOP and clothing.kind in {*OPEN_TOPS, "striped T-shirt", "sports jersey"}:
        accent = CLOTH["white"] if compute_colour_distance(CLOTH["white"], rgb) > _CONTRAST else CLOTH["charcoal"]
    return Garment(kind=clothing.kind, colour=clothing.colour, rgb=rgb, accent=accent)


def is_same(first: Garment, second: Garment) -> bool:
    return (first.kind, first.colour) == (second.kind, second.colour)


class Closet:
    """Everybody's outfits in order, and which beat added which; `rng` is for what a beat leaves open."""

    def __init__(self, first: Mapping[PersonKey, Outfit], rng: np.random.Generator) -> None:
        self.rng = rng
        self._outfits = {key: [outfit] for key, outfit in first.items()}
        self._bag_lost: dict[PersonKey, str] = {}
        self._bag_got: dict[PersonKey, str] = {}

    def list_outfits(self, key: PersonKey) -> tuple[Outfit, ...]:
        return tuple(self._outfits[key])

    def get_worn(self, key: PersonKey) -> Outfit:
        return self._outfits[key][-1]

    def put_on_first(self, key: PersonKey, part: Part, garment: Garment) -> None:
        self._outfits[key][0] = _change(self._outfits[key][0], part, garment)

    def dress_first(self, key: PersonKey, outfit: Outfit) -> None:
        self._outfits[key][0] = outfit

    def give_bag_first(self, key: PersonKey, clothing: Clothing | None) -> None:
        if clothing is not None:
            self.put_on_first(key, Part.BAG, make_garment(clothing, Part.BAG))
        elif self._outfits[key][0].bag.kind == NONE.kind:
            colour = ("black", "navy", "charcoal", "maroon", "olive")[int(self.rng.integers(5))]
            self.put_on_first(key, Part.BAG, Garment(kind="backpack", colour=colour, rgb=CLOTH[colour]))

    def put_on(self, key: PersonKey, part: Part, garment: Garment) -> None:
        self._outfits[key].append(_change(self.get_worn(key), part, garment))

    def take_bag(self, key: PersonKey, *, beat_id: str, name: str) -> Garment:
        bag = self.get_worn(key).bag
        if bag.kind == NONE.kind:
            lost = self._bag_lost.get(key)
            why = f"the bag went away in beat {lost}" if lost else "their day's wear has none"
            raise ScenarioError(
                f"beat {beat_id} needs a bag of {name}, but {why}", todo="leave out one of the two, or take others"
            )
        self._bag_lost[key] = beat_id
        self.put_on(key, Part.BAG, NONE)
        return bag

    def give_bag(self, key: PersonKey, bag: Garment, *, beat_id: str, name: str) -> None:
        if self.get_worn(key).bag.kind != NONE.kind:
            got = self._bag_got.get(key)
            why = f"got one in beat {got}" if got else "has one of their day's wear"
            raise ScenarioError(
                f"beat {beat_id} gives a bag to {name}, who {why}", todo="leave out one of the two, or take others"
            )
        self._bag_got[key] = beat_id
        self.put_on(key, Part.BAG, bag)


def _change(outfit: Outfit, part: Part, garment: Garment) -> Outfit:
    match part:
        case Part.TOP:
            return replace(outfit, top=garment)
        case Part.HEADWEAR:
            return replace(outfit, headwear=garment)
        case Part.BAG:
            return replace(outfit, bag=garment)
