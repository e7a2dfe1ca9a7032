"""How easily two people are told apart by what they wear, and who is most like whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Outfit, Person
from sim.crowd.people.wardrobe import (
    CLOTH,
    COVERING,
    DENIM,
    FOOTWEAR,
    HAIR,
    LEGWEAR,
    NONE,
    compute_colour_distance,
    compute_oklab,
    vary_colour,
)

FloatArray = NDArray[np.float64]

LIKENESS_LIMIT = 0.2
_COLOUR_RANGE = 0.3
_PARTS = ("top", "bottom", "bag", "hair", "headwear", "shoes")
_KIND_WEIGHTS = np.array([0.14, 0.08, 0.08, 0.06, 0.0, 0.0])
_COLOUR_WEIGHTS = np.array([0.24, 0.14, 0.07, 0.06, 0.0, 0.04])
_HEADWEAR_WEIGHT, _SKIN_WEIGHT = 0.06, 0.03
_HAIR, _HEADWEAR = 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """What a watcher sees of some outfits: kinds [n, 6], OKLab colours [n, 6, 3] and skin [n, 3]."""

    kinds: NDArray[np.str_]
    colours: FloatArray
    skin: FloatArray
    covered: NDArray[np.bool_]


@lru_cache(maxsize=4096)
def _see(outfit: Outfit) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...], tuple[float, ...], bool]:
    garments = [outfit.vest or outfit.top, *(_get(outfit, part) for part in _PARTS[1:])]
    colours = tuple(tuple(float(v) for v in compute_oklab(g.rgb)) for g in garments)
    skin = tuple(float(v) for v in compute_oklab(outfit.skin))
    return tuple(g.kind for g in garments), colours, skin, outfit.headwear.kind in COVERING


def _get(outfit: Outfit, part: str) -> Garment:
    garment: Garment = getattr(outfit, part)
    return garment


def _look_at(outfits: Sequence[Outfit]) -> _Looks:
    rows = [_see(outfit) for outfit in outfits]
    return _Looks(
        kinds=np.array([r[0] for r in rows]),
        colours=np.array([r[1] for r in rows]),
        skin=np.array([r[2] for r in rows]),
        covered=np.array([r[3] for r in rows]),
    )


def compute_distances(outfit: Outfit, others: Sequence[Outfit]) -> FloatArray:
    """Return how easily an outfit is told from each of the others, [n]: 0 the same, 1 different in everything.

    A weighted sum over what a watcher goes by: colour and kind of the top (0.24 and 0.14), of the legwear (0.14 and
    0.08) and of the bag (0.07 and 0.08), hair colour and style (0.06 each), headwear 0.06, shoes 0.04 and skin 0.03.
    Kinds differ or do not; colours differ by their OKLab distance, full at 0.3. A vest hides the top. Worked number:
    outfits that differ only in having a backpack or none are 0.15 apart. Hair under a hijab or a hood does not count.
    """
    one, all_ = _look_at([outfit]), _look_at(others)
    kinds = all_.kinds != one.kinds
    shades = np.minimum(np.linalg.norm(all_.colours - one.colours, axis=2) / _COLOUR_RANGE, 1.0)
    neither = (all_.kinds == "none") & (one.kinds == "none")
    either = (all_.kinds == "none") ^ (one.kinds == "none")
    shades = np.where(neither, 0.0, np.where(either, 1.0, shades))
    hidden = all_.covered | one.covered
    kinds[hidden, _HAIR] = False
    shades[hidden, _HAIR] = 0.0
    hat = np.maximum(kinds[:, _HEADWEAR], shades[:, _HEADWEAR])
    skin = np.minimum(np.linalg.norm(all_.skin - one.skin, axis=1) / _COLOUR_RANGE, 1.0)
    total = kinds @ _KIND_WEIGHTS + shades @ _COLOUR_WEIGHTS + _HEADWEAR_WEIGHT * hat + _SKIN_WEIGHT * skin
    return np.asarray(np.minimum(total, 1.0))


def find_nearest(people: Sequence[Person]) -> list[tuple[str, float]]:
    """Return for each person who is most like them and how far apart they are.

    People count by what they wear at first. Alone, a person is like nobody: ("", 1.0).
    """
    outfits = [person.outfit for person in people]
    nearest = []
    for row, person in enumerate(people):
        distances = compute_distances(person.outfit, outfits)
        distances[row] = np.inf
        best = int(distances.argmin())
        alone = len(people) == 1
        nearest.append(("", 1.0) if alone else (people[best].person_id, float(distances[best])))
    return nearest


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
