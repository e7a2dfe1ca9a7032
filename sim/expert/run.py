"""The expert plays a drill, from the start screen to the answer, as an ordinary event log with captions."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np

from sim.attempt.events import Event, EventKind
from sim.errors import TaskError
from sim.expert.attention import Looker, Sighting, Stay
from sim.expert.eyes import Scene, look
from sim.expert.hands import POINT_S, Caption, Hands
from sim.expert.plan_sense import PlanSense
from sim.expert.search import ENOUGH, FOLLOW_SPEED, SWEEP_SPEED, Search
from sim.forms.forms import find_first_moment_s
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import SearchStep, Skill, StepKind
from sim.tasks.common.task import Known, Task
from sim.tasks.export import CUSTODY_FIELDS
from sim.tasks.origin import DOOR
from sim.truth.appearance import GAP_MAX_S
from sim.truth.index import TruthIndex

PATIENCE_S, LESS_S, BACK_S, GAP_S = 40.0, 24.0, 14.0, 8.0
"""Footage for which the student may be out of sight: on the way on, before the first sighting, in a gap found again."""
LONG_GONE_S = 40.0
SWEEP_COST = 1.8
"""How much longer than its footage a sweep takes, with closer looks. Assumed."""
GONE_S, AHEAD_S, AROUND_S, MOST_AROUND, MOST_ROUNDS = 5.0, 3.0, 20.0, 6, 3
"""Gone so long before the end, the nearest cameras are watched once more: from so much before somebody could be there,
for so long after, so many of them, so many times. Assumed."""
NUDGES_S = (0.0, 1.0, -1.0, 2.0, -2.0)


def play_trace(search: Search, task: Task) -> None:
    if find_all(search, task):
        _submit_place(search)
    else:
        search.hands.submit(final_zone=None, not_on_camera=True)


def find_all(search: Search, task: Task) -> bool:
    """Find every appearance, from the last sighting both ways; return whether the student was found at all."""
    low_s, high_s = task.window_s
    hands = search.hands
    if not _start(search, task, direction=1):
        return False
    first = search.sightings[-1]
    hands.say("First back: where were they before this?")
    _follow_back(search, low_s, widens=task.known is None)
    _resume(search, first)
    hands.say("Now on from there.")
    while (
        not search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        and not search.is_short
        and search.sightings
    ):
        if not _find_again(search, search.sightings[-1], until_s=high_s):
            break
    search.is_anchored = True
    search.review()
    _look_for_changed(search, high_s)
    _look_nearby(search, high_s)
    return True


def play_locate(search: Search, task: Task) -> None:
    """Go back from the end until a camera shows the student, then on to the last moment that does."""
    low_s, high_s = task.window_s
    hands = search.hands
    search.marks = False
    hands.open_console()
    hands.say("The end is asked for. Start there and go back: the first time they are seen is the last.")
    hands.seek(high_s)
    if not search.sweep(-1, until_s=low_s, speed=_choose_speed(search, low_s)) and not _try_known(search, task.known):
        hands.seek(low_s)
        if not search.sweep(1, until_s=high_s):
            hands.submit(final_zone=None, not_on_camera=True)
            return
    hands.say("Found. On from here to the last moment that shows them.")
    while (
        not search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        and not search.is_short
        and search.sightings
    ):
        hands.seek(search.sightings[-1].t_s + GAP_S)
        if not search.sweep(1, until_s=high_s):
            break
    search.marks = search.is_anchored = True
    last = max(search.sightings, key=lambda each: each.t_s)
    for back_s in (0.0, 0.5, 1.0, 1.5, 2.5):
        if search.find_there(last.camera_id, last.t_s - back_s) and hands.marks:
            break
    _submit_place(search)


def play_origin(search: Search, task: Task) -> None:
    low_s, high_s = task.window_s
    hands = search.hands
    if not _start(search, task, direction=-1):
        hands.submit(final_zone=None, not_on_camera=True)
        return
    first = search.sightings[-1]
    search.follow(1, until_s=high_s, patience_s=GAP_S)
    _resume(search, first)
    hands.say("Now back, camera by camera, to the door.")
    _follow_back(search, low_s, widens=True)
    search.is_anchored = True
    search.review()
    door = _find_door(search)
    if door is not None:
        hands.say("The first time inside is by this door.")
        hands.choose(DOOR, door)
    hands.submit(final_zone=None, not_on_camera=False)


def _follow_back(search: Search, low_s: float, *, widens: bool) -> None:
    """Follow the student back; where they are lost for good watch the whole wall back, if `widens`."""
    while not search.follow(-1, until_s=low_s, patience_s=_choose_patience(search, low_s) if widens else BACK_S):
        if not widens or search.is_short or not search.sightings:
            return
        search.hands.say("Lost. Watch the whole wall, going back faster.")
        search.hands.seek(search.sightings[-1].t_s - GAP_S)
        if not search.sweep(-1, until_s=low_s):
            return


def _find_again(search: Search, lost: Sighting, *, until_s: float) -> bool:
    """Watch the whole wall from where the student was lost; once found, halve the time back to there and follow it."""
    hands = search.hands
    hands.say("Lost. Watch the whole wall, faster.")
    hands.seek(lost.t_s + GAP_S)
    search.doubted = frozenset({"bag"})
    is_found = search.sweep(1, until_s=until_s, speed=_choose_speed(search, until_s))
    search.doubted = frozenset()
    if not is_found:
        return False
    found = search.sightings[-1]
    hands.say("Found again. Halve the time back to where they were lost.")
    first_s = search.halve(found.camera_id, seen_s=found.t_s, unseen_s=max(lost.t_s, found.t_s - 16.0))
    if search.find_there(found.camera_id, first_s):
        search.follow(-1, until_s=lost.t_s, patience_s=GAP_S)
    _resume(search, found)
    return True


def _look_for_changed(search: Search, high_s: float) -> None:
    """Where the student is gone long before the end, watch the wall once more for somebody in other clothes."""
    last = max(search.sightings, key=lambda each: each.t_s, default=None)
    hands = search.hands
    if last is None or high_s - last.t_s < LONG_GONE_S:
        return
    if hands.at_s + SWEEP_COST * (high_s - last.t_s) / SWEEP_SPEED > ENOUGH * search.limit_s:
        return
    hands.say("Gone, and much footage is left. They may wear another top: look for all the rest.")
    search.doubted = frozenset({"top", "bag"})
    hands.seek(last.t_s + GAP_S)
    if search.sweep(1, until_s=high_s):
        found = search.sightings[-1]
        search.follow(-1, until_s=last.t_s, patience_s=GAP_S)
        _resume(search, found)
        search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        search.review()
    search.doubted = frozenset()


def _look_nearby(search: Search, high_s: float) -> None:
    """Where the student is gone before the end and there is time, watch the cameras around one by one, large."""
    for _ in range(MOST_ROUNDS):
        last = max(search.sightings, key=lambda each: each.t_s, default=None)
        if last is None or last.point is None or high_s - last.t_s < GONE_S or not _watch_around(search, last, high_s):
            return
        search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        search.review()


def _watch_around(search: Search, last: Sighting, high_s: float) -> bool:
    """Watch the cameras around a last sighting, the nearest first, while there is time; return whether one has them."""
    assert last.point is not None
    search.hands.say("Gone before the end, and there is time: the cameras around, one by one.")
    for walk_s, camera_id in search.sense.list_next(last.point)[:MOST_AROUND]:
        from_s = last.t_s + max(1.0, walk_s - AHEAD_S)
        until_s = min(high_s, last.t_s + walk_s + AROUND_S)
        costs_s = (until_s - from_s) / FOLLOW_SPEED
        if until_s <= from_s or search.hands.at_s + costs_s > ENOUGH * search.limit_s:
            continue
        if search.watch(camera_id, from_s=from_s, until_s=until_s):
            return True
    return False


def _submit_place(search: Search) -> None:
    last = max(search.sightings, key=lambda each: each.t_s, default=None)
    if last is None:
        search.hands.submit(final_zone=None, not_on_camera=True)
        return
    search.hands.say(f"Last seen on camera {search.sense.name_camera(last.camera_id)}. That is the last location.")
    zone = search.sense.find_zone(last.camera_id, last.x, last.y)
    search.hands.submit(final_zone=zone, not_on_camera=False)


def _choose_patience(search: Search, until_s: float) -> float:
    """Return how long to wait at the next cameras: longer where the drill leaves time to watch the rest twice."""
    left_s = search.limit_s - search.hands.at_s
    return PATIENCE_S if abs(until_s - search.hands.site_s) < left_s else LESS_S


def _choose_speed(search: Search, until_s: float) -> float:
    left_s = search.limit_s - search.hands.at_s
    return 2.0 if abs(until_s - search.hands.site_s) / 2.0 < 0.5 * left_s else SWEEP_SPEED


def _start(search: Search, task: Task, *, direction: int) -> bool:
    low_s, high_s = task.window_s if direction > 0 else task.window_s[::-1]
    hands = search.hands
    hands.open_console()
    if _try_known(search, task.known):
        return True
    hands.say(
        "Nothing is known: watch the whole wall from the start." if direction > 0 else "Watch the wall, going back."
    )
    hands.seek(low_s)
    if search.sweep(direction, until_s=high_s):
        return True
    hands.say("Not seen. Once more, the other way, slower.")
    return search.sweep(-direction, until_s=low_s, speed=_choose_speed(search, low_s))


def _try_known(search: Search, known: Known | None) -> bool:
    if known is None:
        return False
    hands, sense = search.hands, search.sense
    if known.camera_id is not None:
        hands.say(f"Start where they were last seen: camera {sense.name_camera(known.camera_id)}.")
        for nudge_s in NUDGES_S:
            hands.focus(known.camera_id)
            hands.seek(known.t_s + nudge_s)
            if search.check(known.camera_id, is_expected=True, is_told=True):
                return True
        return False
    space = next(each for each in sense.site.spaces if each.zone_id == known.zone_id)
    middle = [sum(side) / len(space.polygon) for side in zip(*space.polygon, strict=True)]
    nearest = sense.list_next(sense.find_nearest(middle[0], middle[1], space.floor))[:3]
    hands.say(f"Last seen in {space.name}: the cameras nearest to it first.")
    for walk_s, camera_id in nearest:
        for wait_s in (0.0, walk_s, walk_s + 4.0):
            if search.find_there(camera_id, known.t_s + wait_s, is_expected=False):
                return True
    return False


def _resume(search: Search, at: Sighting) -> None:
    for nudge_s in NUDGES_S:
        if search.find_there(at.camera_id, at.t_s + nudge_s):
            return
    search.sightings.append(at)


def _find_door(search: Search) -> str | None:
    """Return the outside door nearest to where the student was first seen inside."""
    sense = search.sense
    outside = {space.zone_id for space in sense.site.spaces if space.kind == "outdoor"}
    doors = [door for door in sense.site.openings if door.kind == "exterior"]
    for each in sorted(search.sightings, key=lambda each: each.t_s):
        ground = sense.find_ground(each.camera_id, each.x, each.y)
        if ground is None or sense.find_zone(each.camera_id, each.x, each.y) in outside:
            continue
        x, y, floor = ground
        near = [(math.dist((x, y), door.at), door.door_id) for door in doors if door.floor == floor]
        return min(near)[1] if near else None
    return None


TICK_S = 5.0


def simulate(
    task: Task,
    index: TruthIndex,
    *,
    rng: np.random.Generator,
    skill: Skill,
    limit_s: float,
    look_alikes: Sequence[str] = (),
) -> tuple[Event, ...]:
    """Return the events of one attempt, one tab, in order; too slow for the limit, there is no `submit`."""
    tab_id = str(UUID(bytes=rng.bytes(16), version=4))
    steps = get_task_type(task.type).search(task, index, rng=rng, skill=skill, look_alikes=look_alikes)
    return number_acts(list_acts(steps, index), tab_id=tab_id, limit_s=limit_s)


def list_acts(steps: Sequence[SearchStep], index: TruthIndex) -> list["Act"]:
    """Return steps as the console reports them: drill seconds, kind, payload with what is on screen; ticks."""
    made = [_make_act(step, index) for step in steps] + _make_ticks(steps, index)
    main: list[str] = []
    wall: Sequence[str] = index.camera_ids
    acts: list[Act] = []
    for at_s, kind, payload in sorted(made, key=itemgetter(0)):
        main = [payload["camera_id"]] if kind is EventKind.FOCUS else main
        wall = payload["cameras"] if kind is EventKind.VIEW else wall
        acts.append((at_s, kind, {**payload, "on": list(dict.fromkeys([*main, *wall]))}))
    return acts


def number_acts(acts: Sequence["Act"], *, tab_id: str, limit_s: float) -> tuple[Event, ...]:
    inside = [act for act in sorted(acts, key=lambda act: act[0]) if act[0] <= limit_s]
    return tuple(
        Event.read(tab_id=tab_id, seq=seq, t_client_ms=round(at_s * 1000.0, 1), kind=kind, payload=payload)
        for seq, (at_s, kind, payload) in enumerate(inside, start=1)
    )


Act = tuple[float, EventKind, dict[str, Any]]


def _make_act(step: SearchStep, index: TruthIndex) -> Act:
    t_s = _to_frame_time(step.t_s, index)
    payloads: dict[StepKind, dict[str, Any]] = {
        StepKind.OPEN: {"width": 1366, "height": 768, "touch": False},
        StepKind.FOCUS: {"camera_id": step.camera_id, "t_s": t_s},
        StepKind.SEEK: {"from_s": _to_frame_time(step.from_s, index), "t_s": t_s},
        StepKind.PLAY: {"t_s": t_s, "speed": step.speed},
        StepKind.PAUSE: {"t_s": t_s},
        StepKind.MARK: {
            "mark_id": f"mark-{step.mark_number}",
            "camera_id": step.camera_id,
            "frame": _find_frame(step.t_s, index),
            "t_s": t_s,
            "x": step.x,
            "y": step.y,
        },
        StepKind.UNMARK: {"mark_id": f"mark-{step.mark_number}"},
        StepKind.CHOICE: {"key": step.key, "value": step.value},
        StepKind.VIEW: {"name": "wall", "layout": "all", "cameras": list(step.cameras)},
        StepKind.CLIP: {
            "clip_id": f"clip-{step.clip_number}",
            "camera_id": step.camera_id,
            "from_s": step.from_s,
            "to_s": step.t_s,
        },
        StepKind.SUBMIT: {"final_zone": step.final_zone, "not_on_camera": step.not_on_camera, "note": ""},
    }
    return step.at_s, EventKind(step.kind.value), payloads[step.kind]


def _make_ticks(steps: Sequence[SearchStep], index: TruthIndex) -> list[Act]:
    ticks: list[Act] = []
    for step, following in pairwise(steps):
        if step.kind is not StepKind.PLAY:
            continue
        for at_s in np.arange(step.at_s + TICK_S, following.at_s, TICK_S).tolist():
            t_s = _to_frame_time(step.t_s + (at_s - step.at_s) * step.speed, index)
            ticks.append((at_s, EventKind.PLAY, {"t_s": t_s, "speed": step.speed, "tick": True}))
    return ticks


def _find_frame(t_s: float, index: TruthIndex) -> int:
    return min(round(t_s * index.table.fps), index.table.frame_count - 1)


def _to_frame_time(t_s: float, index: TruthIndex) -> float:
    return _find_frame(t_s, index) / index.table.fps


MARGIN_S = 0.3
"""Cut so long before somebody was seen first and after they were seen last."""
CUTTING_S = 45.0
"""Drill seconds kept for cutting and for the questions about the export. Assumed."""


def play_export(search: Search, task: Task) -> None:
    hands, sense = search.hands, search.sense
    search.cuts = True
    search.limit_s -= CUTTING_S
    if find_all(search, task):
        hands.say("All found. Now cut one clip for each, from coming into view to leaving it.")
        for camera_id, low_s, high_s in join_stays(search.memory.stays):
            hands.say(f"Camera {sense.name_camera(camera_id)}: from where they come in to where they leave.")
            hands.cut(camera_id, low_s - MARGIN_S, high_s + MARGIN_S)
    hands.say("Say why it is exported, who asked for it, and where it goes. Then submit.")
    for field in CUSTODY_FIELDS:
        hands.choose(field.key, field.options[0].value)
    hands.submit(final_zone=None, not_on_camera=False)


def play_pull_up(search: Search, task: Task) -> None:
    hands, sense = search.hands, search.sense
    hands.open_console()
    for zone_id, name in task.params["places"].items():
        camera_id = sense.find_camera_of(zone_id)
        if camera_id is None:
            hands.say(f"{name}: the map has no camera there.")
            continue
        hands.think()
        hands.say(f"{name}: on the map, camera {sense.name_camera(camera_id)} covers most of it.")
        hands.focus(camera_id)
        hands.look()
        hands.choose(zone_id, camera_id, seconds=POINT_S)
    hands.say("All calls are answered. Submit.")
    hands.submit(final_zone=None, not_on_camera=False)


def join_stays(stays: Sequence[Stay]) -> Iterator[tuple[str, float, float]]:
    """Yield camera, begin and end of each appearance by time: stays in one picture, short gaps in them closed."""
    joined: list[tuple[str, float, float]] = []
    for stay in sorted(stays, key=lambda each: (each.camera_id, each.low_s)):
        if joined and joined[-1][0] == stay.camera_id and stay.low_s - joined[-1][2] <= GAP_MAX_S:
            camera_id, low_s, high_s = joined.pop()
            joined.append((camera_id, low_s, max(high_s, stay.high_s)))
        else:
            joined.append((stay.camera_id, stay.low_s, stay.high_s))
    yield from sorted(joined, key=lambda each: each[1])


PLAYS: Mapping[str, Callable[[Search, Task], None]] = MappingProxyType(
    {"trace": play_trace, "locate": play_locate, "origin": play_origin, "export": play_export, "pull-up": play_pull_up}
)
"""What the expert plays, by task type."""
EXPERT_VERSION = 4
"""Raised whenever the expert would search a drill otherwise; a kept search of another version is made again."""
SEED = 20261127


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertRun:
    events: tuple[Event, ...]  # of one tab, in order, all inside the limit
    captions: tuple[Caption, ...]  # what the expert says why, by drill time
    used_s: float  # drill time of the answer, the limit without one
    finished: bool  # answered inside the limit


def can_play(task_type: str) -> bool:
    return task_type in PLAYS


def run_expert(
    task: Task, scene: Scene, sense: PlanSense, *, limit_s: float, seed: int = SEED, eyes: Looker = look
) -> ExpertRun:
    """Let the expert play a drill; the same drill and seed give the same search."""
    if not can_play(task.type):
        raise TaskError(f"the expert does not play {task.type} tasks", expected=f"one of {', '.join(PLAYS)}")
    rng = np.random.default_rng(seed)
    start_s = find_first_moment_s(task.type, task.window_s, task.known)
    hands = Hands(window_s=task.window_s, site_s=start_s)
    search = Search(
        scene=scene,
        sense=sense,
        described=scene.describe(task.target),
        hands=hands,
        rng=rng,
        limit_s=limit_s,
        eyes=eyes,
    )
    PLAYS[task.type](search, task)
    tab_id = str(UUID(bytes=np.random.default_rng(seed).bytes(16), version=4))
    events = number_acts(list_acts(hands.steps, scene.index), tab_id=tab_id, limit_s=limit_s)
    submitted = [step.at_s for step in hands.steps if step.kind is StepKind.SUBMIT and step.at_s <= limit_s]
    return ExpertRun(
        events=events,
        captions=tuple(caption for caption in hands.captions if caption.at_s <= limit_s),
        used_s=round(submitted[0], 3) if submitted else limit_s,
        finished=bool(submitted),
    )
