"""Marking people of the sample in the four clips as a trainer does: what it takes, and what the marks are worth.

Each of those longest in the clips is the walker once. A mark counts where the judge of a drill finds the walker under
the middle of the true person's box, in each frame of an appearance in which the person is large and visible enough.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.clips.model import FPS, BlurMode, Rights, Sight
from sim.clips.proposals import Xyxy
from sim.errors import MachineError
from sim.services.app.wiring import DATA_VARIABLE, App, open_app, read_settings, system_clock
from sim.services.own_clips import annotating
from sim.services.own_clips.clip_jobs import ClipState, get_people_path
from sim.services.own_clips.clocks import set_clocks
from sim.services.own_clips.folder import get_folder, make_walk, read_walk
from sim.services.own_clips.importing import add_clip, get_progress
from sim.services.own_clips.track import change_track, read_track
from sim.truth.appearance import IntArray
from tools.bench.clips.cut import CLIPS, Cut, cut_clip, load_walkers, make_clocks
from tools.bench.clips.trainer import Press, Shown, Trainer, compute_seconds, list_counted
from tools.bench.clips.walkers import find_walkers, judge
from tools.bench.rig.figures import Figure

STEP_FRAMES = 15
"""What the page goes on by."""
PEOPLE = 5
SEED = 22
SECONDS = 30.0
LEAST_HELD = 97.0
MACHINE_S = 0.1
"""What a step waits for the machine: the bound that `bench annotator` holds it to."""
POLL_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """People marked in all clips.

    Attributes:
        presses: by kind.
        keyframes: boxes, "hidden" and "out".
        frames: in which a true person is in an appearance.
        held: of them, those in which a mark on that person counts.
        people: how many people were the walker.
        lost: the longest stretches that were not held, camera, first frame and how many, by person.
    """

    presses: Counter[Press]
    keyframes: int
    frames: int
    held: int
    people: int
    lost: tuple[tuple[str, str, int, int], ...] = ()


@dataclass(slots=True, kw_only=True)
class ServiceAnnotator:
    """The annotator of one camera as the page uses it, without the page."""

    app: App
    walk_id: str
    camera_id: str
    last: int
    revision: int

    def go_to(self, frame: int) -> Shown:
        """See `trainer.Annotator`."""
        found = annotating.list_boxes(self.app, self.walk_id, camera_id=self.camera_id, first=frame, last=frame)
        return Shown(frame=frame, box=found[0].box if found else None)

    def drag(self, shown: Shown, box: Xyxy, *, is_moved: bool) -> Shown:
        """See `trainer.Annotator`."""
        del is_moved
        return Shown(frame=shown.frame, box=box)

    def choose(self, shown: Shown, number: int) -> Shown:
        """See `trainer.Annotator`."""
        return Shown(frame=shown.frame, box=shown.choices[number - 1], choices=shown.choices)

    def accept(self, shown: Shown) -> Shown:
        """See `trainer.Annotator`."""
        self._save(shown.frame, Sight.SEEN, shown.box)
        return self._go_on(shown.frame)

    def put(self, shown: Shown, sight: Sight) -> Shown:
        """See `trainer.Annotator`."""
        self._save(shown.frame, sight, None)
        return self._go_on(shown.frame) if sight is Sight.HIDDEN else Shown(frame=shown.frame)

    def _save(self, frame: int, sight: Sight, box: Xyxy | None) -> None:
        saved = annotating.set_keyframe(
            self.app,
            self.walk_id,
            camera_id=self.camera_id,
            frame=frame,
            sight=sight,
            box=box,
            base=self.revision,
        )
        self.revision = saved.revision

    def _go_on(self, frame: int) -> Shown:
        wanted = min(frame + STEP_FRAMES, self.last)
        found = annotating.propose_box(self.app, self.walk_id, camera_id=self.camera_id, frame=wanted)
        return Shown(
            frame=found.frame,
            box=found.box,
            choices=found.choices if found.is_crossing else (),
            is_crossing=found.is_crossing,
        )


def take_clips_in(
    app: App, folder: Path, *, cuts: Sequence[Cut] = CLIPS, seconds: float, on_step: Callable[[str], None]
) -> str:
    """Import clips with heads blurred and people found, clocks entered where there are several; return the walk.

    Raises:
        MachineError: an import failed.
    """
    rights = Rights(may_use=True, everyone_agreed=True)
    walk_id = make_walk(app, "Walk", rights=rights, blur=BlurMode.HEADS, by="")
    for cut in cuts:
        path = cut_clip(folder / cut.name, cut, seconds=seconds)
        add_clip(app, walk_id, path, file_name=path.name, camera=cut.camera)
    on_step(f"importing {len(cuts)} clips of {seconds:g} s")
    while any(each.state is ClipState.IMPORTING for each in get_progress(app, walk_id)):
        time.sleep(POLL_S)
    found = get_progress(app, walk_id)
    if any(each.state is not ClipState.DONE for each in found):
        raise MachineError(f"an import failed: {' '.join(each.problem for each in found)}")
    if cuts == CLIPS:
        set_clocks(app, walk_id, make_clocks(seconds=seconds))
    return walk_id


def forget_people(app: App, walk_id: str) -> None:
    """Forget who was found in the clips, as where there is no detector."""
    folder = get_folder(app, walk_id)
    for clip in read_walk(folder).clips:
        get_people_path(folder, clip.clip_id).unlink()


def mark_people(app: App, walk_id: str, *, seconds: float, on_step: Callable[[str], None]) -> Marked:
    """Mark each of the people longest in the clips on all cameras, and hold the marks against the truth."""
    presses: Counter[Press] = Counter()
    keyframes = frames = held = 0
    lost: list[tuple[str, str, int, int]] = []
    chosen = load_walkers(seconds=seconds)[:PEOPLE]
    for number, (person_id, _) in enumerate(chosen):
        on_step(f"marking {person_id} in four clips")
        trainer = Trainer(rng=np.random.default_rng([SEED, number]))
        start_again(app, walk_id)
        walkers = find_walkers(app, walk_id, person_id)
        for camera_id, (walker, last) in walkers.items():
            revision = annotating.get_track(app, walk_id).revision
            annotator = ServiceAnnotator(app=app, walk_id=walk_id, camera_id=camera_id, last=last, revision=revision)
            trainer.mark(annotator, walker, last=last)
        keys = annotating.get_track(app, walk_id).keyframes
        for camera_id, (walker, last) in walkers.items():
            asked, right = judge(keys, camera_id, walker, last=last)
            frames, held = frames + len(asked), held + int(right.sum())
            lost += [(person_id, camera_id, *stretch) for stretch in _find_stretches(asked[~right])]
        presses += trainer.presses
        keyframes += trainer.keyframes
    longest = sorted(lost, key=lambda each: -each[3])
    return Marked(
        presses=presses, keyframes=keyframes, frames=frames, held=held, people=len(chosen), lost=tuple(longest)
    )


def measure_marks(*, on_step: Callable[[str], None]) -> Iterator[Figure]:
    """Import the four clips, mark people in them with proposals of the detector and without, and say what came of it.

    Raises:
        MachineError: an import failed.
    """
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        data.mkdir()
        app = open_app(read_settings({DATA_VARIABLE: str(data)}), system_clock())
        try:
            walk_id = take_clips_in(app, Path(place), seconds=SECONDS, on_step=on_step)
            yield from describe(mark_people(app, walk_id, seconds=SECONDS, on_step=on_step), "with the detector")
            forget_people(app, walk_id)
            yield from describe(mark_people(app, walk_id, seconds=SECONDS, on_step=on_step), "without it")
        finally:
            app.close()


def describe(marked: Marked, name: str) -> Iterator[Figure]:
    """Yield what marking took and what the marks are worth."""
    minutes = marked.frames / FPS / 60
    took = compute_seconds(marked.presses, machine_s=MACHINE_S) / 60
    counted = ", ".join(f"{count} {words}" for words, count in list_counted(marked.presses))
    shares = 100 * marked.held / marked.frames
    yield Figure(
        name=f"marks {name}: seconds of appearances in which a mark on the person counts",
        value=shares,
        unit="%",
        target=f"{LEAST_HELD:g}",
        met=shares >= LEAST_HELD,
        how=f"{marked.people} people, {minutes:.2f} minutes on camera",
    )
    yield Figure(name=f"marks {name}: minutes of work for all of them", value=took, unit="min", how=counted)
    yield Figure(name=f"marks {name}: minutes of work for a minute on camera", value=took / minutes, unit="min")
    yield Figure(
        name=f"marks {name}: boxes, hidden and out, a minute on camera", value=marked.keyframes / minutes, unit="marks"
    )
    for words, count in list_counted(marked.presses):
        yield Figure(name=f"marks {name}: {words}", value=count, unit="presses")


def start_again(app: App, walk_id: str) -> None:
    """Remove every mark."""
    folder = get_folder(app, walk_id)
    track = read_track(folder)
    if track.keyframes:
        change_track(folder, base=track.revision, drop=[(key.clip_id, key.clip_s) for key in track.keyframes])


def _find_stretches(frames: IntArray) -> list[tuple[int, int]]:
    """Return first frame and length of each stretch of frames that follow each other."""
    parts = np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1) if len(frames) else []
    return [(int(part[0]), len(part)) for part in parts]
