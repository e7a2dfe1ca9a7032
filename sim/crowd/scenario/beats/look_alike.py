"""A look-alike is planted near a target's way."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from sim.crowd.people.people import Person
from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Act, Moment
from sim.crowd.scenario.beats.base import Actor, Beat, Play
from sim.crowd.scenario.beats.closet import PersonKey
from sim.crowd.scenario.beats.place import Where
from sim.crowd.scenario.beats.stage import Stage
from sim.crowd.scenario.parts.file_part import SecondsRange


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
        """They stand with a phone in hand."""
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
