"""The hands of every simulated searcher: what they do at the console, and how long each thing takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.scoring.evidence import Clip, Mark
from sim.tasks.common.search_step import SearchStep, StepKind
from sim.tasks.common.skill import Skill
from sim.truth.window import TruthWindow

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
        """Open the console."""
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
        """Have the wall show these cameras."""
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
