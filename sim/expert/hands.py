"""The expert's hands: what they do at the console, how long each thing takes, and what is said while they do it."""

from dataclasses import dataclass, field

from sim.tasks.common.simulated_user import SearchStep, StepKind

MENTAL_S = 1.35
POINT_S = 1.3
"""To decide, and to move to something and click it: operators M, and P with K, of the keystroke-level model (Card,
Moran and Newell 1980, doi:10.1145/358886.358895)."""
LOOK_S = 0.5
"""A look at a picture: two fixations of a quarter second (Rayner 1998, doi:10.1037/0033-2909.124.3.372)."""
TYPE_S = 4.0
"""To fill in a location or a door. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What the expert says: at drill time `at_s`, seconds since release."""

    at_s: float
    text: str


@dataclass(slots=True, kw_only=True)
class Hands:
    window_s: tuple[float, float]  # of the task; the footage is played inside it
    site_s: float  # moment shown
    at_s: float = 0.0  # seconds since release
    camera_id: str | None = None  # the main picture
    speed: float = 0.0  # at which it plays, below 0 backward, 0 paused
    steps: list[SearchStep] = field(default_factory=list)  # what was done
    captions: list[Caption] = field(default_factory=list)  # what was said
    marks: int = 0  # how many were made
    clips: int = 0  # how many were cut

    def say(self, text: str) -> None:
        """Say why; a second thing said in the same second takes the first one's place only if it is the same."""
        if not self.captions or self.captions[-1].text != text:
            self.captions.append(Caption(at_s=round(self.at_s, 2), text=text))

    def open_console(self) -> None:
        self.steps.append(SearchStep(at_s=self.at_s, kind=StepKind.OPEN))
        self.at_s += 2 * MENTAL_S

    def focus(self, camera_id: str) -> None:
        if camera_id == self.camera_id:
            return
        self.at_s += POINT_S
        self.move(POINT_S)
        self.camera_id = camera_id
        self.steps.append(SearchStep(at_s=self.at_s, kind=StepKind.FOCUS, camera_id=camera_id, t_s=self.site_s))

    def seek(self, t_s: float) -> None:
        """Go to a moment; paused then."""
        to_s = self._clip(t_s)
        self.pause()
        if abs(to_s - self.site_s) < 1e-9:
            return
        self.at_s += POINT_S
        self.steps.append(SearchStep(at_s=self.at_s, kind=StepKind.SEEK, from_s=self.site_s, t_s=to_s))
        self.site_s = to_s

    def play(self, speed: float) -> None:
        if speed == self.speed:
            return
        self.pause()
        self.speed = speed
        self.at_s += 0.2
        self.steps.append(SearchStep(at_s=self.at_s, kind=StepKind.PLAY, t_s=self.site_s, speed=speed))

    def pause(self) -> None:
        if self.speed:
            self.speed = 0.0
            self.steps.append(SearchStep(at_s=self.at_s, kind=StepKind.PAUSE, t_s=self.site_s))

    def look(self) -> None:
        """Spend a look; the footage goes on if it plays."""
        self.at_s += LOOK_S
        self.move(LOOK_S)

    def think(self) -> None:
        self.pause()
        self.at_s += MENTAL_S

    def move(self, seconds: float) -> None:
        """Let the footage go on for so long, if it plays, and stop at an end of the window."""
        if self.speed:
            wanted = self.site_s + seconds * self.speed
            self.site_s = self._clip(wanted)
            if self.site_s != wanted:
                self.pause()

    def mark(self, camera_id: str, x: float, y: float) -> None:
        self.pause()
        self.at_s += POINT_S
        self.marks += 1
        step = SearchStep(
            at_s=self.at_s, kind=StepKind.MARK, camera_id=camera_id, t_s=self.site_s, x=x, y=y, mark_number=self.marks
        )
        self.steps.append(step)

    def unmark(self, number: int) -> None:
        self.at_s += POINT_S
        self.steps.append(SearchStep(at_s=self.at_s, kind=StepKind.UNMARK, mark_number=number))

    def cut(self, camera_id: str, from_s: float, to_s: float) -> None:
        self.focus(camera_id)
        self.seek(from_s)
        self.at_s += POINT_S
        begin_s = self.site_s
        self.seek(to_s)
        self.at_s += POINT_S
        self.clips += 1
        step = SearchStep(
            at_s=self.at_s,
            kind=StepKind.CLIP,
            camera_id=camera_id,
            from_s=begin_s,
            t_s=self.site_s,
            clip_number=self.clips,
        )
        self.steps.append(step)

    def choose(self, key: str, value: str, *, seconds: float = TYPE_S) -> None:
        self.at_s += seconds
        self.steps.append(SearchStep(at_s=self.at_s, kind=StepKind.CHOICE, key=key, value=value))

    def submit(self, *, final_zone: str | None, not_on_camera: bool) -> None:
        self.pause()
        self.at_s += MENTAL_S + (TYPE_S if final_zone or not_on_camera else POINT_S)
        self.steps.append(
            SearchStep(at_s=self.at_s, kind=StepKind.SUBMIT, final_zone=final_zone, not_on_camera=not_on_camera)
        )

    def _clip(self, t_s: float) -> float:
        return min(max(t_s, self.window_s[0]), self.window_s[1])
