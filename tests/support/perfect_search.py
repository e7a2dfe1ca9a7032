"""People who search without a mistake, each in another order, as the events that their console would send."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.drill.simulated import list_acts, number_acts
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.claim import MarkOutcome, judge_claims
from sim.scoring.evidence import Answer, Mark
from sim.scoring.mark import resolve_marks
from sim.scoring.person_in_frame import PersonInFrame, read_person
from sim.services.app.score import AttemptScore, score_attempt
from sim.tasks.common.aim import CLICK_SHARES, SIDEWAYS_SHARE
from sim.tasks.common.base import Task
from sim.tasks.common.search_step import SearchStep, StepKind
from sim.truth.index import TruthIndex

HEIGHTS = tuple(CLICK_SHARES)
TRIES = 60
SPEED = 4.0
LIMIT_S = 36_000.0


@dataclass(kw_only=True)
class Console:
    """Somebody at the console of one task: notes every act, and keeps drill time and site time."""

    index: TruthIndex
    task: Task
    rng: np.random.Generator
    site_s: float = 0.0
    at_s: float = 0.0
    marks: int = 0
    steps: list[SearchStep] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site_s = self.task.window_s[0]
        self.case = make_trace_case(
            self.index, target=self.task.person, window_s=self.task.window_s, answer=Answer(marks=())
        )
        self._note(SearchStep(at_s=0.0, kind=StepKind.OPEN))

    @property
    def camera_ids(self) -> tuple[str, ...]:
        return self.index.camera_ids

    def name_camera(self, leg: int) -> str:
        return self.index.appearances[leg].camera_id

    def get_span(self, leg: int) -> tuple[float, float]:
        return float(self.case.window.first_s[leg]), float(self.case.window.last_s[leg])

    def open(self, camera_id: str) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.FOCUS, camera_id=camera_id, t_s=self.site_s))

    def seek(self, t_s: float) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.SEEK, from_s=self.site_s, t_s=t_s))
        self.site_s = t_s

    def play(self, to_s: float) -> None:
        if to_s == self.site_s:
            return
        speed = SPEED if to_s > self.site_s else -SPEED
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.PLAY, t_s=self.site_s, speed=speed))
        self.at_s += (to_s - self.site_s) / speed
        self.site_s = to_s
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.PAUSE, t_s=to_s))

    def mark(self, mark: Mark) -> None:
        self.marks += 1
        self._note(
            SearchStep(
                at_s=self.at_s, kind=StepKind.MARK, camera_id=mark.camera_id, t_s=mark.t_s, x=mark.x, y=mark.y,
                mark_number=self.marks,
            )
        )  # fmt: skip

    def choose(self, key: str, value: str) -> None:
        self._note(SearchStep(at_s=self.at_s, kind=StepKind.CHOICE, key=key, value=value))

    def submit(self, answer: Answer) -> AttemptScore:
        """Say what is no mark, submit, and have it scored."""
        for key, value in answer.choices.items():
            self.choose(key, value)
        self._note(
            SearchStep(
                at_s=self.at_s,
                kind=StepKind.SUBMIT,
                final_zone=answer.final_zone,
                not_on_camera=answer.not_on_camera,
            )
        )
        events = number_acts(list_acts(self.steps, self.index), tab_id="tab-1", limit_s=LIMIT_S)
        return score_attempt(self.task, self.index, events, used_s=self.at_s, finished=True, limit_s=LIMIT_S)

    def _note(self, step: SearchStep) -> None:
        self.steps.append(step)
        self.at_s += 0.8


def click(index: TruthIndex, case: TraceCase, number: int, rng: np.random.Generator) -> Mark:
    """Return a click that claims an appearance, anywhere on the person where people click.

    The picture outlines whom a mark is on, so that anyone who looks clicks again when it is somebody else.
    """
    rows = index.appearance_rows
    own = np.arange(rows.low[number], rows.high[number])
    own = own[(rows.t_s[own] >= case.window.first_s[number]) & (rows.t_s[own] <= case.window.last_s[number])]
    visible = index.table.rows["visible"].to_numpy(dtype=np.float64)[rows.table_row[own]]
    good = own[visible >= 0.6] if (visible >= 0.6).any() else own
    for _ in range(TRIES):
        sighting = read_person(index, int(rows.table_row[int(rng.choice(good))]))
        mark = _click_on(
            index, sighting, height=float(rng.choice(HEIGHTS)), side=float(rng.uniform(-SIDEWAYS_SHARE, SIDEWAYS_SHARE))
        )
        if claims(index, case, mark, number):
            return mark
    for row in own.tolist():
        for height in (0.5, *HEIGHTS, 0.95):
            mark = _click_on(index, read_person(index, int(rows.table_row[row])), height=height, side=0.0)
            if claims(index, case, mark, number):
                return mark
    raise AssertionError(f"nowhere can appearance {index.appearances[number]} be clicked")


def claims(index: TruthIndex, case: TraceCase, mark: Mark, number: int) -> bool:
    judged = judge_claims(case.window, resolve_marks(index, (mark,)), target=case.target)
    return int(judged.outcome[0]) in (MarkOutcome.TARGET, MarkOutcome.OTHER) and int(judged.appearance[0]) == number


def _click_on(index: TruthIndex, sighting: PersonInFrame, *, height: float, side: float) -> Mark:
    width_px, height_px = index.table.picture_wh[sighting.camera_id]
    x1, y1, x2, y2 = sighting.box_xyxy
    x, y = (x1 + x2) / 2 + side * (x2 - x1), y1 + height * (y2 - y1)
    return Mark(
        camera_id=sighting.camera_id,
        t_s=sighting.t_s,
        x=float(np.clip(x / width_px, 0.0, 1.0)),
        y=float(np.clip(y / height_px, 0.0, 1.0)),
    )


Search = Callable[[Console, Sequence[int]], None]
"""Finds these appearances in its own order; the others are passed over."""


def search_forward(console: Console, legs: Sequence[int]) -> None:
    """Follow the student from the first appearance to the last, each watched from begin to end."""
    for leg in [leg for leg in console.case.legs if leg in legs]:
        _find(console, leg, is_backwards=False)


def search_backward(console: Console, legs: Sequence[int]) -> None:
    """Follow the student back from the last appearance to the first, footage running backward."""
    ordered = sorted(legs, key=lambda leg: (-console.get_span(leg)[1], -leg))
    for leg in ordered:
        _find(console, leg, is_backwards=True)


def search_outward(console: Console, legs: Sequence[int]) -> None:
    """Begin in the middle, go back to the first appearance, then on from the middle to the last."""
    ordered = [leg for leg in console.case.legs if leg in legs]
    middle = len(ordered) // 2
    for leg in reversed(ordered[: middle + 1]):
        _find(console, leg, is_backwards=True)
    for leg in ordered[middle + 1 :]:
        _find(console, leg, is_backwards=False)


def sweep_cameras(console: Console, legs: Sequence[int]) -> None:
    """Play every camera from the first second to the last, one after the other."""
    _sweep(console, legs, console.camera_ids)


def sweep_cameras_from_the_last(console: Console, legs: Sequence[int]) -> None:
    """The same, the last camera first."""
    _sweep(console, legs, tuple(reversed(console.camera_ids)))


def sweep_by_jumps(console: Console, legs: Sequence[int]) -> None:
    """Go through every camera by jumps of 5 s without playing."""
    low_s, high_s = console.task.window_s
    for camera_id in console.camera_ids:
        console.open(camera_id)
        marks = _list_clicks(console, legs, camera_id)
        for t_s in np.arange(low_s, high_s, 5.0).tolist():
            console.seek(t_s)
            while marks and marks[0].t_s <= t_s + 5.0:
                console.seek(marks[0].t_s)
                console.mark(marks.pop(0))


SWEEPS: tuple[Search, ...] = (sweep_cameras, sweep_cameras_from_the_last, sweep_by_jumps)
SEARCHES: tuple[Search, ...] = (search_forward, search_backward, search_outward, *SWEEPS)


def _find(console: Console, leg: int, *, is_backwards: bool) -> None:
    mark = click(console.index, console.case, leg, console.rng)
    begin_s, end_s = console.get_span(leg)[:: -1 if is_backwards else 1]
    console.open(mark.camera_id)
    console.seek(begin_s)
    console.play(mark.t_s)
    console.mark(mark)
    console.play(end_s)


def _sweep(console: Console, legs: Sequence[int], camera_ids: Sequence[str]) -> None:
    low_s, high_s = console.task.window_s
    for camera_id in camera_ids:
        console.open(camera_id)
        console.seek(low_s)
        for mark in _list_clicks(console, legs, camera_id):
            console.play(mark.t_s)
            console.mark(mark)
        console.play(high_s)


def _list_clicks(console: Console, legs: Sequence[int], camera_id: str) -> list[Mark]:
    own = [leg for leg in legs if console.name_camera(leg) == camera_id]
    return sorted((click(console.index, console.case, leg, console.rng) for leg in own), key=lambda mark: mark.t_s)
