"""Somebody leaves by a door that should be shut."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from sim.crowd.people.people import Person, Pose
from sim.crowd.places.errands import Act, Leave, Moment, Pass
from sim.crowd.scenario.beats.base import Actor, Beat, Play
from sim.crowd.scenario.beats.closet import PersonKey
from sim.crowd.scenario.beats.place import SecondsRange, Where
from sim.crowd.scenario.beats.stage import Stage
from sim.site.model import Identifier


class ProppedDoor(Beat):
    """`who` props the exterior door `door` open for a moment and leaves by it; the rest of the day is dropped."""

    kind: Literal["propped-door"]
    who: Actor
    door: Identifier
    for_s: SecondsRange = (3.0, 5.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        return (self.who,)

    @property
    def places(self) -> tuple[Where, ...]:
        return (Where(door=self.door),)

    @property
    def ends_day(self) -> Actor | None:
        return self.who

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        hold = Act(
            event_id=f"{self.beat_id}.hold",
            spot=stage.make_door_spot(self.door),
            not_before_s=stage.draw_start(self.at_s),
            moments=(Moment(pose=Pose.LOCKER, seconds=stage.draw(self.for_s)),),
        )
        return (Play(errands=(hold, Leave(door_id=self.door, event_id=self.beat_id))),)

    @property
    def span(self) -> tuple[str, ...]:
        return (f"{self.beat_id}.hold", self.beat_id)

    def describe(self, people: Mapping[PersonKey, Person]) -> dict[str, object]:
        return {"door": self.door}


class BlindDetour(Beat):
    """`who` walks by `nodes`, of which a good part is off camera, and stops for `for_s` at the first of them."""

    kind: Literal["blind-detour"]
    who: Actor
    nodes: tuple[Identifier, ...] = Field(min_length=2)
    for_s: SecondsRange = (0.0, 0.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        return (self.who,)

    @property
    def places(self) -> tuple[Where, ...]:
        return tuple(Where(node=node) for node in self.nodes)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        """They go to the first node, may stop there, and walk on by the others."""
        walk = Pass(nodes=self.nodes, event_id=self.beat_id)
        seconds = stage.draw(self.for_s)
        if seconds == 0.0 and self.at_s is None:
            return (Play(errands=(walk,)),)
        (spot,) = stage.make_ring(Where(node=self.nodes[0]), 1)
        wait = Act(
            event_id=f"{self.beat_id}.wait",
            spot=spot,
            not_before_s=stage.draw_start(self.at_s),
            moments=(Moment(pose=Pose.PHONE, seconds=seconds),),
        )
        return (Play(errands=(wait, walk)),)
