"""Simulated searchers of a trace: one that knows the truth, and ones that miss, stray and dawdle."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer, Fix
from sim.scoring.final_place import find_final_zone
from sim.tasks.base import Task
from sim.tasks.search_step import SearchStep, StepKind
from sim.tasks.skill import Skill
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

NEARBY_S = 20.0
LEAD_IN_S = 3.0


def answer_trace_perfectly(task: Task, index: TruthIndex) -> Answer:
    """Return one fix on the clearest row of each leg, and the true final zone. Raises TaskError."""
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    fixes = tuple(mark_clearest(window, leg) for leg in legs)
    return Answer(fixes=fixes, final_zone=_find_zone(task, index), not_on_camera=not legs)


def mark_clearest(window: TruthWindow, number: int) -> Fix:
    """Return a fix on the box centre of an appearance's tallest, least hidden row inside the window."""
    rows = window.index.appearance_rows
    own = np.arange(rows.low[number], rows.high[number])
    own = own[(rows.t_s[own] >= window.first_s[number]) & (rows.t_s[own] <= window.last_s[number])]
    table = window.index.table.rows.iloc[rows.table_row[own]]
    box = table[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    best = int(np.argmax((box[:, 3] - box[:, 1]) * table["visible"].to_numpy(dtype=np.float64)))
    camera_id = window.index.appearances[number].camera_id
    width, height = window.index.table.picture_wh[camera_id]
    return Fix(
        camera_id=camera_id,
        t_s=float(rows.t_s[own[best]]),
        x=float((box[best, 0] + box[best, 2]) / 2 / width),
        y=float((box[best, 1] + box[best, 3]) / 2 / height),
    )


def search_trace(
    task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
) -> tuple[SearchStep, ...]:
    """Play a trace leg by leg, from release to submit.

    Before each leg some wrong cameras are opened and watched; then the leg is marked, missed, or somebody nearby is
    marked instead (one of `look_alikes` when such a one is near). Waiting times are log-normal about `skill.pace_s`.
    The searcher knows no limit: steps later than the drill's limit have to be cut off by whoever plays them.

    Raises:
        TaskError: unknown target, or a window outside the recording.
    """
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    hands = _Hands(rng=rng, skill=skill, site_s=window.window_s[0])
    hands.act(StepKind.OPEN)
    found_last = False
    for leg in legs:
        hands.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
        found_last = False
        if rng.random() < skill.follow_share:
            other = _pick_other(window, leg, task.person, look_alikes, rng)
            if other is not None:
                hands.mark(mark_clearest(window, other), window)
                continue
        if rng.random() < skill.miss_share:
            hands.stray(index.camera_ids, window, around_s=float(window.last_s[leg]))
            continue
        hands.mark(mark_clearest(window, leg), window)
        found_last = True
    zone = _find_zone(task, index)
    if zone is not None and not (found_last and rng.random() < skill.place_share):
        zone = _pick_wrong_zone(index, zone, rng)
    hands.act(StepKind.SUBMIT, final_zone=zone, not_on_camera=not legs)
    return tuple(hands.steps)


@dataclass(slots=True, kw_only=True)
class _Hands:
    """The searcher at the console: keeps drill time and site time, and notes every act."""

    rng: np.random.Generator
    skill: Skill
    site_s: float
    at_s: float = 0.0
    camera_id: str | None = None
    fixes: int = 0
    steps: list[SearchStep] = field(default_factory=list)

    def act(self, kind: StepKind, *, final_zone: str | None = None, not_on_camera: bool = False) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=kind, final_zone=final_zone, not_on_camera=not_on_camera))
        self._think()

    def open_camera(self, camera_id: str) -> None:
        if camera_id == self.camera_id:
            return
        self.camera_id = camera_id
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.FOCUS, camera_id=camera_id, t_s=self.site_s))
        self._think()

    def watch(self, *, from_s: float, to_s: float) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.SEEK, from_s=self.site_s, t_s=from_s))
        speed = self.skill.speed
        self._note(SearchStep(at_s=self.at_s + 0.1, kind=StepKind.PLAY, t_s=from_s, speed=speed))
        self.at_s += 0.1 + (to_s - from_s) / speed
        self.site_s = to_s
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.PAUSE, t_s=to_s))
        self._think()

    def mark(self, fix: Fix, window: TruthWindow) -> None:
        self.open_camera(fix.camera_id)
        self.watch(from_s=max(fix.t_s - LEAD_IN_S, window.window_s[0]), to_s=fix.t_s)
        self.fixes += 1
        self._note(
            SearchStep(
                at_s=self.at_s,
                kind=StepKind.FIX,
                camera_id=fix.camera_id,
                t_s=fix.t_s,
                x=fix.x,
                y=fix.y,
                fix_number=self.fixes,
            )
        )
        self._think()

    def stray(self, camera_ids: Sequence[str], window: TruthWindow, *, around_s: float) -> None:
        low, high = window.window_s
        for _ in range(int(self.rng.poisson(self.skill.detours))):
            self.open_camera(str(self.rng.choice(list(camera_ids))))
            start = float(np.clip(around_s + self.rng.uniform(-15.0, 10.0), low, max(low, high - 8.0)))
            self.watch(from_s=start, to_s=min(start + float(self.rng.uniform(4.0, 8.0)), high))

    def _think(self) -> None:
        self.at_s += float(self.skill.pace_s * self.rng.lognormal(mean=0.0, sigma=0.4))

    def _note(self, step: SearchStep) -> None:
        self.steps.append(step)


def _pick_other(
    window: TruthWindow, leg: int, target: str, look_alikes: Sequence[str], rng: np.random.Generator
) -> int | None:
    appearances = window.index.appearances
    inside = [int(n) for n in np.flatnonzero(window.rows > 0) if appearances[n].person_id != target]
    near = [
        n
        for n in inside
        if window.first_s[n] < window.last_s[leg] + NEARBY_S and window.last_s[n] > window.first_s[leg] - NEARBY_S
    ]
    alike = [n for n in near if appearances[n].person_id in look_alikes]
    same_camera = [n for n in near if appearances[n].camera_id == appearances[leg].camera_id]
    choice = alike or same_camera or near
    return choice[int(rng.integers(len(choice)))] if choice else None


def _find_zone(task: Task, index: TruthIndex) -> str | None:
    nothing = Answer(fixes=())
    return find_final_zone(make_trace_case(index, target=task.person, window_s=task.window_s, answer=nothing))


def _pick_wrong_zone(index: TruthIndex, right: str, rng: np.random.Generator) -> str | None:
    zones = sorted((index.table.floor_zones or frozenset(index.table.rows["zone"])) - {right})
    return zones[int(rng.integers(len(zones)))] if zones else None
