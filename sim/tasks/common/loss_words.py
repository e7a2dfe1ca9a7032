"""Where the student went after each loss, what was opened instead, and what the plan offers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.scoring.losses import Loss
from sim.scoring.moments import Moment
from sim.scoring.person_in_frame import PersonInFrame
from sim.scoring.trace_moments import LossMoment
from sim.tasks.common.moment_facts import MomentFacts, join_cameras
from sim.text.times import write_minutes

CHEST_SHARE = 0.35
"""How far down a box the chest is, where the plan's links have their places."""
MOST_OFFERED = 2
STILL_IN_VIEW_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossView:
    """One loss, for a sentence and for a line of the table; every text is ready to be shown."""

    after: str  # camera left, "CAM-05 B Hall"
    after_clock: str
    unseen: str  # how long no camera showed the student, glimpses named
    then: str  # camera that showed them next (for a step back: before)
    then_clock: str
    opened: str  # cameras opened first instead, "" for none
    offered: str  # the nearest next cameras by the plan, "" for none
    outcome: str  # "found" or "not found"
    sentence: str  # all of it in words


def list_losses(facts: MomentFacts, moments: Iterable[Moment]) -> tuple[LossView, ...]:
    """Return a view of every loss among some moments, in their order."""
    return tuple(describe_loss(facts, moment) for moment in moments if isinstance(moment, LossMoment))


def describe_loss(facts: MomentFacts, moment: LossMoment) -> LossView:
    loss = moment.loss
    offered = find_offered(
        facts.get_links(), loss.left_camera, _find_chest(facts, moment.leaving), is_backwards=loss.is_backwards
    )
    return LossView(
        after=facts.name_camera(loss.left_camera),
        after_clock=facts.write_clock(loss.left_s),
        unseen=_write_unseen(facts, loss) if loss.unseen_s >= STILL_IN_VIEW_S else "none",
        then=facts.name_camera(loss.next_camera),
        then_clock=facts.write_clock(loss.next_s),
        opened=join_cameras(facts, loss.opened) if loss.opened else "",
        offered=join_cameras(facts, offered) if offered else "",
        outcome="found" if loss.is_found else "not found",
        sentence=_write_sentence(facts, loss, offered),
    )


def find_offered(
    links: Mapping[str, Any], camera_id: str, at_xy: tuple[float, float], *, is_backwards: bool = False
) -> tuple[str, ...]:
    """Return the cameras that the plan has for somebody who leaves a picture at a point, the nearest first.

    Forwards those of the link zone nearest to the point (shares of the picture). Backwards, where people come into the
    picture is not known to the links: the cameras with a way here, by walking time.
    """
    if not is_backwards:
        zones = links.get(camera_id, ())
        nearest = min(zones, key=lambda z: (z["x"] - at_xy[0]) ** 2 + (z["y"] - at_xy[1]) ** 2, default=None)
        return () if nearest is None else tuple(each["camera_id"] for each in nearest["cameras"])
    walking_s: dict[str, float] = {}
    for other, zones in links.items():
        for zone in zones:
            for each in zone["cameras"]:
                if each["camera_id"] == camera_id:
                    walking_s[other] = min(each["walking_s"], walking_s.get(other, each["walking_s"]))
    return tuple(sorted(walking_s, key=lambda camera: (walking_s[camera], camera))[:MOST_OFFERED])


def _find_chest(facts: MomentFacts, sighting: PersonInFrame) -> tuple[float, float]:
    width, height = facts.index.table.picture_wh[sighting.camera_id]
    x1, y1, x2, y2 = sighting.box_xyxy
    return (x1 + x2) / 2 / width, (y1 + CHEST_SHARE * (y2 - y1)) / height


def _write_sentence(facts: MomentFacts, loss: Loss, offered: Sequence[str]) -> str:
    said = [
        _write_beside(facts, loss)
        if loss.beside
        else (_write_way_back if loss.is_backwards else _write_way_on)(facts, loss)
    ]
    if loss.opened:
        said.append(f"You opened {join_cameras(facts, loss.opened)} {'first' if loss.is_found else 'instead'}.")
    if not loss.is_found:
        said.append("You did not mark them there.")
    if offered and not loss.beside:
        said.append(_write_plan(facts, loss, offered))
    return " ".join(said)


def _write_plan(facts: MomentFacts, loss: Loss, offered: Sequence[str]) -> str:
    many, one = "next cameras were", "next camera was"
    if loss.is_backwards:
        many, one = "cameras before it were", "camera before it was"
    other = "" if loss.next_camera in offered else "; this time it was another one"
    return f"The map's nearest {many if len(offered) > 1 else one} {join_cameras(facts, offered)}{other}."


def _write_unseen(facts: MomentFacts, loss: Loss) -> str:
    """Return how long no camera showed the student, with the cameras that had a glimpse of them."""
    glimpsed = f", except for a glimpse on {join_cameras(facts, loss.glimpses)}" if loss.glimpses else ""
    return f"{write_minutes(loss.unseen_s)}{glimpsed}"


def _write_beside(facts: MomentFacts, loss: Loss) -> str:
    here, there, _ = _name_way(facts, loss)
    until = f"{'from' if loss.is_backwards else 'until'} {facts.write_clock(loss.next_until_s)}"
    return f"The student was not only on {here}, but at the same time {there}, {until}."


def _write_way_on(facts: MomentFacts, loss: Loss) -> str:
    here, there, clock = _name_way(facts, loss)
    if loss.unseen_s >= STILL_IN_VIEW_S:
        return f"After {here} the student was on no camera for {_write_unseen(facts, loss)}, then {there}, at {clock}."
    if loss.next_s < loss.left_s:
        return f"While still on {here} the student came into view {there}, at {clock}."
    return f"After {here} the student went straight on and was {there}, at {clock}."


def _write_way_back(facts: MomentFacts, loss: Loss) -> str:
    here, there, clock = _name_way(facts, loss)
    if loss.unseen_s >= STILL_IN_VIEW_S:
        unseen = _write_unseen(facts, loss)
        return f"Before {here} the student was on no camera for {unseen}, and before that {there}, until {clock}."
    if loss.next_s >= loss.left_s:
        return f"Already before {here} the student was in view {there}, until {clock}."
    return f"Before {here} the student was {there}, until {clock}."


def _name_way(facts: MomentFacts, loss: Loss) -> tuple[str, str, str]:
    is_same = loss.left_camera == loss.next_camera
    there = "on the same camera" if is_same else f"at {facts.name_camera(loss.next_camera)}"
    return facts.name_camera(loss.left_camera), there, facts.write_clock(loss.next_s)
