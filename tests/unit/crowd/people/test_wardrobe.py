from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.people import wardrobe
from sim.crowd.people.body_index import load_body_index
from sim.crowd.people.people import Aid, Garment, Outfit, Person, Role
from sim.crowd.people.wardrobe import LIKENESS_LIMIT, compute_distances, find_nearest, make_look_alike
from sim.crowd.scenario.casting import make_people
from sim.errors import ScenarioError
from tests.support.painted_hall import BODIES

BODY_IDS = tuple(sorted(load_body_index(BODIES)))


def _garment(kind: str, colour: str) -> Garment:
    return Garment(kind=kind, colour=colour, rgb=wardrobe.CLOTH.get(colour, (0.1, 0.05, 0.02)))


OUTFIT = Outfit(
    top=_garment("hoodie", "grey"),
    bottom=Garment(kind="jeans", colour="dark blue", rgb=(0.03, 0.04, 0.08)),
    shoes=_garment("trainers", "white"),
    hair=_garment("short", "brown"),
    headwear=wardrobe.NONE,
    bag=_garment("backpack", "black"),
    lanyard=False,
    skin=(0.6, 0.4, 0.3),
)


def test_descriptor_is_computed_from_the_outfit() -> None:
    person = Person(person_id="P001", role=Role.STUDENT, body_id="boy_slim", height_scale=1.0, outfit=OUTFIT)
    expected = "Student, grey hoodie, dark blue jeans, white shoes, black backpack, short brown hair"
    assert wardrobe.describe(person) == expected
    veiled = replace(OUTFIT, headwear=_garment("hijab", "navy"), bag=wardrobe.NONE, lanyard=True)
    assert wardrobe.describe_outfit(veiled) == "grey hoodie, dark blue jeans, white shoes, navy hijab, lanyard"
    vest = Garment(kind="hi-vis vest", colour="yellow", rgb=(0.58, 0.66, 0.06))
    outfit = replace(OUTFIT, headwear=_garment("hood", "grey"), bag=wardrobe.NONE, glasses=True, vest=vest)
    assert wardrobe.describe_outfit(outfit) == (
        "yellow hi-vis vest, grey hoodie, dark blue jeans, white shoes, hood up, glasses"
    )
    assert wardrobe.describe(replace(person, aid=Aid.WHEELCHAIR)).startswith("Student in a wheelchair, grey hoodie")


def test_colour_distance_worked_numbers() -> None:
    assert wardrobe.compute_oklab((1.0, 1.0, 1.0)) == pytest.approx([1.0, 0.0, 0.0], abs=1e-3)
    assert wardrobe.compute_colour_distance((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)) == pytest.approx(1.0, abs=1e-3)
    # IEC 61966-2-1: mid grey #808080 is 0.2159 linear.
    assert wardrobe.parse_srgb("#808080") == pytest.approx((0.2159,) * 3, abs=1e-4)
    # OKLab of linear red as published with the method: (0.628, 0.225, 0.126).
    assert wardrobe.compute_oklab((1.0, 0.0, 0.0)) == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)


def test_outfit_distance_worked_number_and_bounds() -> None:
    other = Outfit(
        top=_garment("T-shirt", "white"),
        bottom=_garment("shorts", "tan"),
        shoes=_garment("shoes", "black"),
        hair=Garment(kind="bun", colour="blond", rgb=(0.5, 0.4, 0.2)),
        headwear=_garment("cap", "red"),
        bag=wardrobe.NONE,
        lanyard=True,
        skin=(0.05, 0.03, 0.02),
    )
    same, bare, far = compute_distances(OUTFIT, [OUTFIT, replace(OUTFIT, bag=wardrobe.NONE), other])
    assert (same, bare) == (0.0, pytest.approx(0.15))
    assert 0.85 < far <= 1.0
    assert compute_distances(other, [OUTFIT]) == [far]


@pytest.mark.parametrize("seed", range(12))
def test_look_alikes_differ_a_little_but_visibly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    outfit = wardrobe.make_outfit(rng, Role.STUDENT, girl=bool(seed % 2), adult=False)
    twin = make_look_alike(rng, outfit, changes=1 + seed % 2)
    changed = sum(
        getattr(outfit, name).colour != getattr(twin, name).colour
        for name in ("top", "bottom", "shoes", "hair", "headwear", "bag")
    )
    assert 1 <= changed <= 2
    assert wardrobe.describe_outfit(outfit) != wardrobe.describe_outfit(twin)
    assert 0.0 < compute_distances(outfit, [twin])[0] < 0.35


def test_a_look_alike_has_the_body_of_somebody_who_is_none() -> None:
    people = make_people(np.random.default_rng(3), count=44, bodies=BODY_IDS, look_alikes=(2, 1))
    assert [p.person_id for p in people] == [f"P{i:03d}" for i in range(1, 45)]
    by_id = {p.person_id: p for p in people}
    twins = [p for p in people if p.look_alike_of]
    assert len(twins) == 3
    for twin in twins:
        original = by_id[twin.look_alike_of or ""]
        assert twin.body_id == original.body_id
        assert original.look_alike_of is None


def test_a_hundred_people_are_all_different_and_the_nearest_is_known() -> None:
    people = make_people(np.random.default_rng(8), count=100, bodies=BODY_IDS)
    nearest = find_nearest(people)
    assert min(distance for _, distance in nearest) >= LIKENESS_LIMIT
    first = people[0]
    slow = min((compute_distances(first.outfit, [p.outfit])[0], p.person_id) for p in people[1:])
    assert nearest[0] == (slow[1], pytest.approx(slow[0]))
    assert find_nearest(people[:1]) == [("", 1.0)]


def test_more_people_than_the_wardrobe_tells_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.crowd.scenario.casting.LIKENESS_LIMIT", 0.95)
    with pytest.raises(ScenarioError, match="cannot all be told apart"):
        make_people(np.random.default_rng(1), count=40, bodies=BODY_IDS)


def test_same_seed_same_people_and_roles_fit_bodies() -> None:
    first, second = (make_people(np.random.default_rng(9), count=20, bodies=BODY_IDS) for _ in range(2))
    assert first == second
    for person in first:
        assert (person.role is Role.STAFF) == person.body_id.startswith(("man_", "woman_"))
    places = [
        next(int(p.look_alike_of[1:]) for p in people if p.look_alike_of)
        for people in (
            make_people(np.random.default_rng(s), count=20, bodies=BODY_IDS, look_alikes=(1,)) for s in range(12)
        )
    ]
    assert len(set(places)) > 6, "ids tell nothing about who has a look-alike"


def test_impossible_casts_are_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ScenarioError, match="no room"):
        make_people(rng, count=3, bodies=BODY_IDS, look_alikes=(4,))
    with pytest.raises(ScenarioError, match="adults or children"):
        make_people(rng, count=3, bodies=("man_average",))
