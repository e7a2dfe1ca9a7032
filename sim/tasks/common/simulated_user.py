"""Every simulated searcher: how skilled, what their hands do at the console, and how long each thing takes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from sim.scoring.evidence import Clip, Mark
from sim.truth.window import TruthWindow


class StepKind(StrEnum):
    OPEN = "open"
    FOCUS = "focus"
    SEEK = "seek"
    PLAY = "play"
    PAUSE = "pause"
    MARK = "mark"
    UNMARK = "unmark"
    CHOICE = "choice"
    CLIP = "clip"
    VIEW = "view"
    SUBMIT = "submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStep:
    at_s: float  # seconds since release
    kind: StepKind  # what is done
    camera_id: str | None = None  # FOCUS, MARK, CLIP: the camera
    from_s: float = 0.0  # SEEK: site time left; CLIP: its start
    t_s: float = 0.0  # site time on screen; SEEK: site time reached; CLIP: its end
    speed: float = 1.0  # PLAY: playback rate
    # x, y: MARK: the point, 0..1 of the picture
    x: float = 0.0
    y: float = 0.0
    mark_number: int = 0  # MARK, UNMARK: which mark, from 1
    clip_number: int = 0
    # key, value: CHOICE
    key: str = ""
    value: str = ""
    cameras: tuple[str, ...] = ()  # VIEW: the cameras that the wall is to show
    final_zone: str | None = None  # SUBMIT
    not_on_camera: bool = False  # SUBMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    name: str  # for tests and reports
    miss_share: float  # chance of not noticing a leg, 0..1
    follow_share: float  # chance of marking someone else at a leg, 0..1
    detours: float  # mean number of wrong cameras opened before each leg, at least 0
    pace_s: float  # typical seconds to decide on one action, more than 0
    speed: float  # playback rate while searching
    place_share: float  # chance of naming the final place right when the last leg was found, 0..1

    def __post_init__(self) -> None:
        for name in ("miss_share", "follow_share", "place_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie in 0..1")
        if not (self.detours >= 0 and self.pace_s > 0 and self.speed > 0):
            raise ValueError("detours must be at least 0, pace_s and speed more than 0")


PERFECT = Skill(name="perfect", miss_share=0.0, follow_share=0.0, detours=0.0, pace_s=1.5, speed=2.0, place_share=1.0)
TRAINED = Skill(
    name="trained", miss_share=0.08, follow_share=0.03, detours=0.6, pace_s=2.2, speed=2.0, place_share=0.92
)
NOVICE = Skill(name="novice", miss_share=0.25, follow_share=0.15, detours=1.8, pace_s=3.6, speed=1.0, place_share=0.7)
SLOW = Skill(name="slow", miss_share=0.0, follow_share=0.0, detours=6.0, pace_s=9.0, speed=0.5, place_share=1.0)
FOLLOWER = Skill(name="follower", miss_share=0.0, follow_share=0.6, detours=0.5, pace_s=2.5, speed=2.0, place_share=0.5)
SKILLS = (PERFECT, TRAINED, NOVICE, SLOW, FOLLOWER)


LEAD_IN_S = 3.0


@dataclass(slots=True, kw_only=True)
class SimulatedUser:
    rng: np.random.Generator
    skill: Skill
    site_s: float
    at_s: float = 0.0
    camera_id: str | None = None
    marks: int = 0
    clips: int = 0
    steps: list[SearchStep] = field(default_factory=list)

    def begin(self) -> None:
        self._act(StepKind.OPEN)

    def submit(self, *, final_zone: str | None = None, not_on_camera: bool = False) -> None:
        self._act(StepKind.SUBMIT, final_zone=final_zone, not_on_camera=not_on_camera)

    def choose(self, key: str, value: str) -> None:
        self._act(StepKind.CHOICE, key=key, value=value)

    def arrange(self, cameras: Sequence[str]) -> None:
        self._act(StepKind.VIEW, cameras=tuple(cameras))

    def cut(self, clip: Clip) -> None:
        self.open_camera(clip.camera_id)
        self.watch(from_s=clip.from_s, to_s=clip.to_s)
        self.clips += 1
        span = {"from_s": clip.from_s, "t_s": clip.to_s}
        self._act(StepKind.CLIP, camera_id=clip.camera_id, **span, clip_number=self.clips)

    def open_camera(self, camera_id: str) -> None:
        if camera_id != self.camera_id:
            self.camera_id = camera_id
            self._act(StepKind.FOCUS, camera_id=camera_id, t_s=self.site_s)

    def watch(self, *, from_s: float, to_s: float, speed: float = 0.0) -> None:
        """Play a stretch of site time, on the camera that is open and on the wall; 0 is the speed of the skill."""
        speed = speed or self.skill.speed
        self._note(StepKind.SEEK, from_s=self.site_s, t_s=from_s)
        self.steps.append(SearchStep(at_s=self.at_s + 0.1, kind=StepKind.PLAY, t_s=from_s, speed=speed))
        self.at_s += 0.1 + (to_s - from_s) / speed
        self.site_s = to_s
        self._act(StepKind.PAUSE, t_s=to_s)

    def mark(self, mark: Mark, window: TruthWindow) -> None:
        self.open_camera(mark.camera_id)
        self.watch(from_s=max(mark.t_s - LEAD_IN_S, window.window_s[0]), to_s=mark.t_s)
        self.marks += 1
        self._act(StepKind.MARK, **asdict(mark), mark_number=self.marks)

    def stray(self, camera_ids: Sequence[str], window: TruthWindow, *, around_s: float) -> None:
        """Open some cameras at random and watch a little, as often as the skill's detours say."""
        low, high = window.window_s
        for _ in range(int(self.rng.poisson(self.skill.detours))):
            self.open_camera(str(self.rng.choice(list(camera_ids))))
            start = float(np.clip(around_s + self.rng.uniform(-15.0, 10.0), low, max(low, high - 8.0)))
            self.watch(from_s=start, to_s=min(start + float(self.rng.uniform(4.0, 8.0)), high))

    def follow(self, window: TruthWindow, leg: int) -> None:
        index, first_s = window.index, float(window.first_s[leg])
        self.stray(index.camera_ids, window, around_s=first_s)
        self.open_camera(index.appearances[leg].camera_id)
        self.watch(from_s=first_s, to_s=float(window.last_s[leg]))

    def _act(self, kind: StepKind, **step: Any) -> None:
        self._note(kind, **step)
        self.at_s += float(self.skill.pace_s * self.rng.lognormal(mean=0.0, sigma=0.4))

    def _note(self, kind: StepKind, **step: Any) -> None:
        self.steps.append(SearchStep(at_s=self.at_s, kind=kind, **step))
