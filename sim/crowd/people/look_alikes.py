"""People made to be confused with others: the same outfit but for one or two things."""

from dataclasses import replace

import numpy as np

from sim.crowd.people.colours import CLOTH, DENIM, FOOTWEAR, HAIR, LEGWEAR, compute_colour_distance, vary_colour
from sim.crowd.people.people import Garment, Outfit
from sim.crowd.people.wardrobe import COVERING, NONE


def make_look_alike(rng: np.random.Generator, outfit: Outfit, *, changes: int = 1) -> Outfit:
    """Return an outfit that differs in one or two things a careful watcher can see.

    Changed are, at random: the bag, the legwear's colour, the shoes, the hair's colour or the headwear.
    """
    options = ["bag", "bottom", "shoes", "headwear"] + ([] if outfit.headwear.kind in COVERING else ["hair"])
    chosen = rng.choice(len(options), size=min(max(changes, 1), 2), replace=False)
    twin = outfit
    for index in chosen:
        twin = _change(rng, twin, options[int(index)])
    return replace(twin, top=replace(outfit.top, rgb=vary_colour(rng, outfit.top.rgb, 0.04)))


def _change(rng: np.random.Generator, outfit: Outfit, part: str) -> Outfit:
    if part == "bag":
        if outfit.bag.kind != "none":
            return replace(outfit, bag=NONE)
        return replace(outfit, bag=Garment(kind="backpack", colour="black", rgb=CLOTH["black"]))
    if part == "headwear":
        if outfit.headwear.kind != "none":
            return replace(outfit, headwear=NONE)
        return replace(outfit, headwear=Garment(kind="cap", colour="black", rgb=CLOTH["black"]))
    old, palette = {
        "bottom": (outfit.bottom, DENIM if outfit.bottom.kind == "jeans" else LEGWEAR),
        "shoes": (outfit.shoes, FOOTWEAR),
        "hair": (outfit.hair, {k: v for k, v in HAIR.items() if k != "grey"}),
    }[part]
    far = [c for c in palette if compute_colour_distance(palette[c], old.rgb) > 0.12]
    colour = far[int(rng.integers(len(far)))]
    new = replace(old, colour=colour, rgb=palette[colour])
    if part == "bottom":
        return replace(outfit, bottom=new)
    return replace(outfit, shoes=new) if part == "shoes" else replace(outfit, hair=new)
