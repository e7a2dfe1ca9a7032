"""Somebody goes on in other clothes."""

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.crowd.people.people import Person, Pose
from sim.crowd.places.errands import Act, Away, Moment
from sim.crowd.scenario.beats.base import Actor, Beat, Play, play_together
from sim.crowd.scenario.beats.closet import Closet, Part, PersonKey, is_same, make_garment
from sim.crowd.scenario.beats.place import Clothing, SecondsRange, Where
from sim.crowd.scenario.beats.stage import Stage
from sim.errors import ScenarioError


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
        if self.where.door is not None and self.at_s is not None:
            raise ValueError("behind a door, the change comes when the person gets there: leave out at_s")
        return self

    @property
    def actors(self) -> tuple[Actor, ...]:
        return self.who

    @property
    def places(self) -> tuple[Where, ...]:
        return (self.where,)

    @property
    def changes(self) -> tuple[Actor, ...]:
        return self.who

    def dress(self, closet: Closet) -> None:
        """Tops change hands, or the new one is put on. Raises ScenarioError when it looks like the old one."""
        worn = [closet.get_worn(actor.key).top for actor in self.who]
        new = worn[::-1] if self.to is None else [make_garment(self.to, Part.TOP)]
        if is_same(worn[0], new[0]):
            raise ScenarioError(
                f"beat {self.beat_id}: {self.who[0].name} would wear the same as before, a {worn[0].colour} "
                f"{worn[0].kind}",
                expected="two different tops",
                todo="give a day its own `wear`, or change `to`",
            )
        for actor, top in zip(self.who, new, strict=True):
            closet.put_on(actor.key, Part.TOP, top)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        """Behind a door: away and back. Else: stand, change in the middle, go on."""
        seconds = stage.draw(self.for_s)
        if self.where.door is not None:
            away = Away(
                door_id=self.where.door,
                back_door_id=self.where.door,
                seconds=seconds,
                look=stage.first_looks[self.who[0].key],
                event_id=self.beat_id,
            )
            return (Play(errands=(away,)),)
        spots, start_s = stage.make_ring(self.where, len(self.who)), stage.draw_start(self.at_s)
        half_s = round(seconds / 2, 3)
        moments = [
            (
                Moment(pose=Pose.SEARCH, seconds=half_s),
                Moment(pose=Pose.SEARCH, seconds=half_s, look=stage.first_looks[actor.key]),
            )
            for actor in self.who
        ]
        return play_together(event_id=self.beat_id, spots=spots, moments=moments, not_before_s=start_s)


class LookAlike(Beat):
    """`who` is dressed like `of`, a person of a target day, and waits at a place on that person's way."""

    may_run_on: ClassVar[bool] = True

    kind: Literal["look-alike"]
    who: Actor
    of: Actor
    where: Where
    for_s: SecondsRange = (15.0, 25.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        return (self.who,)

    @property
    def places(self) -> tuple[Where, ...]:
        return (self.where,)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        (spot,) = stage.make_ring(self.where, 1)
        act = Act(
            event_id=self.beat_id,
            spot=spot,
            not_before_s=stage.draw_start(self.at_s),
            moments=(Moment(pose=Pose.PHONE, seconds=stage.draw(self.for_s)),),
        )
        return (Play(errands=(act,)),)

    def describe(self, people: Mapping[PersonKey, Person]) -> dict[str, object]:
        return {"of": people[self.of.key].person_id}


class Meeting(Beat):
    may_run_on: ClassVar[bool] = True

    kind: Literal["meeting"]
    who: tuple[Actor, ...] = Field(min_length=2, max_length=4)
    where: Where
    for_s: SecondsRange = (10.0, 20.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        return self.who

    @property
    def places(self) -> tuple[Where, ...]:
        return (self.where,)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        spots = stage.make_ring(self.where, len(self.who))
        seconds, start_s = stage.draw(self.for_s), stage.draw_start(self.at_s)
        talk = (Moment(pose=Pose.TALK, seconds=seconds),)
        return play_together(event_id=self.beat_id, spots=spots, moments=[talk] * len(spots), not_before_s=start_s)
