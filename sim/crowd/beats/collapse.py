"""A medical emergency: somebody falls, others help."""

from typing import Literal

from pydantic import Field

from sim.crowd.beats.base import Actor, Beat, Where
from sim.crowd.file_part import SecondsRange


class Collapse(Beat):
    """`who` falls and lies there for `for_s`; `helper` kneels down, `gather` stand around, `staff_member` comes."""

    kind: Literal["collapse"]
    who: Actor
    helper: Actor
    gather: tuple[Actor, ...] = Field(default=(), max_length=4)
    staff_member: Actor
    where: Where
    for_s: SecondsRange = (40.0, 60.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who fell, helper, staff, bystanders."""
        return (self.who, self.helper, self.staff_member, *self.gather)

    @property
    def staff(self) -> tuple[Actor, ...]:
        """The one who comes."""
        return (self.staff_member,)

    @property
    def places(self) -> tuple[Where, ...]:
        """Where it happens."""
        return (self.where,)
