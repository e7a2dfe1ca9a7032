"""What all story beats share: a name, people with their place in the day, a place, and a time."""

from abc import ABC, abstractmethod
from typing import Self

from pydantic import Field, model_validator

from sim.crowd.file_part import FilePart, SecondsRange
from sim.site.model import Identifier

ANY_ROLE = "anybody"


class Actor(FilePart):
    """One person of a day, and when in that day: after `after` of its steps (0: straight after coming in)."""

    day: Identifier
    person: int = Field(default=1, ge=1, le=200, description="which of the day's people, from 1")
    after: int = Field(default=0, ge=0, description="steps of the day that are done before")

    @property
    def name(self) -> str:
        """How messages name the person."""
        return self.day if self.person == 1 else f"{self.day} (person {self.person})"

    @property
    def key(self) -> tuple[str, int]:
        """Which person: day and number."""
        return (self.day, self.person)


class Where(FilePart):
    """A place: somewhere quiet in a zone (within 5 m of the walk node `near`), at a walk node, or at a door."""

    zone: Identifier | None = None
    near: Identifier | None = None
    node: Identifier | None = None
    door: Identifier | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if sum(name is not None for name in (self.zone, self.node, self.door)) != 1:
            raise ValueError("a place is one of zone, node or door")
        if self.near is not None and self.zone is None:
            raise ValueError("near goes with zone")
        return self


class Clothing(FilePart):
    """A garment or bag by its words of the wardrobe, such as kind: hoodie, colour: maroon."""

    kind: str
    colour: str


class Beat(FilePart, ABC):
    """A thing that happens. People who are there early wait; with `at_s` it begins no sooner than a time drawn from it.

    A kind of beat is a subclass in a file of its own, with its line in `sim.crowd.beats`.
    """

    beat_id: Identifier
    kind: str
    at_s: SecondsRange | None = None

    @property
    @abstractmethod
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who takes part, in the order of their roles."""

    @property
    def staff(self) -> tuple[Actor, ...]:
        """Those of them who must be staff."""
        return ()

    @property
    def places(self) -> tuple[Where, ...]:
        """Every place that the beat names."""
        return ()

    @property
    def ends_day(self) -> Actor | None:
        """Who leaves for good with this beat."""
        return None
