"""People who came apart meet and talk."""

from typing import ClassVar, Literal

from pydantic import Field

from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Moment
from sim.crowd.scenario.beats.base import Actor, Beat, Play, play_together
from sim.crowd.scenario.beats.place import Where
from sim.crowd.scenario.beats.stage import Stage
from sim.crowd.scenario.parts.file_part import SecondsRange


class Meeting(Beat):
    """Two to four people stand together and talk."""

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
        """They stand in a ring and talk."""
        spots = stage.make_ring(self.where, len(self.who))
        seconds, start_s = stage.draw(self.for_s), stage.draw_start(self.at_s)
        talk = (Moment(pose=Pose.TALK, seconds=seconds),)
        return play_together(event_id=self.beat_id, spots=spots, moments=[talk] * len(spots), not_before_s=start_s)
