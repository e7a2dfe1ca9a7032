"""A look-alike is planted near a target's way."""

from typing import Literal

from sim.crowd.beats.base import Actor, Beat, Where
from sim.crowd.file_part import SecondsRange


class LookAlike(Beat):
    """`who` is dressed like `of`, a person of a target day, and waits at a place on that person's way."""

    kind: Literal["look-alike"]
    who: Actor
    of: Actor
    where: Where
    for_s: SecondsRange = (15.0, 25.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Only the look-alike has something to do."""
        return (self.who,)

    @property
    def places(self) -> tuple[Where, ...]:
        """Where the look-alike waits."""
        return (self.where,)
