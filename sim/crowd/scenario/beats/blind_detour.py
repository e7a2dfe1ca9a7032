"""Somebody takes a way that no camera shows."""

from typing import Literal

from pydantic import Field

from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Act, Moment, Pass
from sim.crowd.scenario.beats.base import Actor, Beat, Play
from sim.crowd.scenario.beats.place import Where
from sim.crowd.scenario.beats.stage import Stage
from sim.crowd.scenario.parts.file_part import SecondsRange
from sim.site.model import Identifier


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
