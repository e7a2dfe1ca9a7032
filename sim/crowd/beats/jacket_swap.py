"""Somebody goes on in other clothes."""

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.crowd.beats.base import Actor, Beat, Clothing, Where
from sim.crowd.file_part import SecondsRange


class JacketSwap(Beat):
    """Two people exchange their tops; or one puts on the top `to`, behind a door where no camera is or at a place."""

    kind: Literal["jacket-swap"]
    who: tuple[Actor, ...] = Field(min_length=1, max_length=2)
    where: Where
    for_s: SecondsRange = (8.0, 12.0)
    to: Clothing | None = None

    @model_validator(mode="after")
    def _check_top(self) -> Self:
        if (self.to is None) != (len(self.who) == 2):
            raise ValueError("one person who changes needs `to`, two people who swap must not have it")
        if len(self.who) == 2 and self.where.door is not None:
            raise ValueError("two people swap in a zone or at a node, not behind a door")
        return self

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who changes."""
        return self.who

    @property
    def places(self) -> tuple[Where, ...]:
        """Where they change."""
        return (self.where,)
