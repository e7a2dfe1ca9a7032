"""A medical emergency: somebody falls, others help."""

from typing import ClassVar, Literal

from pydantic import Field

from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Act, Cue, CueEdge, Moment
from sim.crowd.scenario.beats.base import PATIENCE_S, Actor, Beat, Play
from sim.crowd.scenario.beats.place import Where
from sim.crowd.scenario.beats.stage import Stage
from sim.crowd.scenario.parts.file_part import SecondsRange

_HELPER, _STAFF = "helper", "staff"


class Collapse(Beat):
    """`who` falls and lies there for `for_s`; `helper` kneels down, `gather` stand around, `staff_member` comes."""

    may_run_on: ClassVar[bool] = True

    kind: Literal["collapse"]
    who: Actor
    helper: Actor
    gather: tuple[Actor, ...] = Field(default=(), max_length=4)
    staff_member: Actor
    where: Where
    for_s: SecondsRange = (40.0, 60.0)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who fell, helper, staff, bystanders."""
        return (self.who, self.helper, self.staff_member, *self.gather)

    @property
    def staff(self) -> tuple[Actor, ...]:
        return (self.staff_member,)

    @property
    def places(self) -> tuple[Where, ...]:
        return (self.where,)

    @property
    def comers(self) -> tuple[str, ...]:
        """Everybody but the one who fell."""
        watchers = (f"{self.beat_id}.watcher-{number}" for number in range(len(self.gather)))
        return (f"{self.beat_id}.{_HELPER}", f"{self.beat_id}.{_STAFF}", *watchers)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        """One falls and lies; the others come running one after the other and stay until it is over."""
        fallen, beside, around = stage.make_emergency(self.where, 2, len(self.gather))
        lies_s = stage.draw(self.for_s)
        falls = Act(
            event_id=self.beat_id,
            spot=fallen,
            not_before_s=stage.draw_start(self.at_s),
            moments=(
                Moment(pose=Pose.KNEEL, seconds=0.8),
                Moment(pose=Pose.LIE, seconds=lies_s),
                Moment(pose=Pose.KNEEL, seconds=2.0),
            ),
        )
        over = Cue(event_id=self.beat_id, edge=CueEdge.END)
        plays = [Play(errands=(falls,))]
        comers = ((_HELPER, 1.5, beside[0], Pose.KNEEL), (_STAFF, 6.0, beside[1], Pose.KNEEL))
        watchers = tuple((f"watcher-{n}", 3.0 + 1.5 * n, spot, Pose.STAND) for n, spot in enumerate(around))
        for name, delay_s, spot, pose in (*comers, *watchers):
            call = Cue(event_id=self.beat_id, delay_s=delay_s)
            stays = Moment(pose=pose, seconds=lies_s + 5.0, until=over)
            act = Act(
                event_id=f"{self.beat_id}.{name}",
                spot=spot,
                departs=call,
                runs=pose is Pose.KNEEL,
                patience_s=PATIENCE_S,
                moments=(stays, Moment(pose=Pose.STAND, seconds=1.0)),
            )
            plays.append(Play(errands=(act,), call=call))
        return tuple(plays)
