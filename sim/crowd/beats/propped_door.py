"""Somebody leaves by a door that should be shut."""

from typing import Literal

from sim.crowd.beats.base import Actor, Beat, Where
from sim.crowd.file_part import SecondsRange
from sim.site.model import Identifier


class ProppedDoor(Beat):
    """`who` props the exterior door `door` open for a moment and leaves by it; the rest of the day is dropped."""

    kind: Literal["propped-door"]
    who: Actor
    door: Identifier
    for_s: SecondsRange = (3.0, 5.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who leaves."""
        return (self.who,)

    @property
    def places(self) -> tuple[Where, ...]:
        """The door."""
        return (Where(door=self.door),)

    @property
    def ends_day(self) -> Actor | None:
        """They are gone for good."""
        return self.who
