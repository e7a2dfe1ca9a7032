"""How one person walks: drawn once from who they are, so that the walk is theirs on every camera."""

import zlib
from dataclasses import dataclass

import numpy as np

from sim.crowd.people.body_index import BodyFacts
from sim.crowd.people.people import Aid, Manner, Person

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
