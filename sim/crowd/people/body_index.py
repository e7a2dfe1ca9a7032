"""What walking needs to know of the baked bodies, how tall they are and how far a gait cycle carries them; and how one
person walks: drawn once from who they are, so that the walk is theirs on every camera.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.crowd.people.people import Aid, Manner, Person, Role
from sim.errors import NewerSchemaError, RecordingError

BODY_SCHEMA = 3
ADULT_PREFIXES = ("man_", "woman_")
NEWEST_SET = "bodies-2"
"""Folder of the baked bodies of scenarios that name none, and of new ones."""
USUAL_AGES = (11, 18)
"""Years of age of the students of a school that does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFacts:
    body_id: str  # its name, such as "girl_tall"
    height_m: float  # standing height
    stride_m: float  # distance walked in one gait cycle (two steps) without a foot sliding
    # the same by way of getting about: "walk", "run", "up" and "down" (stairs, two treads of 0.3 m: on other treads the
    # phase is distance along the flight over two of its treads), "wheel", "crutches"; also by manner of
    # walking ("walk_long" and so on)
    strides_m: Mapping[str, float] = field(default_factory=dict)
    ages: tuple[int, int] = USUAL_AGES  # years of those whose body it may be, both ends included

    @property
    def role(self) -> Role:
        return Role.STAFF if self.body_id.startswith(ADULT_PREFIXES) else Role.STUDENT


def load_body_index(folder: Path) -> dict[str, BodyFacts]:
    path = folder / "bodies.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version, bodies = int(data["schema_version"]), dict(data["bodies"])
        facts = {
            name: BodyFacts(
                body_id=name,
                height_m=float(row["height_m"]),
                stride_m=float(row["stride_m"]),
                strides_m={str(n): float(s) for n, s in dict(row["strides_m"]).items()},
                ages=(int(row["ages"][0]), int(row["ages"][1])),
            )
            for name, row in bodies.items()
        }
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="the baked bodies' index",
            todo=f"restore {folder} from the repository",
        ) from error
    if version > BODY_SCHEMA:
        raise NewerSchemaError(
            f"{path} has schema_version {version}", expected=f"at most {BODY_SCHEMA}", todo="update Sightline"
        )
    return facts


def choose_by_age(bodies: Mapping[str, BodyFacts], ages: tuple[int, int] | None) -> dict[str, BodyFacts]:
    """Return the adults, and the children whose middle age a school's ages span (`USUAL_AGES` if it tells none)."""
    low, high = ages or USUAL_AGES
    chosen = {
        name: facts
        for name, facts in bodies.items()
        if facts.role is Role.STAFF or 2 * low <= sum(facts.ages) <= 2 * high
    }
    if all(facts.role is Role.STAFF for facts in chosen.values()):
        raise RecordingError(
            f"no body of the set is that of a student of {low} to {high} years",
            expected="ages that the bodies' index knows",
            todo="change `ages` in site.yaml, or name another body set in the scenario",
        )
    return chosen


def compute_height_m(person: Person, bodies: Mapping[str, BodyFacts]) -> float:
    """Return how tall this person stands, without hair, in meters."""
    return bodies[person.body_id].height_m * person.height_scale


STRAP_BAG = "backpack"
HURRY = "walk_hurry"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trait:
    """One way in which walks differ: a normal draw, cut at both ends; 1 is what was baked, below 0 its opposite."""

    mean: float
    spread: float
    least: float
    most: float = 1.0


TRAITS = {
    "walk_long": _Trait(mean=0.0, spread=0.3, least=-0.2, most=0.8),
    "walk_short": _Trait(mean=0.65, spread=0.3, least=0.0),
    "walk_swing": _Trait(mean=0.0, spread=0.55, least=-0.45),
    "walk_stoop": _Trait(mean=0.15, spread=0.4, least=-0.35),
    "walk_wide": _Trait(mean=0.1, spread=0.45, least=-0.5),
}
"""Strides of one body vary by some 8 % of their length: M. P. Murray and others, "Walking patterns of normal men",
Journal of Bone and Joint Surgery 46-A, 1964."""
_STRIDES = {"walk_long", "walk_short"}
LIMP_CHANCE = 0.03
STRAP_CHANCE = 0.25


def draw_manner(person: Person, facts: BodyFacts) -> Manner:
    """Return how a person walks, by body, name and size alone; a body without baked manners walks as all of its kind.

    The same person gets the same manner on every camera and every machine. Look-alikes share clothes, not the walk.
    """
    base = facts.strides_m.get("walk", facts.stride_m)
    if HURRY not in facts.strides_m or person.aid is not Aid.NONE:
        return Manner()
    seed = zlib.crc32(f"{person.person_id} {person.body_id} {person.height_scale:.6f}".encode())
    rng = np.random.default_rng(seed)
    shares = {
        name: float(np.clip(rng.normal(trait.mean, trait.spread), trait.least, trait.most))
        for name, trait in TRAITS.items()
        if name in facts.strides_m
    }
    limps, holds = rng.uniform(size=2)
    if limps < LIMP_CHANCE:
        shares |= {"walk_limp": float(rng.uniform(0.5, 0.9))} | dict.fromkeys(_STRIDES & shares.keys(), 0.0)
    stride_m = base + sum(share * (facts.strides_m[name] - base) for name, share in shares.items())
    strap = holds < STRAP_CHANCE and person.outfit.bag.kind == STRAP_BAG
    return Manner(
        shares=tuple((name, round(share, 4)) for name, share in shares.items()),
        stride_share=stride_m / base,
        hurry_share=(stride_m + facts.strides_m[HURRY] - base) / base,
        holds_strap=bool(strap),
    )
