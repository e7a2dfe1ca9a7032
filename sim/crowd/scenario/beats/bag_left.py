"""A bag stays behind, and staff may find it."""

import math
from dataclasses import replace
from typing import Literal

from sim.crowd.people.people import Pose
from sim.crowd.people.wardrobe import NONE
from sim.crowd.places.errands import Act, Cue, CueEdge, Moment, PutDown
from sim.crowd.scenario.beats.base import PATIENCE_S, Actor, Beat, Play, play_together
from sim.crowd.scenario.beats.closet import Closet, Part
from sim.crowd.scenario.beats.place import Clothing, SecondsRange, Where
from sim.crowd.scenario.beats.stage import Stage

_REACH_M = 0.5


class BagLeft(Beat):
    """`who` sets the bag down and goes on without it; `finder`, one of the staff, comes and takes it away."""

    kind: Literal["bag-left"]
    who: Actor
    where: Where
    for_s: SecondsRange = (4.0, 8.0)
    bag: Clothing | None = None
    finder: Actor | None = None
    found_after_s: SecondsRange = (30.0, 60.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        return (self.who,) if self.finder is None else (self.who, self.finder)

    @property
    def staff(self) -> tuple[Actor, ...]:
        return self.actors[1:]

    @property
    def places(self) -> tuple[Where, ...]:
        return (self.where,)

    @property
    def sequels(self) -> dict[str, str]:
        return {} if self.finder is None else {f"{self.beat_id}.found": "bag-found"}

    @property
    def later_actors(self) -> tuple[Actor, ...]:
        return self.staff

    @property
    def changes(self) -> tuple[Actor, ...]:
        return self.actors

    def prepare(self, closet: Closet) -> None:
        """One starts with a bag; the finder's hands are free."""
        closet.give_bag_first(self.who.key, self.bag)
        if self.finder is not None:
            closet.put_on_first(self.finder.key, Part.BAG, NONE)

    def dress(self, closet: Closet) -> None:
        bag = closet.take_bag(self.who.key, beat_id=self.beat_id, name=self.who.name)
        if self.finder is not None:
            closet.give_bag(self.finder.key, bag, beat_id=self.beat_id, name=self.finder.name)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        """One kneels down, sets the bag at the wall and goes; later the finder kneels there and takes it."""
        (spot,) = stage.make_ring(self.where, 1)
        to_wall = spot.facing_rad + math.pi
        at = (
            round(spot.place.at[0] + _REACH_M * math.cos(to_wall), 6),
            round(spot.place.at[1] + _REACH_M * math.sin(to_wall), 6),
        )
        look = stage.first_looks[self.who.key]
        bag = stage.people[self.who.key].outfits[look - 1].bag
        thing = PutDown(prop_id=self.beat_id, garment=bag, at=at, heading_rad=spot.facing_rad)
        leave = Act(
            event_id=self.beat_id,
            spot=replace(spot, facing_rad=math.remainder(to_wall, 2 * math.pi)),
            not_before_s=stage.draw_start(self.at_s),
            moments=(
                Moment(pose=Pose.KNEEL, seconds=1.2),
                Moment(pose=Pose.KNEEL, seconds=1.2, look=look, put_down=thing),
                Moment(pose=Pose.STAND, seconds=stage.draw(self.for_s)),
            ),
        )
        if self.finder is None:
            return (Play(errands=(leave,)),)
        call = Cue(event_id=self.beat_id, edge=CueEdge.END, delay_s=stage.draw(self.found_after_s))
        find = Act(
            event_id=f"{self.beat_id}.found",
            spot=leave.spot,
            departs=call,
            patience_s=PATIENCE_S,
            moments=(
                Moment(pose=Pose.STAND, seconds=1.5),
                Moment(pose=Pose.KNEEL, seconds=1.5),
                Moment(pose=Pose.KNEEL, seconds=1.0, look=stage.first_looks[self.finder.key], pick_up=self.beat_id),
            ),
        )
        return (Play(errands=(leave,)), Play(errands=(find,), call=call))


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
