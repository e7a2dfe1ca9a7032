"""A person's clothes in one line of plain words, computed from the outfit and never typed."""

from sim.crowd.people.people import Aid, Garment, Outfit, Person
from sim.crowd.people.wardrobe import COVERING

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
