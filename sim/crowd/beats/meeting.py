"""People who came apart meet and talk."""

from typing import Literal

from pydantic import Field

from sim.crowd.beats.base import Actor, Beat, Where
from sim.crowd.file_part import SecondsRange


class Meeting(Beat):
    """Two to four people stand together and talk."""

    kind: Literal["meeting"]
    who: tuple[Actor, ...] = Field(min_length=2, max_length=4)
    where: Where
    for_s: SecondsRange = (10.0, 20.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who meets."""
        return self.who

    @property
    def places(self) -> tuple[Where, ...]:
        """Where they meet."""
        return (self.where,)
