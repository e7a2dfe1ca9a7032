"""A medical emergency: somebody falls, others help."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.crowd.people.people import Person, Pose
from sim.crowd.places.errands import Act, Cue, CueEdge, Moment, Pass, PutDown
from sim.crowd.scenario.beats.base import PATIENCE_S, Actor, Beat, Play
from sim.crowd.scenario.beats.closet import Closet, PersonKey
from sim.crowd.scenario.beats.place import SecondsRange, Where
from sim.crowd.scenario.beats.stage import Stage
from sim.site.model import Identifier

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
        return (self.who, self.helper, self.staff_member, *self.gather)

    @property
    def staff(self) -> tuple[Actor, ...]:
        return (self.staff_member,)

    @property
    def places(self) -> tuple[Where, ...]:
        return (self.where,)

    @property
    def comers(self) -> tuple[str, ...]:
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


class ScreeningAlarm(Beat):
    """`student` passes the detector, it sounds; at the table `officer` wands the student and searches the bag.

    The check is complete when the student was wanded (`wand`) and all `compartments` of the bag were opened, before
    the student walks on; `searched` says how many are.
    """

    takes_at_s: ClassVar[bool] = False

    kind: Literal["screening-alarm"]
    student: Actor
    officer: Actor
    detector: Identifier = Field(description="walk node in the detector")
    table: Identifier = Field(description="walk node in front of the screening table")
    wand: bool = True
    compartments: int = Field(default=3, ge=1, le=4)
    searched: int = Field(default=3, ge=0, le=4)
    for_s: SecondsRange = Field(default=(3.5, 5.0), description="for the wand, and for each compartment")

    @model_validator(mode="after")
    def _check_search(self) -> Self:
        if self.searched > self.compartments:
            raise ValueError(f"searched {self.searched} is more than the {self.compartments} compartments")
        return self

    @property
    def is_complete(self) -> bool:
        return self.wand and self.searched >= self.compartments

    @property
    def actors(self) -> tuple[Actor, ...]:
        return (self.student, self.officer)

    @property
    def staff(self) -> tuple[Actor, ...]:
        return (self.officer,)

    @property
    def places(self) -> tuple[Where, ...]:
        return (Where(node=self.detector), Where(node=self.table))

    @property
    def changes(self) -> tuple[Actor, ...]:
        return (self.student, self.student)

    def prepare(self, closet: Closet) -> None:
        closet.give_bag_first(self.student.key, None)

    def dress(self, closet: Closet) -> None:
        """The bag lies on the table while it is searched, and is taken up again."""
        bag = closet.take_bag(self.student.key, beat_id=self.beat_id, name=self.student.name)
        closet.give_bag(self.student.key, bag, beat_id=self.beat_id, name=self.student.name)

    def plan(self, stage: Stage) -> tuple[Play, ...]:
        """The student walks through the detector and to the table; the officer comes, wands, searches, lets go."""
        student, officer, bag_at, height_m = stage.make_table_spots(self.table)
        wand_s = stage.draw(self.for_s) if self.wand else 0.0
        search_s = round(sum(stage.draw(self.for_s) for _ in range(self.searched)), 3)
        look = stage.first_looks[self.student.key]
        prop_id = f"{self.beat_id}.bag"
        bag = PutDown(
            prop_id=prop_id,
            garment=stage.people[self.student.key].outfits[look - 1].bag,
            at=bag_at,
            heading_rad=math.remainder(student.facing_rad + math.pi, 2 * math.pi),
            height_m=height_m,
        )
        between = math.atan2(officer.place.at[1] - student.place.at[1], officer.place.at[0] - student.place.at[0])
        away = math.remainder(between + math.pi, 2 * math.pi)
        checked = [Moment(pose=Pose.STAND, seconds=1.5, look=look, put_down=bag)]
        checking = [Moment(pose=Pose.STAND, seconds=1.5)]
        if self.wand:
            checked.append(Moment(pose=Pose.ARMS_OUT, seconds=wand_s, facing_rad=between))
            checking.append(Moment(pose=Pose.WAND, seconds=wand_s, facing_rad=away))
        if self.searched:
            checked.append(Moment(pose=Pose.STAND, seconds=search_s))
            checking.append(Moment(pose=Pose.SEARCH, seconds=search_s))
        checked.append(Moment(pose=Pose.STAND, seconds=1.2, look=look + 1, pick_up=prop_id))
        checking.append(Moment(pose=Pose.STAND, seconds=1.2, facing_rad=away))
        alarm = Cue(event_id=f"{self.beat_id}.alarm")
        act = Act(event_id=self.beat_id, part=0, cast=2, spot=student, moments=tuple(checked), patience_s=PATIENCE_S)
        through = Pass(nodes=(self.detector,), event_id=alarm.event_id)
        return (
            Play(errands=(through, act)),
            Play(errands=(replace(act, part=1, spot=officer, moments=tuple(checking), departs=alarm),), call=alarm),
        )

    @property
    def span(self) -> tuple[str, ...]:
        return (f"{self.beat_id}.alarm", self.beat_id)

    def describe(self, people: Mapping[PersonKey, Person]) -> dict[str, object]:
        return {
            "complete": self.is_complete,
            "wand": self.wand,
            "compartments": self.compartments,
            "searched": self.searched,
        }
