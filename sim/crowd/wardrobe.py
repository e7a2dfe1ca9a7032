"""Clothes for a crowd: outfits drawn at random, look-alikes made on purpose, and how far apart two outfits are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.crowd.body_index import ADULT_PREFIXES
from sim.crowd.colours import CLOTH, DENIM, FOOTWEAR, HAIR, LEGWEAR, SKIN, compute_colour_distance
from sim.crowd.people import Garment, Outfit, Person, Rgb, Role
from sim.errors import ScenarioError

NONE = Garment(kind="none", colour="none", rgb=(0.0, 0.0, 0.0))
LIKENESS_LIMIT = 0.2
_COLOUR_RANGE = 0.3
_TRIES = 80
_WEIGHTS = {
    "top colour": 0.24, "top kind": 0.14, "bottom colour": 0.14, "bottom kind": 0.08, "bag kind": 0.08,
    "bag colour": 0.07, "hair kind": 0.06, "hair colour": 0.06, "headwear": 0.06, "shoe colour": 0.04, "skin": 0.03,
}  # fmt: skip

_STUDENT_TOPS = {"hoodie": 32, "T-shirt": 24, "sweatshirt": 14, "jacket": 16, "long-sleeved shirt": 10, "polo shirt": 4}
_STAFF_TOPS = {"shirt": 34, "polo shirt": 18, "cardigan": 22, "jacket": 14, "sweatshirt": 12}
_TOP_COLOURS = {
    "black": 12, "charcoal": 10, "grey": 11, "light grey": 6, "white": 7, "navy": 11, "blue": 6, "light blue": 4,
    "teal": 4, "green": 5, "olive": 4, "maroon": 6, "red": 4, "orange": 2, "mustard": 3, "purple": 3, "pink": 4,
    "brown": 2, "tan": 3, "cream": 4,
}  # fmt: skip
_ACCENTS = ("white", "black", "navy", "red", "mustard", "light grey", "light blue", "maroon")
_BAG_COLOURS = (
    "black",
    "black",
    "navy",
    "charcoal",
    "grey",
    "maroon",
    "blue",
    "red",
    "olive",
    "purple",
    "teal",
    "pink",
)
_GIRL_HAIR = {"ponytail": 26, "long": 28, "bob": 18, "bun": 12, "short": 6, "afro": 10}
_BOY_HAIR = {"short": 74, "afro": 12, "bob": 5, "bun": 3, "long": 3, "ponytail": 3}

# What a scenario file may name
TOP_KINDS = tuple(sorted({*_STUDENT_TOPS, *_STAFF_TOPS}))
HEADWEAR_KINDS = ("cap", "beanie", "hijab")
BAG_KINDS = (
    "backpack", "drawstring bag", "rolling backpack", "messenger bag", "shoulder bag", "sports bag", "violin case",
    "trumpet case", "guitar bag", "cello case",
)  # fmt: skip


def _pick(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    share = np.array(list(weights.values()), dtype=np.float64)
    return str(list(weights)[int(rng.choice(len(share), p=share / share.sum()))])


def _vary(rng: np.random.Generator, rgb: Rgb, amount: float = 0.1) -> Rgb:
    light = float(np.exp(rng.normal(0.0, amount)))
    tint = np.exp(rng.normal(0.0, amount / 4, size=3))
    red, green, blue = (float(min(c * light * t, 0.92)) for c, t in zip(rgb, tint, strict=True))
    return (red, green, blue)


def _garment(
    rng: np.random.Generator, kind: str, palette: Mapping[str, Rgb], weights: Mapping[str, float] | None = None
) -> Garment:
    colour = _pick(rng, weights or dict.fromkeys(palette, 1.0))
    return Garment(kind=kind, colour=colour, rgb=_vary(rng, palette[colour]))


def _make_top(rng: np.random.Generator, role: Role) -> Garment:
    kind = _pick(rng, _STUDENT_TOPS if role is Role.STUDENT else _STAFF_TOPS)
    top = _garment(rng, kind, CLOTH, _TOP_COLOURS)
    marked = kind in {"jacket", "cardigan"} or (
        role is Role.STUDENT and kind != "long-sleeved shirt" and rng.random() < 0.6
    )
    if not marked:
        return top
    choices = [c for c in _ACCENTS if compute_colour_distance(CLOTH[c], top.rgb) > 0.25]
    return replace(top, accent=_vary(rng, CLOTH[choices[int(rng.integers(len(choices)))]]))


def _make_bottom(rng: np.random.Generator, role: Role, *, girl: bool) -> Garment:
    if role is Role.STAFF:
        kinds = {"trousers": 70, "jeans": 18, "skirt": 12.0 if girl else 0.0}
    else:
        kinds = {"jeans": 46, "joggers": 20, "shorts": 12, "trousers": 10}
        kinds |= {"leggings": 22.0, "skirt": 8.0} if girl else {}
    kind = _pick(rng, kinds)
    if kind == "jeans":
        return _garment(rng, kind, DENIM, {"dark blue": 4, "blue": 4, "light blue": 2, "black": 2, "grey": 1})
    bottom = _garment(rng, kind, LEGWEAR)
    if kind == "joggers" and rng.random() < 0.4:
        return replace(bottom, accent=CLOTH["white"])
    return bottom


def _make_bag(rng: np.random.Generator, role: Role) -> Garment:
    if role is Role.STAFF:
        kind = _pick(rng, {"none": 80, "shoulder bag": 20})
    else:
        kind = _pick(rng, {"none": 30, "backpack": 58, "shoulder bag": 12})
    if kind == "none":
        return NONE
    colour = _BAG_COLOURS[int(rng.integers(len(_BAG_COLOURS)))]
    accent = CLOTH["light grey"] if rng.random() < 0.4 else None
    return Garment(kind=kind, colour=colour, rgb=_vary(rng, CLOTH[colour]), accent=accent)


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
    headwear = NONE
    chance = float(rng.random())
    if girl and chance < 0.08:
        headwear = _garment(rng, "hijab", CLOTH, {"black": 2, "navy": 1, "light grey": 1, "maroon": 1, "cream": 1})
    elif chance < (0.1 if role is Role.STUDENT else 0.02):
        headwear = _garment(rng, "cap", CLOTH, {"black": 3, "navy": 2, "grey": 1, "red": 1, "white": 1, "green": 1})
    elif chance > 0.97 and role is Role.STUDENT:
        headwear = _garment(rng, "beanie", CLOTH, {"black": 2, "grey": 1, "maroon": 1, "mustard": 1})
    shoe = (
        {"white": 5, "black": 5, "grey": 3, "red": 1, "blue": 1}
        if not adult
        else {"black": 4, "brown": 4, "white": 1, "grey": 1}
    )
    return Outfit(
        top=_make_top(rng, role),
        bottom=_make_bottom(rng, role, girl=girl),
        shoes=_garment(rng, "shoes" if adult else "trainers", FOOTWEAR, shoe),
        hair=_garment(rng, _pick(rng, allowed), HAIR, colours),
        headwear=headwear,
        bag=_make_bag(rng, role),
        lanyard=role is Role.STAFF and bool(rng.random() < 0.85),
        skin=_vary(rng, SKIN[tone], 0.05),
    )


def _differ(first: Garment, second: Garment) -> float:
    if first.kind == "none" and second.kind == "none":
        return 0.0
    if "none" in {first.kind, second.kind}:
        return 1.0
    return min(compute_colour_distance(first.rgb, second.rgb) / _COLOUR_RANGE, 1.0)


def compute_outfit_distance(first: Outfit, second: Outfit) -> float:
    """Return how easily two outfits are told apart: 0 the same, 1 different in everything.

    A weighted sum over what a watcher goes by: colour and kind of the top (0.24 and 0.14), of the legwear (0.14 and
    0.08) and of the bag (0.07 and 0.08), hair colour and style (0.06 each), headwear 0.06, shoes 0.04 and skin 0.03.
    Kinds differ or do not; colours differ by their OKLab distance, full at 0.3. Worked number: outfits that differ
    only in having a backpack or none are 0.15 apart. Hair under a hijab does not count.
    """
    covered = "hijab" in {first.headwear.kind, second.headwear.kind}
    parts = {
        "top colour": _differ(first.top, second.top),
        "top kind": float(first.top.kind != second.top.kind),
        "bottom colour": _differ(first.bottom, second.bottom),
        "bottom kind": float(first.bottom.kind != second.bottom.kind),
        "bag kind": float(first.bag.kind != second.bag.kind),
        "bag colour": _differ(first.bag, second.bag),
        "hair kind": 0.0 if covered else float(first.hair.kind != second.hair.kind),
        "hair colour": 0.0 if covered else _differ(first.hair, second.hair),
        "headwear": max(float(first.headwear.kind != second.headwear.kind), _differ(first.headwear, second.headwear)),
        "shoe colour": _differ(first.shoes, second.shoes),
        "skin": min(compute_colour_distance(first.skin, second.skin) / _COLOUR_RANGE, 1.0),
    }
    return min(float(sum(_WEIGHTS[name] * value for name, value in parts.items())), 1.0)


def make_look_alike(rng: np.random.Generator, outfit: Outfit, *, changes: int = 1) -> Outfit:
    """Return an outfit that differs in one or two things a careful watcher can see.

    Changed are, at random: the bag, the legwear's colour, the shoes, the hair's colour or the headwear.
    """
    options = ["bag", "bottom", "shoes", "headwear"] + ([] if outfit.headwear.kind == "hijab" else ["hair"])
    chosen = rng.choice(len(options), size=min(max(changes, 1), 2), replace=False)
    twin = outfit
    for index in chosen:
        twin = _change(rng, twin, options[int(index)])
    return replace(twin, top=replace(outfit.top, rgb=_vary(rng, outfit.top.rgb, 0.04)))


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


def make_people(
    rng: np.random.Generator,
    *,
    count: int,
    bodies: Sequence[str],
    staff_share: float = 0.12,
    look_alikes: Sequence[int] = (),
) -> tuple[Person, ...]:
    """Make the people of a recording, `P001` onward, in an order that tells nothing.

    Args:
        rng: where all chance comes from.
        count: how many people in all, look-alikes included.
        bodies: body_ids to choose from; adults' names start with "man_" or "woman_".
        staff_share: share of adults, 0..1.
        look_alikes: one entry for each student who gets look-alikes: how many. They carry his or her `look_alike_of`,
            and share the body.

    Returns:
        People, no two alike (`compute_outfit_distance` at least `LIKENESS_LIMIT`) but those made so, as far as
        the wardrobe allows: with hundreds of people the least alike of 80 tries is taken.

    Raises:
        ScenarioError: more look-alikes than people, or no body for a role.
    """
    adults = [b for b in bodies if b.startswith(ADULT_PREFIXES)]
    children = [b for b in bodies if not b.startswith(ADULT_PREFIXES)]
    staff = round(count * staff_share)
    spare = count - staff - len(look_alikes) - sum(look_alikes)
    if spare < 0:
        raise ScenarioError(
            f"{count} people with {staff} staff leave no room for {sum(look_alikes)} look-alikes",
            expected="at least one student for each look-alike and each original",
            todo="ask for more people, fewer staff or fewer look-alikes",
        )
    if (staff and not adults) or (count > staff and not children):
        raise ScenarioError(f"bodies {list(bodies)} lack adults or children", expected="both")
    drafts: list[tuple[Role, str, Outfit, int | None]] = []
    for role, pool, number in ((Role.STUDENT, children, len(look_alikes) + spare), (Role.STAFF, adults, staff)):
        for _ in range(number):
            body = pool[int(rng.integers(len(pool)))]
            drafts.append((role, body, _make_distinct(rng, role, body, [d[2] for d in drafts]), None))
    for original, number in enumerate(look_alikes):
        role, body, outfit, _ = drafts[original]
        for _ in range(number):
            twin = make_look_alike(rng, outfit, changes=int(rng.integers(1, 3)))
            drafts.append((role, body, twin, original))
    places = rng.permutation(count)
    names = [f"P{int(p) + 1:03d}" for p in places]
    people = [
        Person(
            person_id=name,
            role=role,
            body_id=body,
            height_scale=float(rng.uniform(0.955, 1.045)),
            outfit=outfit,
            look_alike_of=None if original is None else names[original],
        )
        for name, (role, body, outfit, original) in zip(names, drafts, strict=True)
    ]
    return tuple(sorted(people, key=lambda p: p.person_id))


def _make_distinct(rng: np.random.Generator, role: Role, body: str, others: Sequence[Outfit]) -> Outfit:
    girl, adult = body.startswith(("girl_", "woman_")), role is Role.STAFF
    best, distance = make_outfit(rng, role, girl=girl, adult=adult), -1.0
    for attempt in range(_TRIES):
        outfit = best if attempt == 0 else make_outfit(rng, role, girl=girl, adult=adult)
        nearest = min((compute_outfit_distance(outfit, other) for other in others), default=1.0)
        if nearest > distance:
            best, distance = outfit, nearest
        if distance >= LIKENESS_LIMIT:
            break
    return best
