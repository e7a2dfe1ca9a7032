"""Clothes for a crowd, muted as real ones are, and how easily two people are told apart by what they wear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Aid, FloatArray, Garment, Outfit, Person, Rgb, Role

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def parse_srgb(code: str) -> Rgb:
    """Return linear RGB 0..1 of a display colour such as "#3a4f7a" (IEC 61966-2-1)."""
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return (red, green, blue)


def compute_oklab(rgb: Rgb) -> NDArray[np.float64]:
    """Return OKLab [3] of linear RGB. Worked number: white is (1, 0, 0)."""
    return np.asarray(_LAB @ np.cbrt(_LMS @ np.asarray(rgb, dtype=np.float64)))


def compute_colour_distance(first: Rgb, second: Rgb) -> float:
    """Return how different two linear colours look: 0 the same, 1 black against white."""
    return float(np.linalg.norm(compute_oklab(first) - compute_oklab(second)))


def _palette(**codes: str) -> Mapping[str, Rgb]:
    return MappingProxyType({name.replace("_", " "): parse_srgb(code) for name, code in codes.items()})


CLOTH = _palette(
    black="#1d1d20", charcoal="#3b3d42", grey="#7d8084", light_grey="#b4b5b6", white="#e6e4df", cream="#d8ccb2",
    navy="#232c47", blue="#36568c", light_blue="#86a4c4", teal="#2c6468", green="#3c5f43", olive="#5d5c3c",
    maroon="#5b2530", red="#9c3434", orange="#bb6a34", mustard="#b28d3c", purple="#56406f", pink="#c58c98",
    brown="#5b4435", tan="#a58a68",
)  # fmt: skip
DENIM = _palette(dark_blue="#2b3650", blue="#44597c", light_blue="#7f95b0", black="#222327", grey="#5c6067")
LEGWEAR = _palette(
    black="#1f1f22", charcoal="#3a3b40", grey="#6d7076", navy="#262d44", khaki="#97856a", olive="#54543f"
)
FOOTWEAR = _palette(white="#dcdad4", black="#1b1b1d", grey="#77797d", red="#8f3236", blue="#36507e", brown="#55402f")
HAIR = _palette(
    black="#17130f", dark_brown="#2a1e17", brown="#47321f", light_brown="#6d4f33", blond="#a98a56", red="#6e3a20",
    grey="#8b8884",
)  # fmt: skip
SKIN = tuple(
    parse_srgb(c) for c in ("#e6bfa5", "#dcae90", "#cb9a78", "#b58260", "#97694a", "#784f37", "#5a3a29", "#472e22")
)


def vary_colour(rng: np.random.Generator, rgb: Rgb, amount: float = 0.1) -> Rgb:
    """Return a colour a little lighter or darker and of another tint, as two garments of one name differ."""
    light = float(np.exp(rng.normal(0.0, amount)))
    tint = np.exp(rng.normal(0.0, amount / 4, size=3))
    red, green, blue = (float(min(c * light * t, 0.92)) for c, t in zip(rgb, tint, strict=True))
    return (red, green, blue)


NONE = Garment(kind="none", colour="none", rgb=(0.0, 0.0, 0.0))

_STUDENT_TOPS: Mapping[str, float] = {
    "hoodie": 26, "zip hoodie": 10, "T-shirt": 20, "striped T-shirt": 5, "sports jersey": 6, "sweatshirt": 12,
    "jacket": 9, "puffer jacket": 6, "denim jacket": 6, "long-sleeved shirt": 9, "polo shirt": 4, "tank top": 2,
}  # fmt: skip
_STAFF_TOPS: Mapping[str, float] = {
    "shirt": 32, "polo shirt": 17, "cardigan": 19, "jacket": 9, "blazer": 11, "sweatshirt": 10,
}  # fmt: skip
_TOP_COLOURS = {
    "black": 12, "charcoal": 10, "grey": 11, "light grey": 6, "white": 7, "navy": 11, "blue": 6, "light blue": 4,
    "teal": 4, "green": 5, "olive": 4, "maroon": 6, "red": 4, "orange": 2, "mustard": 3, "purple": 3, "pink": 4,
    "brown": 2, "tan": 3, "cream": 4,
}  # fmt: skip
_ACCENTS = ("white", "black", "navy", "red", "mustard", "light grey", "light blue", "maroon")
OPEN_TOPS = frozenset({"jacket", "zip hoodie", "denim jacket", "puffer jacket", "cardigan", "blazer"})
_PLAIN_TOPS = frozenset({"long-sleeved shirt", "shirt", "tank top", "dress"})
_HOODED_TOPS = frozenset({"hoodie", "zip hoodie"})
_BAG_COLOURS = {
    "black": 4, "navy": 3, "charcoal": 3, "grey": 2, "maroon": 2, "blue": 2, "red": 2, "olive": 2, "purple": 2,
    "teal": 2, "pink": 2, "green": 1, "mustard": 1, "tan": 1,
}  # fmt: skip
_POCKETS = ("light grey", "charcoal", "black", "navy", "grey", "maroon", "teal", "tan")
_POCKET_SHARE, _POCKET_DISTANCE = 0.5, 0.12
_CASE_COLOURS = {"black": 5, "charcoal": 2, "navy": 1, "brown": 2, "maroon": 1}
_STUDENT_BAGS = {
    "none": 22, "backpack": 46, "shoulder bag": 6, "messenger bag": 7, "drawstring bag": 7, "rolling backpack": 3,
    "sports bag": 4, "violin case": 2, "trumpet case": 2, "guitar bag": 1.5, "cello case": 0.7,
}  # fmt: skip
_STAFF_BAGS = {"none": 74, "shoulder bag": 14, "messenger bag": 9, "backpack": 3}
_CASES = frozenset({"violin case", "trumpet case", "guitar bag", "cello case"})
_GIRL_HAIR = {"ponytail": 26, "long": 28, "bob": 18, "bun": 12, "short": 6, "afro": 10}
_BOY_HAIR = {"short": 74, "afro": 12, "bob": 5, "bun": 3, "long": 3, "ponytail": 3}
_HI_VIS: Mapping[str, Rgb] = {"yellow": (0.58, 0.66, 0.06), "orange": (0.72, 0.22, 0.03)}

COVERING = frozenset({"hijab", "hood"})
"""Headwear under which no hair shows."""

# What a scenario file may name
TOP_KINDS = tuple(sorted({*_STUDENT_TOPS, *_STAFF_TOPS, "dress"}))
HEADWEAR_KINDS = ("cap", "backward cap", "bucket hat", "beanie", "headband", "hijab")
BAG_KINDS = tuple(sorted({*_STUDENT_BAGS, *_STAFF_BAGS} - {"none"}))


def _pick(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    share = np.array(list(weights.values()), dtype=np.float64)
    return str(list(weights)[int(rng.choice(len(share), p=share / share.sum()))])


def _garment(
    rng: np.random.Generator, kind: str, palette: Mapping[str, Rgb], weights: Mapping[str, float] | None = None
) -> Garment:
    colour = _pick(rng, weights or dict.fromkeys(palette, 1.0))
    return Garment(kind=kind, colour=colour, rgb=vary_colour(rng, palette[colour]))


def _make_top(rng: np.random.Generator, role: Role, *, girl: bool) -> Garment:
    kinds = dict(_STUDENT_TOPS if role is Role.STUDENT else _STAFF_TOPS)
    if girl:
        kinds["dress"] = 4.0 if role is Role.STUDENT else 9.0
    kind = _pick(rng, kinds)
    if kind == "denim jacket":
        top = _garment(rng, kind, DENIM, {"dark blue": 3, "blue": 4, "light blue": 3, "black": 2})
    else:
        top = _garment(rng, kind, CLOTH, _TOP_COLOURS)
    always = kind in OPEN_TOPS or kind in {"striped T-shirt", "sports jersey"}
    if not always and (role is Role.STAFF or kind in _PLAIN_TOPS or rng.random() > 0.6):
        return top
    choices = [c for c in _ACCENTS if compute_colour_distance(CLOTH[c], top.rgb) > 0.25]
    return replace(top, accent=vary_colour(rng, CLOTH[choices[int(rng.integers(len(choices)))]]))


def _make_bottom(rng: np.random.Generator, role: Role, top: Garment, *, girl: bool) -> Garment:
    if top.kind == "dress":
        return _garment(rng, "leggings", LEGWEAR, {"black": 5, "charcoal": 2, "navy": 2, "grey": 1})
    kinds: dict[str, float]
    if role is Role.STAFF:
        kinds = {"trousers": 66, "jeans": 18, "cargo trousers": 4}
        kinds |= {"skirt": 8.0, "long skirt": 6.0} if girl else {}
    else:
        kinds = {"jeans": 42, "joggers": 20, "shorts": 12, "trousers": 8, "cargo trousers": 6}
        kinds |= {"leggings": 20.0, "skirt": 8.0, "long skirt": 2.0} if girl else {}
    kind = _pick(rng, kinds)
    if kind == "jeans":
        return _garment(rng, kind, DENIM, {"dark blue": 4, "blue": 4, "light blue": 2, "black": 2, "grey": 1})
    bottom = _garment(rng, kind, LEGWEAR)
    if kind == "joggers" and rng.random() < 0.4:
        return replace(bottom, accent=CLOTH["white"])
    return bottom


def _make_bag(rng: np.random.Generator, role: Role) -> Garment:
    kind = _pick(rng, _STAFF_BAGS if role is Role.STAFF else _STUDENT_BAGS)
    if kind == "none":
        return NONE
    colour = _pick(rng, _CASE_COLOURS if kind in _CASES else _BAG_COLOURS)
    rgb = vary_colour(rng, CLOTH[colour])
    if kind in _CASES or rng.random() >= _POCKET_SHARE:
        return Garment(kind=kind, colour=colour, rgb=rgb)
    pockets = [name for name in _POCKETS if compute_colour_distance(CLOTH[name], rgb) > _POCKET_DISTANCE]
    accent = vary_colour(rng, CLOTH[pockets[int(rng.integers(len(pockets)))]])
    return Garment(kind=kind, colour=colour, rgb=rgb, accent=accent)


_HEADWEAR = {"none": 82.0, "cap": 7.0, "backward cap": 3.0, "beanie": 3.0, "bucket hat": 1.5}
_HEADWEAR_COLOURS: Mapping[str, Mapping[str, float]] = {
    "cap": {"black": 3, "navy": 2, "grey": 1, "red": 1, "white": 1, "green": 1},
    "backward cap": {"black": 3, "navy": 2, "grey": 1, "red": 1},
    "beanie": {"black": 2, "grey": 1, "maroon": 1, "mustard": 1},
    "bucket hat": {"black": 2, "tan": 1, "navy": 1, "olive": 1},
    "headband": {"black": 2, "white": 1, "red": 1, "navy": 1, "pink": 1},
    "hijab": {"black": 2, "navy": 1, "light grey": 1, "maroon": 1, "cream": 1, "teal": 1},
}


def _make_headwear(rng: np.random.Generator, role: Role, top: Garment, *, girl: bool) -> Garment:
    kinds = dict(_HEADWEAR) if role is Role.STUDENT else {"none": 97.0, "cap": 3.0}
    if girl:
        kinds["hijab"] = 8.0
        kinds |= {"headband": 6.0} if role is Role.STUDENT else {}
    if top.kind in _HOODED_TOPS:
        kinds["hood"] = 18.0
    kind = _pick(rng, kinds)
    if kind == "none":
        return NONE
    if kind == "hood":
        return Garment(kind=kind, colour=top.colour, rgb=top.rgb)
    return _garment(rng, kind, CLOTH, _HEADWEAR_COLOURS[kind])


def _make_shoes(rng: np.random.Generator, *, adult: bool) -> Garment:
    if adult:
        return _garment(rng, "shoes", FOOTWEAR, {"black": 4, "brown": 4, "white": 1, "grey": 1})
    if rng.random() < 0.08:
        return _garment(rng, "boots", FOOTWEAR, {"black": 3, "brown": 3})
    return _garment(rng, "trainers", FOOTWEAR, {"white": 5, "black": 5, "grey": 3, "red": 1, "blue": 1})


def make_outfit(rng: np.random.Generator, role: Role, *, girl: bool, adult: bool) -> Outfit:
    """Draw an outfit: muted colours as clothes have them, hair and skin in their natural range."""
    tone = int(rng.integers(len(SKIN)))
    kinds = _GIRL_HAIR if girl else _BOY_HAIR
    dark = tone >= 4
    allowed = {k: v for k, v in kinds.items() if k != "afro" or dark}
    colours = (
        {"black": 5, "dark brown": 4}
        if dark
        else {"black": 3, "dark brown": 4, "brown": 5, "light brown": 3, "blond": 3, "red": 1}
    )
    if adult and rng.random() < 0.3:
        colours = {"grey": 1}
    top = _make_top(rng, role, girl=girl)
    on_duty = role is Role.STAFF and bool(rng.random() < 0.12)
    colour = "yellow" if rng.random() < 0.7 else "orange"
    return Outfit(
        top=top,
        bottom=_make_bottom(rng, role, top, girl=girl),
        shoes=_make_shoes(rng, adult=adult),
        hair=_garment(rng, _pick(rng, allowed), HAIR, colours),
        headwear=_make_headwear(rng, role, top, girl=girl),
        bag=_make_bag(rng, role),
        lanyard=role is Role.STAFF and bool(rng.random() < 0.85),
        skin=vary_colour(rng, SKIN[tone], 0.05),
        glasses=bool(rng.random() < (0.3 if adult else 0.16)),
        vest=Garment(kind="hi-vis vest", colour=colour, rgb=_HI_VIS[colour]) if on_duty else None,
    )


_FOOTWEAR_WORD = "shoes"
_HAIR_WORDS = {
    "short": "short {} hair",
    "bob": "chin-length {} hair",
    "ponytail": "{} hair in a ponytail",
    "long": "long {} hair",
    "bun": "{} hair in a bun",
    "afro": "{} afro",
}
_AID_WORDS = {Aid.NONE: "", Aid.WHEELCHAIR: " in a wheelchair", Aid.CRUTCHES: " on crutches"}


def describe_outfit(outfit: Outfit) -> str:
    """Return the outfit's words, from the most visible to the least: "grey hoodie, blue jeans, white shoes"."""
    parts = [] if outfit.vest is None else [_name(outfit.vest)]
    parts += [_name(outfit.top), _name(outfit.bottom), f"{outfit.shoes.colour} {_FOOTWEAR_WORD}"]
    if outfit.bag.kind != "none":
        parts.append(_name(outfit.bag))
    if outfit.headwear.kind == "hood":
        parts.append("hood up")
    elif outfit.headwear.kind != "none":
        parts.append(_name(outfit.headwear))
    if outfit.headwear.kind not in COVERING:
        parts.append(_HAIR_WORDS[outfit.hair.kind].format(outfit.hair.colour))
    if outfit.glasses:
        parts.append("glasses")
    if outfit.lanyard:
        parts.append("lanyard")
    return ", ".join(parts)


def describe(person: Person) -> str:
    """Return "Student, grey hoodie, dark blue jeans, white shoes, black backpack, short brown hair"."""
    aid = _AID_WORDS[person.aid]
    return f"{person.role.value.capitalize()}{aid}, {describe_outfit(person.outfit)}"


def _name(garment: Garment) -> str:
    return f"{garment.colour} {garment.kind}"


LIKENESS_LIMIT = 0.2
_COLOUR_RANGE = 0.3
_PARTS = ("top", "bottom", "bag", "hair", "headwear", "shoes")
_KIND_WEIGHTS = np.array([0.14, 0.08, 0.08, 0.06, 0.0, 0.0])
_COLOUR_WEIGHTS = np.array([0.24, 0.14, 0.07, 0.06, 0.0, 0.04])
_HEADWEAR_WEIGHT, _SKIN_WEIGHT = 0.06, 0.03
_HAIR, _HEADWEAR_PART = 3, 4


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
    hat = np.maximum(kinds[:, _HEADWEAR_PART], shades[:, _HEADWEAR_PART])
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
