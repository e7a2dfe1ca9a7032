"""What two people have in common and what tells them apart, in words computed from their clothes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.drill.difficulty import OUTFIT_WEIGHTS
from sim.tasks.common.task_words import STUDENT, join_sentences
from sim.truth.worn_clothes import Item, Worn

MOST_SAME = 2
MOST_OTHER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One part compared: what it is called, and how much it weighs for a watcher."""

    weight: float
    same: str | None
    other: str | None


def describe_likeness(sought: Worn, marked: Worn, *, owner: str = STUDENT) -> str:
    """Return a sentence, as: Same grey hoodie, other shoes (white, the student's are black).

    What is alike comes first, then what differs, each from the most telling to the least by `OUTFIT_WEIGHTS`; no more
    than two and three of them. A part that is not known of one of the two is left out. "" when nothing can be said.
    """
    parts = sorted(_compare(sought, marked, owner), key=lambda part: -part.weight)
    same = [part.same for part in parts if part.same][:MOST_SAME]
    other = [part.other for part in parts if part.other][:MOST_OTHER]
    said = [f"same {' and '.join(same)}"] if same else []
    said += other
    if sought.has_changed:
        said.append(f"{owner} had changed tops by then")
    sentence = ", ".join(said)
    is_staff = marked.role == "staff" != sought.role
    role = "This is a member of staff, not a student." if is_staff else ""
    return join_sentences(role, f"{sentence[0].upper()}{sentence[1:]}." if sentence else "")


def describe_unlike(sought: Worn, marked: Worn) -> str:
    """Return where the student differs from the person marked, as: Someone else. The student has black shoes, no bag.

    Only what the student wears is named, at most three pieces from the most telling one on; what the two share is left
    out, since it would tell what the other one wears. Worked: the same hoodie, other shoes: only the shoes are named.
    """
    parts = [
        (_weigh(name), text)
        for name, text, is_known, is_same in (
            ("top", _name_piece(sought.top), bool(sought.top and marked.top), sought.top == marked.top),
            ("bottom", _name_piece(sought.bottom), True, sought.bottom == marked.bottom),
            ("bag", _name_piece(sought.bag), bool(sought.bag and marked.bag), sought.bag == marked.bag),
            ("shoe", f"{sought.shoes} shoes", True, sought.shoes == marked.shoes),
            ("hair", f"{sought.hair} hair", bool(sought.hair and marked.hair), sought.hair == marked.hair),
        )
        if is_known and not is_same
    ]
    unlike = [text for _, text in sorted(parts, key=lambda part: -part[0])][:MOST_OTHER]
    return join_sentences("Someone else.", f"The student has {', '.join(unlike)}." if unlike else "")


def _name_piece(item: Item | None) -> str:
    return "" if item is None else "no bag" if item.is_none else _name(item)


def _compare(sought: Worn, marked: Worn, owner: str) -> Iterator[_Part]:
    if sought.top and marked.top:
        yield _compare_items("top", sought.top, marked.top, owner, _weigh("top"))
    yield _compare_items("legwear", sought.bottom, marked.bottom, owner, _weigh("bottom"))
    if sought.bag and marked.bag:
        yield _compare_bags(sought.bag, marked.bag, owner)
    yield _compare_colours("shoes", sought.shoes, marked.shoes, f"{owner}'s are", _weigh("shoe"))
    if sought.hair and marked.hair:
        yield _compare_colours("hair", sought.hair, marked.hair, f"{owner}'s is", _weigh("hair"))
    yield _Part(weight=0.0, same=None, other=_compare_extras(sought.extras, marked.extras, owner))


def _weigh(part: str) -> float:
    weights: Mapping[str, float] = OUTFIT_WEIGHTS
    return sum(weight for trait, weight in weights.items() if trait.startswith(f"{part}_"))


def _compare_items(name: str, sought: Item, marked: Item, owner: str, weight: float) -> _Part:
    if sought == marked:
        return _Part(weight=weight, same=str(sought), other=None)
    if sought.kind == marked.kind:
        be = "are" if _is_plural(sought) else "is"
        colours = f"{marked.colour}, {owner}'s {be} {sought.colour}"
        return _Part(weight=weight, same=None, other=f"other {sought.kind} ({colours})")
    verb = "has" if name == "bag" else "wears"
    return _Part(weight=weight, same=None, other=f"other {name} ({marked}, {owner} {verb} {_name(sought)})")


def _is_plural(item: Item) -> bool:
    return item.kind.endswith("s") and not item.kind.endswith("ss")


def _compare_bags(sought: Item, marked: Item, owner: str) -> _Part:
    weight = _weigh("bag")
    if sought.is_none and marked.is_none:
        return _Part(weight=0.0, same=None, other=None)
    if marked.is_none:
        return _Part(weight=weight, same=None, other=f"no bag ({owner} has {_name(sought)})")
    if sought.is_none:
        return _Part(weight=weight, same=None, other=f"{_name(marked)} ({owner} has no bag)")
    return _compare_items("bag", sought, marked, owner, weight)


def _compare_colours(name: str, sought: str, marked: str, belongs: str, weight: float) -> _Part:
    if sought == marked:
        return _Part(weight=weight, same=f"{sought} {name}", other=None)
    return _Part(weight=weight, same=None, other=f"other {name} ({marked}, {belongs} {sought})")


def _compare_extras(sought: tuple[str, ...], marked: tuple[str, ...], owner: str) -> str | None:
    more = " and ".join(_add_article(word) for word in marked if word not in sought)
    less = " and ".join(_add_article(word) for word in sought if word not in marked)
    if more and less:
        return f"{more} ({owner} has {less})"
    return more or (f"{owner} has {less}" if less else None)


def _name(item: Item) -> str:
    return str(item) if _is_plural(item) else _add_article(str(item))


def _add_article(word: str) -> str:
    """Return a piece with its article: "a black cap", but "glasses" and "hood up"."""
    return word if word == "glasses" or word.endswith(" up") else f"a{'n' if word[0] in 'aeiou' else ''} {word}"
