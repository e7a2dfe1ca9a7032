"""Every simulated searcher: how skilled, what their hands do at the console, and how long each thing takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sim.scoring.evidence import Clip, Mark
from sim.truth.window import TruthWindow


class StepKind(StrEnum):
    """One kind of act, by the kind of console event that it becomes."""

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
    """The searcher at the console: keeps drill time and site time, and notes every act."""

    rng: np.random.Generator
    skill: Skill
    site_s: float
    at_s: float = 0.0
    camera_id: str | None = None
    marks: int = 0
    clips: int = 0
    steps: list[SearchStep] = field(default_factory=list)

    def begin(self) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.OPEN))
        self._think()

    def submit(self, *, final_zone: str | None = None, not_on_camera: bool = False) -> None:
        step = SearchStep(at_s=self.at_s, kind=StepKind.SUBMIT, final_zone=final_zone, not_on_camera=not_on_camera)
        self._note(step)
        self._think()

    def choose(self, key: str, value: str) -> None:
        """Give a field or an item of the answer form its value."""
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.CHOICE, key=key, value=value))
        self._think()

    def arrange(self, cameras: Sequence[str]) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.VIEW, cameras=tuple(cameras)))
        self._think()

    def cut(self, clip: Clip) -> None:
        """Cut out a clip of a camera, after watching it."""
        self.open_camera(clip.camera_id)
        self.watch(from_s=clip.from_s, to_s=clip.to_s)
        self.clips += 1
        self._note(
            SearchStep(
                at_s=self.at_s,
                kind=StepKind.CLIP,
                camera_id=clip.camera_id,
                from_s=clip.from_s,
                t_s=clip.to_s,
                clip_number=self.clips,
            )
        )
        self._think()

    def open_camera(self, camera_id: str) -> None:
        """Make a camera the main picture."""
        if camera_id == self.camera_id:
            return
        self.camera_id = camera_id
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.FOCUS, camera_id=camera_id, t_s=self.site_s))
        self._think()

    def watch(self, *, from_s: float, to_s: float) -> None:
        """Play a stretch of site time on the camera that is open."""
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.SEEK, from_s=self.site_s, t_s=from_s))
        speed = self.skill.speed
        self._note(SearchStep(at_s=self.at_s + 0.1, kind=StepKind.PLAY, t_s=from_s, speed=speed))
        self.at_s += 0.1 + (to_s - from_s) / speed
        self.site_s = to_s
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.PAUSE, t_s=to_s))
        self._think()

    def mark(self, mark: Mark, window: TruthWindow) -> None:
        """Open the camera of a mark, watch up to it, and make it."""
        self.open_camera(mark.camera_id)
        self.watch(from_s=max(mark.t_s - LEAD_IN_S, window.window_s[0]), to_s=mark.t_s)
        self.marks += 1
        self._note(
            SearchStep(
                at_s=self.at_s,
                kind=StepKind.MARK,
                camera_id=mark.camera_id,
                t_s=mark.t_s,
                x=mark.x,
                y=mark.y,
                mark_number=self.marks,
            )
        )
        self._think()

    def stray(self, camera_ids: Sequence[str], window: TruthWindow, *, around_s: float) -> None:
        """Open some cameras at random and watch a little, as often as the skill's detours say."""
        low, high = window.window_s
        for _ in range(int(self.rng.poisson(self.skill.detours))):
            self.open_camera(str(self.rng.choice(list(camera_ids))))
            start = float(np.clip(around_s + self.rng.uniform(-15.0, 10.0), low, max(low, high - 8.0)))
            self.watch(from_s=start, to_s=min(start + float(self.rng.uniform(4.0, 8.0)), high))

    def _think(self) -> None:
        self.at_s += float(self.skill.pace_s * self.rng.lognormal(mean=0.0, sigma=0.4))

    def _note(self, step: SearchStep) -> None:
        self.steps.append(step)
