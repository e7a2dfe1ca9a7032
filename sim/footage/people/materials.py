"""What each part of a dressed person is made of, so that it gets the right texture."""

from enum import IntEnum


class Material(IntEnum):
    """What a vertex of a dressed person belongs to; all vertices of a face have the same."""

    PLAIN = 0
    SKIN = 1
    FACE = 2
    TOP = 3
    STRIP = 4
    VEST = 5
    BOTTOM = 6
    SHOE = 7
    SOCK = 8
    HAIR = 9
    HAT = 10
    CLOTH = 11
    SKIRT = 12
    BAG = 13
    PRINT = 14
