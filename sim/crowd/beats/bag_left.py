"""A bag stays behind, and staff may find it."""

from typing import Literal

from sim.crowd.beats.base import Actor, Beat, Clothing, Where
from sim.crowd.file_part import SecondsRange


class BagLeft(Beat):
    """`who` sets the bag down and goes on without it; `finder`, one of the staff, comes and takes it away."""

    kind: Literal["bag-left"]
    who: Actor
    where: Where
    for_s: SecondsRange = (4.0, 8.0)
    bag: Clothing | None = None
    finder: Actor | None = None
    found_after_s: SecondsRange = (30.0, 60.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who leaves the bag, and who finds it."""
        return (self.who,) if self.finder is None else (self.who, self.finder)

    @property
    def staff(self) -> tuple[Actor, ...]:
        """The finder."""
        return self.actors[1:]

    @property
    def places(self) -> tuple[Where, ...]:
        """Where the bag stays."""
        return (self.where,)
