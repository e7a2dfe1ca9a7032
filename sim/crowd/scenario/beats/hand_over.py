"""A bag changes hands."""

from typing import Literal

from sim.crowd.people.track import Pose
from sim.crowd.people.wardrobe import NONE
from sim.crowd.places.errands import Moment
from sim.crowd.scenario.beats.base import Actor, Beat, Play, play_together
from sim.crowd.scenario.beats.closet import Closet, Part
from sim.crowd.scenario.beats.place import Clothing, Where
from sim.crowd.scenario.beats.stage import Stage
from sim.crowd.scenario.parts.file_part import SecondsRange

_REACH_S = 1.0


class BagHandover(Beat):
    """`giver` comes with a bag (`bag`, or any) and goes without; `taker` comes without one and goes with it."""

    kind: Literal["hand-over"]
    giver: Actor
    taker: Actor
    where: Where
    for_s: SecondsRange = (3.0, 5.0)
    bag: Clothing | None = None

    @property
    def actors(self) -> tuple[Actor, ...]:
        return (self.giver, self.taker)

    @property
    def places(self) -> tuple[Where, ...]:
        return (self.where,)

    @property
    def changes(self) -> tuple[Actor, ...]:
        return (self.giver, self.taker)

    def prepare(self, closet: Closet) -> None:
        """The giver starts with a bag, the taker without."""
        closet.give_bag_first(self.giver.key, self.bag)
        closet.put_on_first(self.taker.key, Part.BAG, NONE)

    def dress(self, closet: Closet) -> None:
        bag = closet.take_bag(self.giver.key, beat_id=self.beat_id, name=self.giver.name)
        closet.give_bag(self.taker.key, bag, beat_id=self.beat_id, name=self.taker.name)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        """They stand face to face, talk, and reach out; the bag changes in the middle of that."""
        spots = stage.make_ring(self.where, 2)
        talk_s, start_s = stage.draw(self.for_s), stage.draw_start(self.at_s)
        moments = [
            (
                Moment(pose=Pose.TALK, seconds=talk_s),
                Moment(pose=Pose.HAND_OVER, seconds=_REACH_S),
                Moment(pose=Pose.HAND_OVER, seconds=_REACH_S, look=stage.first_looks[actor.key]),
                Moment(pose=Pose.STAND, seconds=0.8),
            )
            for actor in self.actors
        ]
        return play_together(event_id=self.beat_id, spots=spots, moments=moments, not_before_s=start_s)
