"""What a whole room missed most, without anybody's name: for the projector, after all have ended."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.app.wiring import App
from sim.attempt.attempt import UNSCORED, AttemptState, find_told_s
from sim.console.scores import SCORED
from sim.db.attempts import AttemptRow
from sim.features.debrief.debrief import DebriefView, get_debrief
from sim.features.debrief.facts import BOX_WORDS, TARGET_RGB
from sim.features.debrief.map import MapMark
from sim.footage.video.still import StillBox, draw_boxes, load_still
from sim.rules.held import list_held, say_time
from sim.scoring.case import LegOutcome
from sim.scoring.moments import BoxRole, Scene
from sim.scoring.plan_points import MarkKind
from sim.text.times import write_day

MOST_MISSED = 3
LEAST_TOLD = 3  # of fewer drills none is told alone: the others in the room would know whose it is
Place = tuple[str, str]  # a camera and, where everybody sought the same student, the clock of the appearance


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedPlace:
    camera: str  # its id and name
    clock: str  # of the appearance, "" where the room sought several students
    # missed, of: how many missed it, of how many appearances there
    missed: int
    of: int
    scene: Scene | None  # a frame that shows a student there, None where no drill has one


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDebrief:
    # drills, passed: how many were scored, and passed
    drills: int = 0
    passed: int = 0
    each: tuple[tuple[str, ...], ...] = ()  # time, result, found and missed of each, see `EACH`; nobody is named
    missed: tuple[MissedPlace, ...] = ()  # what was missed most, the worst first
    marks: tuple[MapMark, ...] = ()  # the cameras of these on the plan, numbered likewise, the last first
    plan: dict[str, Any]  # of the school, empty where nobody was sought
    rule: str = ""  # the one thing that would have helped most of them, "" for none
    recording_id: str = ""  # whose frames the scenes are of
    held_until: str = ""  # the day up to which it is kept back, "" where it may be shown


EACH = ("Time", "Result", "Found", "Missed")


def get_group_debrief(app: App, session_id: str) -> GroupDebrief:
    """Return what the people of a session missed most; of several recordings, on the one that most of them searched."""
    with app.store.read() as work:
        work.sessions.get(session_id)
        given = [each.attempt_id for each in work.sessions.list_invited(session_id) if each.attempt_id]
        known = work.attempts.find_all(given).values()
    rows = [row for row in known if row.timing.state in SCORED and row.mode not in UNSCORED]
    app = app.unrestricted()  # some may have been moved to a school that the viewer does not see; nobody is named
    held = list_held(app, rows)
    if held:
        return GroupDebrief(plan={}, held_until=write_day(max(held.values()).date()))
    views = [(row, get_debrief(app, row.timing.attempt_id)) for row in rows]
    traced = [(row, view) for row, view in views if view.has_trace and view.map is not None]
    rules = Counter(view.rule for _, view in views if view.rule)
    common = GroupDebrief(
        drills=len(views),
        passed=sum(view.passed for _, view in views),
        each=_list_each(views) if len(views) >= LEAST_TOLD else (),
        plan={},
        rule=max(rules, key=lambda rule: (rules[rule], rule), default=""),
    )
    if not traced:
        return common
    recording_id = Counter(row.recording_id for row, _ in traced).most_common(1)[0][0]
    return _add_missed(common, [(row, view) for row, view in traced if row.recording_id == recording_id])


def load_missed_still(app: App, view: GroupDebrief, place: MissedPlace) -> bytes | None:
    """Return the frame of a missed appearance as JPEG, the student boxed; None without one. Raises RecordingError."""
    if place.scene is None:
        return None
    recording = app.catalog.get_recording(view.recording_id)
    boxes = [
        StillBox(box_xyxy=boxed.box_xyxy, label=BOX_WORDS[boxed.role], rgb=TARGET_RGB) for boxed in place.scene.boxes
    ]
    return draw_boxes(load_still(recording, place.scene.camera_id, place.scene.frame), boxes)


def _list_each(views: Sequence[tuple[AttemptRow, DebriefView]]) -> tuple[tuple[str, ...], ...]:
    """Return a line a drill, the fastest first and who has no time last: no place in the list is a person's.

    Where somebody submitted in extended time no time is told at all: the room would know of that, and whose it is.
    """
    told = [find_told_s(row.timing, row.extra_time) for row, _ in views]
    is_told = all(
        each is not None or row.timing.state is not AttemptState.SUBMITTED
        for each, (row, _) in zip(told, views, strict=True)
    )
    lines = []
    for told_s, (row, view) in zip(told, views, strict=True):
        asked = [leg for leg in view.legs if not leg.is_glimpse]
        missed = Counter(leg.camera_id for leg in asked if leg.outcome == LegOutcome.MISSED)
        found = f"{len(asked) - missed.total()} of {len(asked)}" if asked else "-"
        where = ", ".join(f"{camera} ({count} times)" if count > 1 else camera for camera, count in missed.items())
        said = "Passed" if view.passed else "Did not pass"
        time = say_time(row.timing.state, told_s) if is_told else "-"
        order = math.inf if told_s is None or not is_told else told_s
        lines.append((order, (time, said, found, where or "-")))
    return tuple(line for _, line in sorted(lines))


def _add_missed(common: GroupDebrief, traced: Sequence[tuple[AttemptRow, DebriefView]]) -> GroupDebrief:
    is_same = len({row.form_id for row, _ in traced}) == 1
    missed: Counter[Place] = Counter()
    times: Counter[Place] = Counter()
    names: dict[str, str] = {}
    for _, view in traced:
        for leg in view.legs:
            if leg.is_glimpse:
                continue
            place = (leg.camera_id, leg.from_clock if is_same else "")
            names[leg.camera_id] = f"{leg.camera_id} {leg.camera_name}".strip()
            times[place] += 1
            missed[place] += leg.outcome == LegOutcome.MISSED
    worst = sorted((place for place in missed if missed[place]), key=lambda each: (-missed[each], -times[each], each))
    chosen = worst[:MOST_MISSED]
    first = traced[0][1]
    plan = {} if first.map is None else first.map.plan
    return replace(
        common,
        plan=plan,
        recording_id=traced[0][0].recording_id,
        missed=tuple(
            MissedPlace(
                camera=names[camera_id],
                clock=clock,
                missed=missed[camera_id, clock],
                of=times[camera_id, clock],
                scene=_find_scene([view for _, view in traced], camera_id, clock),
            )
            for camera_id, clock in chosen
        ),
        marks=_mark_cameras(plan, chosen, [f"missed {missed[place]} of {times[place]}" for place in chosen]),
    )


def _find_scene(views: Sequence[DebriefView], camera_id: str, clock: str) -> Scene | None:
    """Return the frame of a missed appearance on a camera in which the student is largest, who alone is boxed."""
    found = [
        Scene(camera_id=camera_id, frame=scene.frame, boxes=boxes)
        for view in views
        for moment in view.moments.moments
        if not moment.is_good and (not clock or clock in moment.place)
        for scene in moment.scenes
        if scene.camera_id == camera_id
        and (boxes := tuple(boxed for boxed in scene.boxes if boxed.role is BoxRole.STUDENT))
    ]
    boxes_xyxy = [scene.boxes[0].box_xyxy for scene in found]
    sizes = [(right - left) * (bottom - top) for left, top, right, bottom in boxes_xyxy]
    return found[sizes.index(max(sizes))] if found else None


def _mark_cameras(plan: dict[str, Any], places: Sequence[Place], said: Sequence[str]) -> tuple[MapMark, ...]:
    """Return numbered marks at cameras, the last first, so that no line is drawn from one to the next."""
    cameras = {camera["camera_id"]: camera for camera in plan.get("cameras", ())}
    marks = [
        MapMark(
            number=number,
            kind=MarkKind.NOBODY.value,
            words=words,
            count=1,
            t_s=0.0,
            clock=clock,
            camera_id=camera_id,
            camera_name=camera_id,
            x_m=cameras[camera_id]["x"],
            y_m=cameras[camera_id]["y"],
            floor=cameras[camera_id]["floor"],
        )
        for number, ((camera_id, clock), words) in enumerate(zip(places, said, strict=True), start=1)
        if camera_id in cameras
    ]
    return tuple(reversed(marks))
