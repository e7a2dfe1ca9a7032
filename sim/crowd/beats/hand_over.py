"""A bag changes hands."""

from typing import Literal

from sim.crowd.beats.base import Actor, Beat, Clothing, Where
from sim.crowd.file_part import SecondsRange


class HandOver(Beat):
    """`giver` comes with a bag (`bag`, or any) and goes without; `taker` comes without one and goes with it."""

    kind: Literal["hand-over"]
    giver: Actor
    taker: Actor
    where: Where
    for_s: SecondsRange = (3.0, 5.0)
    bag: Clothing | None = None

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Giver, taker."""
        return (self.giver, self.taker)

    @property
    def places(self) -> tuple[Where, ...]:
        """Where they meet."""
        return (self.where,)
