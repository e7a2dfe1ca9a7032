"""What somebody stops for, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class HaltKind(StrEnum):
    LOCKER = "locker"
    SEAT = "seat"
    PHONE = "phone"
    TALK = "talk"
    CLASSROOM = "classroom"
    OFFICE = "office"
    REST_ROOM = "rest room"
    OUTSIDE = "outside"
    DOORWAY = "doorway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    kind: HaltKind
    node: str  # walk node that the way there leads by
    zone: str  # where it is; of a halt behind a door, ""
    step: Mapping[str, object]  # the step of a scenario file, without its seconds
