"""Somebody takes a way that no camera shows."""

from typing import Literal

from pydantic import Field

from sim.crowd.beats.base import Actor, Beat, Where
from sim.crowd.file_part import SecondsRange
from sim.site.model import Identifier


class BlindDetour(Beat):
    """`who` walks by `nodes`, of which a good part is off camera, and stops for `for_s` at the first of them."""

    kind: Literal["blind-detour"]
    who: Actor
    nodes: tuple[Identifier, ...] = Field(min_length=2)
    for_s: SecondsRange = (0.0, 0.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who goes that way."""
        return (self.who,)

    @property
    def places(self) -> tuple[Where, ...]:
        """The way."""
        return tuple(Where(node=node) for node in self.nodes)
