"""Who walks through a recording: one person's body, clothes and role."""

from dataclasses import dataclass
from enum import StrEnum

Rgb = tuple[float, float, float]


class Role(StrEnum):
    STUDENT = "student"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Garment:
    """One piece of clothing, bag or hair style."""

    kind: str  # word of the wardrobe ("hoodie", "jeans", "backpack", "ponytail", "none")
    colour: str  # colour name, part of the descriptor; "none" when `kind` is
    rgb: Rgb  # the colour itself, linear 0..1
    accent: Rgb | None = None  # a second colour (logo, stripe, sleeve), linear 0..1, or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """Everything a person is told apart by, besides the body; a `vest` is worn over the top."""

    top: Garment
    bottom: Garment
    shoes: Garment
    hair: Garment
    headwear: Garment
    bag: Garment
    lanyard: bool
    skin: Rgb
    glasses: bool = False
    vest: Garment | None = None


class Aid(StrEnum):
    """What a person needs to get about."""

    NONE = "none"
    WHEELCHAIR = "wheelchair"
    CRUTCHES = "crutches"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How somebody walks; the default is the walk of all people of one body."""

    # how much of each baked manner of walking is in it (`walk_long` and so on): 0 none, 1 all, below 0 its opposite
    shares: tuple[tuple[str, float], ...] = ()
    stride_share: float = 1.0  # the person's stride, times the body's
    hurry_share: float = 1.0  # the same in a hurry; equal for one who has no other walk then
    holds_strap: bool = False  # walks with a hand on the strap of the backpack


PLAIN = Manner()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    person_id: str
    role: Role
    body_id: str  # name of a baked body
    height_scale: float  # multiplies the baked body's size, about 0.94..1.06
    outfit: Outfit  # what the person wears at first
    look_alike_of: str | None = None  # the person this one was made to resemble, or None
    # what the person wears after a change (a jacket swapped, a bag handed over), in order;
    # `sim.crowd.people.track.Track.look` says when
    later_outfits: tuple[Outfit, ...] = ()
    aid: Aid = Aid.NONE  # wheelchair, crutches or nothing
    manner: Manner = PLAIN  # how the person walks

    @property
    def outfits(self) -> tuple[Outfit, ...]:
        """All outfits in order; `Track.look` counts in these."""
        return (self.outfit, *self.later_outfits)
