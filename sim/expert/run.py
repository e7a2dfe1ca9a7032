"""One search of the expert as an ordinary event log with captions."""

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
from sim.expert.attention import Looker
from sim.expert.eyes import Scene, look
from sim.expert.hands import POINT_S, Caption, Hands
from sim.expert.memory import Stay
from sim.expert.plan_sense import PlanSense
from sim.expert.play import find_all, play_locate, play_origin, play_trace
from sim.expert.search import Search
from sim.forms.forms import find_first_moment_s
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import SearchStep, Skill, StepKind
from sim.tasks.common.task import Task
from sim.tasks.export.judge import CUSTODY_FIELDS
from sim.truth.appearance import GAP_MAX_S
from sim.truth.index import TruthIndex

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
    """Find every appearance as in a trace, then cut each from coming into view to leaving it."""
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
    {
        "trace": play_trace,
        "locate": play_locate,
        "origin": play_origin,
        "export": play_export,
        "pull-up": play_pull_up,
    }
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
