"""Who plays whom: people drawn for a scenario, handed to its days, and dressed for its story."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.crowd.people.body_index import ADULT_PREFIXES, BodyFacts, draw_manner
from sim.crowd.people.people import Aid, Outfit, Person, Role
from sim.crowd.people.wardrobe import LIKENESS_LIMIT, compute_distances, make_look_alike, make_outfit
from sim.crowd.scenario.beats.closet import Closet, Part, PersonKey, make_garment
from sim.crowd.scenario.scenario import Day, Scenario
from sim.crowd.scenario.story import check_story, list_planted, order_beats
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


SMALL_YEARS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    players: Mapping[PersonKey, Person]  # everybody of the days, by day and number
    followers: tuple[Person, ...]  # look-alikes that the program gives a day of its own making

    def list_members(self, day: Day) -> list[Person]:
        return [self.players[(day.day_id, number)] for number in range(1, day.people + 1)]


def cast_people(*, scenario: Scenario, bodies: Mapping[str, BodyFacts], rng: np.random.Generator) -> tuple[Person, ...]:
    """Return the people a scenario asks for, dressed for its story: all that they wear later is there too."""
    check_story(scenario)
    wanted = sorted((count for count in _count_look_alikes(scenario).values() if count), reverse=True)
    people = make_people(
        rng,
        count=scenario.people_count,
        bodies=tuple(sorted(bodies)),
        staff_share=scenario.staff_count / scenario.people_count,
        look_alikes=wanted,
        small={name for name, facts in bodies.items() if facts.ages[1] <= SMALL_YEARS},
    )
    cast = share_people(scenario, people)
    dressed = _dress(scenario, people, cast, rng)
    return tuple(replace(person, manner=draw_manner(person, bodies[person.body_id])) for person in dressed)


def share_people(scenario: Scenario, people: Sequence[Person]) -> Cast:
    """Hand people to days: those whom others resemble to target days, their look-alikes as the story wants them."""
    resembled = Counter(p.look_alike_of for p in people if p.look_alike_of is not None)
    staff = [p for p in people if p.role is Role.STAFF]
    look_alikes = [p for p in people if p.role is Role.STUDENT and p.look_alike_of is not None]
    students = [p for p in people if p.role is Role.STUDENT and p.look_alike_of is None]
    models = sorted((p for p in students if resembled[p.person_id]), key=lambda p: -resembled[p.person_id])
    others = [p for p in students if not resembled[p.person_id]]
    planted = list_planted(scenario)
    _check_numbers(scenario, staff=len(staff), look_alikes=len(look_alikes), students=len(students), models=len(models))
    counts = _count_look_alikes(scenario)
    slots = sorted(counts, key=lambda key: -counts[key])
    targets = dict(zip(slots, [*models, *others], strict=False))
    left = [*models, *others][len(slots) :]
    own = {p.person_id: [twin for twin in look_alikes if twin.look_alike_of == p.person_id] for p in models}
    players: dict[PersonKey, Person] = {}
    for day in scenario.days:
        for number in range(1, day.people + 1):
            key = (day.day_id, number)
            if key in planted:
                twins = own.get(targets[planted[key]].person_id, [])
                if not twins:
                    raise ScenarioError(
                        f"nobody was made to resemble {planted[key][0]}", todo="cast the scenario again"
                    )
                players[key] = twins.pop(0)
            elif key in targets:
                players[key] = targets[key]
            else:
                players[key] = (staff if day.role is Role.STAFF else left).pop(0)
    used = {person.person_id for person in players.values()}
    return Cast(players=players, followers=tuple(p for p in look_alikes if p.person_id not in used))


def _count_look_alikes(scenario: Scenario) -> dict[PersonKey, int]:
    """Return for each person of a target day how many look-alikes they get, planted ones included.

    `look_alikes` are dealt out in turn to those who walk without aid, first to those who have none planted.
    """
    days = [day for day in scenario.days if day.target]
    counts = {(day.day_id, number): 0 for day in days for number in range(1, day.people + 1)}
    for key in list_planted(scenario).values():
        counts[key] += 1
    planted = dict(counts)
    aided = {day.day_id for day in days if day.aid is not Aid.NONE}
    turn = sorted((key for key in counts if key[0] not in aided), key=lambda key: planted[key]) or list(counts)
    for number in range(scenario.look_alikes):
        counts[turn[number % len(turn)]] += 1
    return counts


def _check_numbers(scenario: Scenario, *, staff: int, look_alikes: int, students: int, models: int) -> None:
    twins = scenario.look_alikes + len(list_planted(scenario))
    wanted = (scenario.staff_count, twins, scenario.people_count - scenario.staff_count - twins)
    if (staff, look_alikes, students) != wanted:
        raise ScenarioError(
            f"scenario {scenario.scenario_id} was given {staff} staff, {look_alikes} look-alikes and "
            f"{students} other students",
            expected=f"{wanted[0]} staff, {wanted[1]} look-alikes, {wanted[2]} other students",
        )
    if models > scenario.target_count:
        raise ScenarioError(
            f"scenario {scenario.scenario_id} has {scenario.target_count} people of target days, "
            f"but {models} people are resembled",
            todo="raise `people` of a target day",
        )


def _dress(scenario: Scenario, people: Sequence[Person], cast: Cast, rng: np.random.Generator) -> tuple[Person, ...]:
    closet = Closet({key: person.outfit for key, person in cast.players.items()}, rng)
    for day in scenario.days:
        for part, clothing in ((Part.TOP, day.wear.top), (Part.HEADWEAR, day.wear.headwear), (Part.BAG, day.wear.bag)):
            if clothing is not None:
                for number in range(1, day.people + 1):
                    closet.put_on_first((day.day_id, number), part, make_garment(clothing, part))
    for beat in scenario.beats:
        beat.prepare(closet)
    twins = _renew_look_alikes(cast, closet, rng)
    for beat in order_beats(scenario):
        beat.dress(closet)
    aids = {day.day_id: day.aid for day in scenario.days}
    dressed = {
        person.person_id: replace(
            person, outfit=closet.list_outfits(key)[0], later_outfits=closet.list_outfits(key)[1:], aid=aids[key[0]]
        )
        for key, person in cast.players.items()
    }
    dressed |= {person.person_id: replace(person, outfit=twins[person.person_id]) for person in cast.followers}
    return tuple(dressed[person.person_id] for person in people)


def _renew_look_alikes(cast: Cast, closet: Closet, rng: np.random.Generator) -> dict[str, Outfit]:
    """Dress look-alikes again whose models were changed for the story; return the followers' outfits."""
    keys = {person.person_id: key for key, person in cast.players.items()}
    outfits: dict[str, Outfit] = {}
    for twin in sorted((*cast.players.values(), *cast.followers), key=lambda p: p.person_id):
        if twin.look_alike_of is None:
            continue
        model = keys[twin.look_alike_of]
        first = closet.list_outfits(model)[0]
        outfit = twin.outfit
        if first != cast.players[model].outfit:
            outfit = make_look_alike(rng, first, changes=int(rng.integers(1, 3)))
        if twin.person_id in keys:
            closet.dress_first(keys[twin.person_id], outfit)
        else:
            outfits[twin.person_id] = outfit
    return outfits
