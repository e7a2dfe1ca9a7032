"""Where people of the sample are in the four clips, frame by frame, and what marks of them are worth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clips.keyframes import SiteKeyframe, compute_rows, find_clip_moment
from sim.clips.model import FPS, PICTURE_WH
from sim.clips.proposals import Xyxy
from sim.scoring.evidence import Mark
from sim.scoring.mark import resolve_marks
from sim.services.app.wiring import App
from sim.services.own_clips.clocks import fit_walk
from sim.services.own_clips.folder import get_folder, read_walk
from sim.truth.appearance import IntArray, is_countable
from sim.truth.index import make_truth_index
from sim.truth.table import make_truth_table
from tools.bench.clips.cut import CLIPS, Cut
from tools.bench.clips.trainer import Walker
from tools.bench.people_figures import SAMPLE

Mask = NDArray[np.bool_]


def find_walkers(
    app: App, walk_id: str, person_id: str, *, cuts: Sequence[Cut] = CLIPS
) -> dict[str, tuple[Walker, int]]:
    """Return by camera of the walk where a person of the sample is, and the last frame with a picture."""
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    fit = fit_walk(folder, walk)
    rows = pd.read_parquet(SAMPLE / "truth.parquet")
    rows = rows[rows["person_id"] == person_id]
    rows = rows.assign(counts=is_countable(rows["visible"].to_numpy(), (rows["y2"] - rows["y1"]).to_numpy()))
    width, height = PICTURE_WH
    found = {}
    for number, cut in enumerate(cuts):
        camera_id = walk.cameras[number].camera_id
        own = rows[rows["camera_id"] == cut.camera_id].set_index("frame")
        boxes: dict[int, Xyxy] = {}
        hidden = set()
        last = 0
        for frame in range(fit.frame_count):
            moment = find_clip_moment(camera_id, frame, walk, fit)
            if moment is None:
                continue
            last = frame
            of_sample = int(np.floor((cut.start_s + moment[1]) * FPS))
            if of_sample in own.index:
                row = own.loc[of_sample]
                sides = np.clip([row.x1 / width, row.y1 / height, row.x2 / width, row.y2 / height], 0.0, 1.0)
                boxes[frame] = (float(sides[0]), float(sides[1]), float(sides[2]), float(sides[3]))
                hidden |= set() if row.counts else {frame}
        if len(boxes) > len(hidden):
            found[camera_id] = (Walker(boxes=boxes, hidden=frozenset(hidden)), last)
    return found


def judge(keys: Sequence[SiteKeyframe], camera_id: str, walker: Walker, *, last: int) -> tuple[IntArray, Mask]:
    """Return the frames [n] of a camera in which the true walker is in an appearance, and where a mark on them counts.

    The mark is on the middle of the true box; it is judged as in a drill, by the boxes that the keyframes make.
    """
    stays = walker.list_stays(last)
    asked = [f for a, b in stays for f in range(a, b + 1) if f in walker.boxes and f not in walker.hidden]
    frames = np.array(asked, dtype=np.int64)
    own = [key for key in keys if key.camera_id == camera_id]
    rows = compute_rows(own, places={camera_id: (0.0, 0.0, "1", "z")}, frame_count=last + 1)
    if rows.empty:
        return frames, np.zeros(len(frames), dtype=bool)
    table = make_truth_table(rows, fps=FPS, duration_s=(last + 1) / FPS, picture_wh={camera_id: PICTURE_WH})
    boxes = np.array([walker.boxes[frame] for frame in asked])
    points = (boxes[:, :2] + boxes[:, 2:]) / 2
    marks = [
        Mark(camera_id=camera_id, t_s=frame / FPS, x=float(x), y=float(y))
        for frame, (x, y) in zip(asked, points, strict=True)
    ]
    return frames, resolve_marks(make_truth_index(table), marks).person >= 0
