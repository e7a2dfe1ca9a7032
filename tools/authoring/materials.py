"""Surfaces of a building, and the sets of them that a space's `style` names. Colours are linear RGB 0..1."""

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    colour: Colour  # linear RGB 0..1; multiplies the pattern
    pattern: str = ""  # name of a pattern in `textures`, or "" for plain paint
    second: Colour = (0.0, 0.0, 0.0)  # the pattern's other colour
    period_m: float = 1.0  # size in meters that one repeat of the pattern covers
    gloss: float | None = None  # roughness of the coat (smaller is shinier), or None for a matt surface
    metal: bool = False  # bare metal instead of paint
    radiance: float = 0.0  # what it gives off, or 0
    picture: int = 0  # number of the picture it shows, from 1; 0 for none
    group: str = ""  # lamps of one group are drawn as one lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    # upper, lower: paint of the wall above and below the rail
    upper: Material
    lower: Material
    rail_m: float  # height of the rail, meters
    accent: Material  # rail, door frames and the border of the floor
    floor: Material  # the field of the floor
    border: Material
    border_m: tuple[float, float]  # distance from the wall and width of the border
    lamp_pitch_m: float = 2.9  # about how far apart the ceiling lamps are
    lamp_radiance: float = 9.0


TILE_PERIOD_M = 4.88
CEILING_PERIOD_M = 2.44
BLOCK_PERIOD_M = 3.2


def paint(colour: Colour, *, gloss: float | None = None) -> Material:
    return Material(colour=colour, gloss=gloss)


def block(colour: Colour) -> Material:
    return Material(colour=colour, pattern="block", period_m=BLOCK_PERIOD_M, gloss=0.35)


def tile(colour: Colour, second: Colour | None = None, *, pattern: str = "tile", gloss: float = 0.13) -> Material:
    return Material(colour=colour, second=second or colour, pattern=pattern, period_m=TILE_PERIOD_M, gloss=gloss)


def lamp(colour: Colour, radiance: float, *, group: str) -> Material:
    return Material(colour=colour, radiance=radiance, group=group)


CEILING = Material(colour=(0.78, 0.77, 0.74), pattern="ceiling", period_m=CEILING_PERIOD_M)
STEEL = Material(colour=(0.62, 0.62, 0.60), metal=True, gloss=0.25)
ALUMINIUM = Material(colour=(0.10, 0.10, 0.105), gloss=0.2)
DARK = paint((0.015, 0.015, 0.016), gloss=0.3)
BASE = paint((0.03, 0.03, 0.032), gloss=0.25)
WHITE = paint((0.75, 0.74, 0.70), gloss=0.3)
WOOD = Material(colour=(0.40, 0.21, 0.09), pattern="wood", period_m=1.2, gloss=0.22)
PALE_WOOD = Material(colour=(0.55, 0.36, 0.18), pattern="wood", period_m=1.2, gloss=0.25)
GLASS = paint((0.02, 0.025, 0.03), gloss=0.04)
BRICK = Material(colour=(0.30, 0.11, 0.07), pattern="brick", period_m=1.6)
CONCRETE = Material(colour=(0.42, 0.41, 0.38), pattern="speckle", period_m=3.0)
PAVING = Material(colour=(0.33, 0.32, 0.29), pattern="paving", period_m=6.0)
ASPHALT = Material(colour=(0.07, 0.07, 0.072), pattern="speckle", period_m=3.0)
GRASS = Material(colour=(0.075, 0.10, 0.035), pattern="speckle", period_m=2.6)
LEAVES = Material(colour=(0.05, 0.11, 0.03), pattern="speckle", period_m=0.7)
YELLOW = paint((0.75, 0.38, 0.02), gloss=0.2)
RED = paint((0.45, 0.02, 0.02), gloss=0.2)

CREAM = (0.66, 0.61, 0.50)
WARM = (0.68, 0.62, 0.52)

STYLES: dict[str, Style] = {
    "lobby": Style(
        upper=paint((0.70, 0.66, 0.57), gloss=0.5), lower=block((0.10, 0.16, 0.24)), rail_m=1.05,
        accent=paint((0.60, 0.36, 0.05), gloss=0.25),
        floor=tile((0.50, 0.47, 0.41), (0.42, 0.40, 0.36), pattern="terrazzo", gloss=0.1),
        border=tile((0.07, 0.11, 0.18), pattern="terrazzo", gloss=0.1), border_m=(0.7, 0.35), lamp_pitch_m=2.6,
    ),
    "hall-a": Style(
        upper=block(CREAM), lower=block((0.10, 0.20, 0.36)), rail_m=1.2, accent=paint((0.03, 0.09, 0.24), gloss=0.25),
        floor=tile((0.52, 0.50, 0.44), (0.46, 0.45, 0.41)), border=tile((0.06, 0.14, 0.30)), border_m=(0.46, 0.305),
    ),
    "hall-b": Style(
        upper=block(WARM), lower=block((0.30, 0.075, 0.07)), rail_m=1.2,
        accent=paint((0.20, 0.02, 0.025), gloss=0.25),
        floor=tile((0.55, 0.46, 0.34), (0.40, 0.30, 0.21), pattern="checker"), border=tile((0.26, 0.05, 0.05)),
        border_m=(0.46, 0.305),
    ),
    "office": Style(
        upper=paint((0.66, 0.63, 0.55), gloss=0.6),
        lower=Material(colour=(0.42, 0.24, 0.11), pattern="wood", period_m=1.2, gloss=0.25), rail_m=0.95,
        accent=paint((0.22, 0.11, 0.045), gloss=0.25),
        floor=Material(colour=(0.10, 0.125, 0.15), second=(0.08, 0.10, 0.13), pattern="carpet", period_m=2.0),
        border=Material(colour=(0.05, 0.06, 0.085), second=(0.05, 0.06, 0.085), pattern="carpet", period_m=2.0),
        border_m=(0.0, 0.25),
    ),
    "stair": Style(
        upper=block((0.66, 0.65, 0.56)), lower=block((0.10, 0.27, 0.17)), rail_m=1.3,
        accent=paint((0.03, 0.13, 0.07), gloss=0.25), floor=tile((0.40, 0.41, 0.38), (0.35, 0.36, 0.34)),
        border=tile((0.06, 0.18, 0.11)), border_m=(0.3, 0.305), lamp_radiance=13.0,
    ),
    "cafeteria": Style(
        upper=paint((0.70, 0.66, 0.55), gloss=0.5), lower=block((0.13, 0.30, 0.20)), rail_m=1.25,
        accent=paint((0.65, 0.40, 0.05), gloss=0.25),
        floor=tile((0.56, 0.54, 0.47), (0.22, 0.32, 0.25), pattern="checker"), border=tile((0.07, 0.19, 0.12)),
        border_m=(0.3, 0.305), lamp_pitch_m=3.3, lamp_radiance=10.0,
    ),
    "entrance": Style(
        upper=paint((0.66, 0.63, 0.56), gloss=0.5), lower=block((0.36, 0.22, 0.15)), rail_m=1.05,
        accent=paint((0.03, 0.07, 0.18), gloss=0.25),
        floor=tile((0.33, 0.33, 0.33), (0.28, 0.28, 0.29), pattern="terrazzo", gloss=0.12),
        border=tile((0.24, 0.11, 0.06), pattern="terrazzo", gloss=0.12), border_m=(0.3, 0.4), lamp_pitch_m=2.6,
    ),
    "library": Style(
        upper=paint((0.62, 0.56, 0.42), gloss=0.6),
        lower=Material(colour=(0.34, 0.19, 0.09), pattern="wood", period_m=1.2, gloss=0.3), rail_m=0.9,
        accent=paint((0.30, 0.14, 0.03), gloss=0.3),
        floor=Material(colour=(0.24, 0.10, 0.05), second=(0.19, 0.075, 0.04), pattern="carpet", period_m=2.0),
        border=Material(colour=(0.09, 0.045, 0.03), second=(0.09, 0.045, 0.03), pattern="carpet", period_m=2.0),
        border_m=(0.3, 0.4), lamp_pitch_m=2.7,
    ),
    "service": Style(
        upper=block((0.50, 0.50, 0.47)), lower=block((0.36, 0.36, 0.34)), rail_m=1.2,
        accent=paint((0.55, 0.34, 0.03), gloss=0.4),
        floor=Material(colour=(0.30, 0.30, 0.29), pattern="paving", period_m=12.0, gloss=0.3),
        border=paint((0.50, 0.32, 0.04), gloss=0.3), border_m=(0.25, 0.1), lamp_pitch_m=3.6,
    ),
    "stair-east": Style(
        upper=block((0.66, 0.62, 0.52)), lower=block((0.42, 0.19, 0.05)), rail_m=1.3,
        accent=paint((0.34, 0.13, 0.02), gloss=0.25), floor=tile((0.42, 0.40, 0.36), (0.36, 0.34, 0.31)),
        border=tile((0.34, 0.15, 0.04)), border_m=(0.3, 0.305), lamp_radiance=13.0,
    ),
    "gym": Style(
        upper=block((0.64, 0.63, 0.58)), lower=block((0.45, 0.27, 0.04)), rail_m=1.4,
        accent=paint((0.025, 0.05, 0.15), gloss=0.25),
        floor=Material(colour=(0.46, 0.27, 0.12), pattern="wood", period_m=2.4, gloss=0.12),
        border=tile((0.025, 0.05, 0.15)), border_m=(0.3, 0.25),
    ),
    "hall-c": Style(
        upper=block((0.66, 0.63, 0.60)), lower=block((0.22, 0.08, 0.24)), rail_m=1.1,
        accent=paint((0.13, 0.03, 0.15), gloss=0.25),
        floor=tile((0.56, 0.55, 0.53), (0.36, 0.30, 0.37), pattern="checker"), border=tile((0.17, 0.06, 0.19)),
        border_m=(0.3, 0.305),
    ),
    "hall-d": Style(
        upper=paint((0.66, 0.66, 0.60), gloss=0.5), lower=block((0.05, 0.27, 0.27)), rail_m=0.95,
        accent=paint((0.02, 0.14, 0.15), gloss=0.25),
        floor=tile((0.44, 0.46, 0.44), (0.38, 0.41, 0.40), pattern="terrazzo"), border=tile((0.03, 0.18, 0.18)),
        border_m=(0.0, 0.4),
    ),
    "plain-upper": Style(
        upper=block((0.64, 0.61, 0.52)), lower=block((0.36, 0.30, 0.08)), rail_m=1.1,
        accent=paint((0.22, 0.16, 0.03), gloss=0.25), floor=tile((0.50, 0.48, 0.42), (0.45, 0.43, 0.38)),
        border=tile((0.28, 0.22, 0.06)), border_m=(0.46, 0.305),
    ),
    "plain": Style(
        upper=block((0.64, 0.62, 0.55)), lower=block((0.16, 0.30, 0.32)), rail_m=1.2,
        accent=paint((0.04, 0.14, 0.16), gloss=0.25), floor=tile((0.48, 0.48, 0.45), (0.42, 0.43, 0.41)),
        border=tile((0.10, 0.24, 0.26)), border_m=(0.46, 0.305),
    ),
}  # fmt: skip
