"""A walk of a real person through a real street camera, from the clip to a debrief, with a picture to look at.

`python -m tools.street_walk vtest.avi OUT.png`: the clip is in Debian's package `opencv-doc`. A woman in a red jacket
crosses two men and is hidden behind one of them and a post; her boxes were drawn by hand, as a trainer draws them.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import cv2
import numpy as np

from sim.clips.model import FPS, PICTURE_WH, BlurMode, Clothes, DrillWish, Rights, Sight
from sim.drill.event import Event, EventKind
from sim.drill.instant import Instant
from sim.footage.clips.resample import find_bars
from sim.footage.clips.retimed import read_one
from sim.footage.source import Picture
from sim.services.app.wiring import App, open_app, read_settings
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events
from sim.services.debrief.page import get_debrief
from sim.services.debrief.view import DebriefView
from sim.services.operations.demo import SteppedClock, play_attempt
from sim.services.own_clips import annotating, blurring, making
from sim.services.own_clips.align_jobs import AlignState, get_align, start_align
from sim.services.own_clips.aligning import open_working
from sim.services.own_clips.clip_jobs import ClipState, read_result
from sim.services.own_clips.folder import get_folder, load_walk, make_walk
from sim.services.own_clips.importing import add_clip, get_progress
from sim.tasks.common.skill import PERFECT

WH = (768, 576)
SEEN = {
    422: (740, 292, 768, 385),
    432: (669, 267, 703, 366),
    440: (614, 257, 647, 352),
    448: (572, 247, 604, 340),
    456: (531, 235, 562, 321),
    464: (494, 223, 523, 312),
    472: (445, 213, 474, 295),
    481: (390, 203, 423, 281),
    492: (350, 192, 378, 270),
    500: (306, 186, 332, 262),
    516: (237, 180, 265, 254),
    532: (182, 171, 210, 241),
    548: (130, 165, 159, 233),
    564: (61, 171, 91, 239),
    576: (0, 177, 19, 243),
}
"""Frame of the clip, ten a second: her box, x1 y1 x2 y2 in pixels of it."""
HIDDEN, OUT = 475, 579
MAN, MAN_AT = (485, 180, 514, 252), 448
"""One of the men that she crosses, before she does."""
CAMERA = "CAM-01"
NEXT_FRAMES = 15
LATE_S = 60.0
TILE_WH, TILE_TOP, ACROSS = (300, 230), 130, 4
SHOWN = (424, 448, 460, 472, 476, 484, 516, 572)
CLOTHES = Clothes(
    top_kind="jacket", top_color="red", bottom_kind="jeans", bottom_color="blue", shoe_color="black", hair_color="black"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetWalk:
    """What came of it.

    Attributes:
        looked: frames in which people were looked for.
        spans: stretches that the blurring page lists.
        crossings: frames in which the walker's proposals stopped and asked.
        found: the debrief of a search that makes no mistake.
        missed: that of one that marks somebody else.
        sheet: pictures of the working recording, her box on them.
    """

    looked: int
    spans: int
    crossings: tuple[int, ...]
    found: DebriefView
    missed: DebriefView
    sheet: Picture


def walk_the_street(clip: Path, data: Path) -> StreetWalk:
    """Take the clip in, draw the woman in red, make the drill and play it twice.

    Raises:
        SimError: as each step does.
    """
    clock = SteppedClock(now=Instant(wall=datetime.now(tz=UTC), steady_s=0.0, epoch="street"))
    app = open_app(read_settings({"SIGHTLINE_DATA": str(data)}), clock)
    try:
        rights = Rights(may_use=True, everyone_agreed=True)
        walk_id = make_walk(app, "Street", rights=rights, blur=BlurMode.HEADS, by="")
        add_clip(app, walk_id, clip, file_name=clip.name, camera="Street")
        while any(each.state is ClipState.IMPORTING for each in get_progress(app, walk_id)):
            time.sleep(1.0)
        start_align(app, walk_id)
        while get_align(app, walk_id).state is AlignState.RUNNING:
            time.sleep(1.0)
        crossings = _draw_her(app, walk_id)
        for camera in load_walk(app, walk_id).cameras:
            blurring.confirm_camera(app, walk_id, camera.camera_id, by="")
        wish = DrillWish(title="Street", tasks=("trace",), clothes=CLOTHES)
        (form_id,) = making.make_drill(app, walk_id, wish, by="")
        result = read_result(get_folder(app, walk_id), "clip-01")
        return StreetWalk(
            looked=result.looked,
            spans=len(result.doubtful),
            crossings=crossings,
            found=_search(app, clock, form_id),
            missed=_mark_another(app, clock, form_id),
            sheet=_draw_sheet(app, walk_id),
        )
    finally:
        app.close()


def _draw_her(app: App, walk_id: str) -> tuple[int, ...]:
    """Draw all keyframes in order of time; return where the proposal for the next one stopped at a crossing."""
    steps = {**dict.fromkeys(SEEN, Sight.SEEN), HIDDEN: Sight.HIDDEN, OUT: Sight.OUT}
    crossings = set()
    for base, (frame, sight) in enumerate(sorted(steps.items())):
        box = _to_shares(SEEN[frame]) if sight is Sight.SEEN else None
        annotating.set_keyframe(app, walk_id, camera_id=CAMERA, frame=frame, sight=sight, box=box, base=base)
        if sight is Sight.SEEN:
            proposal = annotating.propose_box(app, walk_id, camera_id=CAMERA, frame=frame + NEXT_FRAMES)
            crossings |= {proposal.frame} if proposal.is_crossing else set()
    return tuple(sorted(crossings))


def _to_shares(box: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    """Return a box of the clip in shares of the picture it is fitted into."""
    bar_x, bar_y = find_bars(*WH, PICTURE_WH)
    x1, y1, x2, y2 = box
    (left, right), (top, bottom) = (
        [bar + (1 - 2 * bar) * side / size for side in sides]
        for bar, size, sides in ((bar_x, WH[0], (x1, x2)), (bar_y, WH[1], (y1, y2)))
    )
    return left, top, right, bottom


def _search(app: App, clock: SteppedClock, form_id: str) -> DebriefView:
    attempt_id = attempts.create_practice(app, form_id=form_id)
    play_attempt(app, clock, attempt_id, rng=np.random.default_rng(1), skill=PERFECT)
    return get_debrief(app, attempt_id)


def _mark_another(app: App, clock: SteppedClock, form_id: str) -> DebriefView:
    """Mark one of the men she crosses, and let the time run out."""
    attempt_id = attempts.create_practice(app, form_id=form_id)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    left, top, right, bottom = _to_shares(MAN)
    place = {"camera_id": CAMERA, "frame": MAN_AT, "t_s": MAN_AT / FPS}
    mark = {"mark_id": "mark-1", **place, "x": (left + right) / 2, "y": (top + bottom) / 2}
    tab_id = str(uuid4())
    events = [
        Event(tab_id=tab_id, seq=seq, t_client_ms=1000.0 * seq, kind=kind, payload=payload)
        for seq, (kind, payload) in enumerate(((EventKind.OPEN, {}), (EventKind.MARK, mark)), start=1)
    ]
    clock.pass_s(len(events))
    accept_events(app, attempt_id, tab_id=tab_id, events=events)
    clock.pass_s(app.catalog.get_form(form_id).form.limit_s + LATE_S)
    return get_debrief(app, attempt_id)


def _draw_sheet(app: App, walk_id: str) -> Picture:
    """Return frames of the working recording side by side, cut to where she walks, with her box in each."""
    clip = open_working(app, walk_id).folder / f"main/{CAMERA}.mp4"
    tiles = []
    for frame in SHOWN:
        bgr = read_one(clip, frame).copy()
        found = annotating.list_boxes(app, walk_id, camera_id=CAMERA, first=frame, last=frame)
        for each in found:
            height, width = bgr.shape[:2]
            x1, y1, x2, y2 = (round(v * size) for v, size in zip(each.box, (width, height) * 2, strict=True))
            cv2.rectangle(bgr, (x1, y1), (x2, y2), (160, 160, 160) if each.is_hidden else (0, 220, 255), 1)
        here = (found[0].box[0] + found[0].box[2]) / 2 * bgr.shape[1] if found else bgr.shape[1] / 2
        left = int(np.clip(here - TILE_WH[0] / 2, 0, bgr.shape[1] - TILE_WH[0]))
        tile = bgr[TILE_TOP : TILE_TOP + TILE_WH[1], left : left + TILE_WH[0]]
        cv2.putText(
            tile, f"{frame / FPS:.1f} s", (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA
        )
        tiles.append(tile)
    return np.vstack([np.hstack(tiles[row : row + ACROSS]) for row in range(0, len(tiles), ACROSS)])


def main(arguments: list[str]) -> int:
    """Say what came of it, and write the picture."""
    clip, picture = Path(arguments[0]), Path(arguments[1])
    with tempfile.TemporaryDirectory() as data:
        walk = walk_the_street(clip.absolute(), Path(data))
    cv2.imwrite(str(picture), walk.sheet)
    print(f"looked at {walk.looked} frames, {walk.spans} stretches to look at, crossings at {walk.crossings}")
    for view in (walk.found, walk.missed):
        print(f"passed: {view.passed}. {view.verdict}")
        print(*(f"  {each.title}: {each.text}" for each in view.moments.moments), sep="\n")
    is_right = walk.found.passed and not walk.missed.passed and len(walk.crossings) > 0
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
