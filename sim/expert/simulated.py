"""A simulated searcher at the console: its steps as the events that the browser would have sent."""

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any
from uuid import UUID

import numpy as np

from sim.attempt.events import Event, EventKind
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import SearchStep, Skill, StepKind
from sim.tasks.common.task import Task
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
    """Return the events of one simulated attempt, all inside the limit, from one tab, in order.

    A searcher too slow for the limit leaves no `submit`: the attempt times out. While playing, a `play` event with
    `"tick": true` repeats every 5 s, as the console does it.
    """
    tab_id = str(UUID(bytes=rng.bytes(16), version=4))
    steps = get_task_type(task.type).search(task, index, rng=rng, skill=skill, look_alikes=look_alikes)
    return number_acts(list_acts(steps, index), tab_id=tab_id, limit_s=limit_s)


def list_acts(steps: Sequence[SearchStep], index: TruthIndex) -> list["Act"]:
    """Return steps as what the console would report: drill time in seconds, kind and payload, with ticks of playing.

    Each tells what is on screen: the main picture and the wall, of all cameras until another view is set up.
    """
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
    """Return the acts inside the limit as the events of one tab, by time."""
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
