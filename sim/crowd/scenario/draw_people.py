"""The people of a recording: drawn one after the other until nobody is like another by chance."""

from collections.abc import Collection, Sequence

import numpy as np

from sim.crowd.people.body_index import ADULT_PREFIXES
from sim.crowd.people.likeness import LIKENESS_LIMIT, compute_distances
from sim.crowd.people.look_alikes import make_look_alike
from sim.crowd.people.people import Outfit, Person, Role
from sim.crowd.people.wardrobe import make_outfit
from sim.errors import ScenarioError

_TRIES = 1500
BIG_BAGS = frozenset({"violin case", "trumpet case", "guitar bag", "cello case", "sports bag", "rolling backpack"})


def make_people(
    rng: np.random.Generator,
    *,
    count: int,
    bodies: Sequence[str],
    staff_share: float = 0.12,
    look_alikes: Sequence[int] = (),
    small: Collection[str] = (),
) -> tuple[Person, ...]:
    """Make the people of a recording, `P001` onward, in an order that tells nothing."""
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
    worn: list[Outfit] = []
    for role, pool, number in ((Role.STUDENT, children, len(look_alikes) + spare), (Role.STAFF, adults, staff)):
        for _ in range(number):
            body = pool[int(rng.integers(len(pool)))]
            worn.append(_make_distinct(rng, role, body, worn, is_small=body in small))
            drafts.append((role, body, worn[-1], None))
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


def _make_distinct(
    rng: np.random.Generator, role: Role, body: str, others: Sequence[Outfit], *, is_small: bool
) -> Outfit:
    girl, adult = body.startswith(("girl_", "woman_")), role is Role.STAFF
    for _ in range(_TRIES):
        outfit = make_outfit(rng, role, girl=girl, adult=adult)
        if is_small and outfit.bag.kind in BIG_BAGS:
            continue
        if not others or compute_distances(outfit, others).min() >= LIKENESS_LIMIT:
            return outfit
    raise ScenarioError(
        f"{len(others) + 1} people cannot all be told apart: {_TRIES} outfits in a row were like someone's",
        expected=f"outfits at least {LIKENESS_LIMIT:g} apart",
        todo="ask for fewer people",
    )
