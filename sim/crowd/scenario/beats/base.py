"""What all story beats share: a name, people with their place in the day, a place, and a time."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import Field, model_validator

from sim.crowd.people.people import Person
from sim.crowd.places.errands import Act, Cue, Errand, Moment
from sim.crowd.places.spots import Spot
from sim.crowd.scenario.beats.closet import Closet, PersonKey
from sim.crowd.scenario.beats.place import FilePart, SecondsRange, Where
from sim.crowd.scenario.beats.stage import Stage
from sim.site.model import Identifier

PATIENCE_S = 200.0


class Actor(FilePart):
    """One person of a day, and when in that day: after `after` of its steps (0: straight after coming in).

    With `during` instead, they are called away from that step (counted from 1, a stop) and return to it afterwards.
    """

    day: Identifier
    person: int = Field(default=1, ge=1, le=200, description="which of the day's people, from 1")
    after: int = Field(default=0, ge=0, description="steps of the day that are done before")
    during: int | None = Field(default=None, ge=1, description="the step that is broken off and taken up again")

    @model_validator(mode="after")
    def _check_when(self) -> Self:
        if self.during is not None and self.after:
            raise ValueError("a person comes to a beat after some steps or during one: give after or during")
        return self

    @property
    def name(self) -> str:
        return self.day if self.person == 1 else f"{self.day} (person {self.person})"

    @property
    def key(self) -> tuple[str, int]:
        return (self.day, self.person)

    @property
    def place(self) -> float:
        """Where in the day: steps done before, and a half when called away from the one after."""
        return float(self.after) if self.during is None else self.during - 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    errands: tuple[Errand, ...]  # in order, put into the actor's day
    call: Cue | None = None  # the cue on which the actor leaves what they are doing; None: they come by themselves


def play_together(
    *, event_id: str, spots: Sequence[Spot], moments: Sequence[tuple[Moment, ...]], not_before_s: float
) -> tuple[Play, ...]:
    return tuple(
        Play(
            errands=(
                Act(
                    event_id=event_id,
                    part=part,
                    cast=len(spots),
                    spot=spot,
                    not_before_s=not_before_s,
                    patience_s=PATIENCE_S,
                    moments=own,
                ),
            )
        )
        for part, (spot, own) in enumerate(zip(spots, moments, strict=True))
    )


class Beat(FilePart, ABC):
    """A thing that happens. People who are there early wait; with `at_s` it begins no sooner than a time drawn from it.

    A kind of beat is a subclass in a file of its own, with its line in `sim.crowd.scenario.beats`.
    """

    takes_at_s: ClassVar[bool] = True
    may_run_on: ClassVar[bool] = False

    beat_id: Identifier
    kind: str
    at_s: SecondsRange | None = None

    @model_validator(mode="after")
    def _check_beat(self) -> Self:
        if self.at_s is not None and not self.takes_at_s:
            raise ValueError(f"a {self.kind} happens when the people get there: leave out at_s")
        keys = [actor.key for actor in self.actors]
        for actor in self.actors:
            if keys.count(actor.key) > 1:
                raise ValueError(f"{actor.name} takes part twice in beat {self.beat_id}")
        return self

    @property
    @abstractmethod
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who takes part, in the order of their roles."""

    @property
    def staff(self) -> tuple[Actor, ...]:
        return ()

    @property
    def places(self) -> tuple[Where, ...]:
        return ()

    @property
    def ends_day(self) -> Actor | None:
        return None

    @property
    def changes(self) -> tuple[Actor, ...]:
        """Whose looks `dress` adds, one entry for each outfit added."""
        return ()

    @property
    def least_s(self) -> float:
        span: SecondsRange = getattr(self, "for_s", (0.0, 0.0))
        return span[0]

    @property
    def span(self) -> tuple[str, ...]:
        """The event_ids of errands that together are the event, from the first moment to the last."""
        return (self.beat_id,)

    @property
    def comers(self) -> tuple[str, ...]:
        """The event_ids of those who come to it; the event's `detail` says when: "helper_s" for "fall.helper"."""
        return ()

    @property
    def sequels(self) -> Mapping[str, str]:
        """What follows later as an event of its own: event_id to kind."""
        return {}

    @property
    def later_actors(self) -> tuple[Actor, ...]:
        return ()

    def prepare(self, closet: Closet) -> None:
        """Give people at the start of the recording what the beat needs them to have."""

    def dress(self, closet: Closet) -> None:
        """Add the outfits that people wear later because of the beat; called in the order of the story."""

    @abstractmethod
    def plan(self, stage: Stage) -> tuple[Play, ...]:
        """Return what everybody does, one entry for each of `actors`, in their order."""

    def describe(self, people: Mapping[PersonKey, Person]) -> Mapping[str, object]:
        """Return what else belongs to the event, for its `detail`; `people` are those of the days."""
        return {}
