"""How our people look to a detector that was trained on photographs, beside real people in a real camera."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.footage.build.camera_jobs.camera_job import Encoding
from sim.footage.recording.open import open_recording
from sim.footage.recording.recording import GROUP_FRAMES
from sim.footage.source import FrameSource, Sighting
from sim.footage.stills.person_detector import MODEL, PersonDetector, compute_overlaps
from sim.footage.video.encode import ClipWriter, compute_planes
from sim.footage.video.still import decode_frames
from sim.services.app.score import load_truth_index
from sim.services.app.wiring import PROJECT
from sim.services.library.build.footage_build import make_painters, plan_scenario
from tools.bench.render import SCENARIO
from tools.bench.rig.figures import Figure

SAMPLE = PROJECT / "sample_footage" / "maple-ridge-first-bell"
EVERY_S = 5.0
PAINTED_EVERY_S = 25.0
CLASSES_PX = ((24.0, 50.0), (50.0, 100.0), (100.0, float("inf")))
WANTED = (60.0, 85.0, 95.0)
VISIBLE = 0.5
MATCH = 0.5
WHOLE = 0.9
UPRIGHT = 1.6
EDGE_PX = 2.0
TILES = 2
REAL_EVERY = 25
CLOSE = 0.1
COLUMNS = ["height_px", "score", "is_plain"]


def measure(
    *, on_step: Callable[[str], None], model: Path | None, video: Path | None, painted: bool
) -> tuple[Figure, ...]:
    """Look at frames of all cameras of the shipped recording, and of a real video, by the shipped model or another.

    With `painted` the same frames are painted and encoded again first, as a build of today would make them.

    Raises:
        RecordingError: no model that can be read.
    """
    detector = PersonDetector(model or MODEL)
    ours = (look_at_painted if painted else look_at_ours)(detector, on_step=on_step)
    real = look_at_real(detector, video, on_step=on_step) if video is not None else None
    return tuple(_describe(ours, real))


def look_at_ours(detector: PersonDetector, *, on_step: Callable[[str], None]) -> pd.DataFrame:
    """Return the people of the shipped recording in some frames: `height_px`, `score` (0 where not found), `is_plain`.

    Who is cut off by the edge is left out: what is seen of them does not tell how tall they are. Plain ones are
    seen as those in a street are: upright, nothing before them.
    """
    recording = open_recording(SAMPLE)
    manifest = recording.manifest
    rows = load_truth_index(recording, reads_silhouettes=False).table.rows
    rows = rows[(rows["visible"] >= VISIBLE) & (rows["y2"] - rows["y1"] >= CLASSES_PX[0][0])]
    step = round(EVERY_S * manifest.fps)
    frames = range(step // 2, manifest.frame_count, step)
    found = []
    for camera in manifest.cameras:
        on_step(f"{camera.camera_id} {camera.name}")
        pictures = decode_frames(recording.folder / camera.main, frames=frames, fps=manifest.fps)
        own = rows[rows["camera_id"] == camera.camera_id]
        for frame, rgb in pictures.items():
            people = own[own["frame"] == frame]
            boxes = people[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
            shares = people["visible"].to_numpy(dtype=np.float64)
            found += list(_match(detector, np.ascontiguousarray(rgb[..., ::-1]), boxes, shares))
    return pd.DataFrame(found, columns=COLUMNS)


def look_at_painted(detector: PersonDetector, *, on_step: Callable[[str], None]) -> pd.DataFrame:
    """Return as `look_at_ours` the people of the same frames, painted now and encoded as a build does.

    Each is the last of a group of pictures cut short, so that the encoder had as many before it as in a build.
    """
    on_step("letting the crowd of the shipped scenario walk")
    planned = plan_scenario(SCENARIO)
    plan, make_source = planned.plan, make_painters(planned)
    step = round(PAINTED_EVERY_S * plan.crowd.fps)
    found = []
    for camera_id in plan.cameras:
        on_step(f"{camera_id}, painted now")
        source = make_source(camera_id)
        for frame in range(step // 2, plan.crowd.frame_count, step):
            bgr, sightings = encode_last(
                source, frame, size_wh=plan.size_wh, fps=plan.crowd.fps, encoding=plan.encoding
            )
            seen = [s for s in sightings if s.visible >= VISIBLE and s.box_xyxy[3] - s.box_xyxy[1] >= CLASSES_PX[0][0]]
            boxes = np.array([s.box_xyxy for s in seen], dtype=np.float64).reshape(-1, 4)
            found += list(_match(detector, bgr, boxes, np.array([s.visible for s in seen])))
    return pd.DataFrame(found, columns=COLUMNS)


def encode_last(
    source: FrameSource, frame: int, *, size_wh: tuple[int, int], fps: float, encoding: Encoding
) -> tuple[NDArray[np.uint8], Sequence[Sighting]]:
    """Return a frame [h, w, 3] blue-green-red as a player of the built clip shows it, and who is seen in it."""
    first = frame - frame % GROUP_FRAMES
    with tempfile.TemporaryDirectory(prefix="figures-") as folder:
        path = Path(folder) / "group.mp4"
        sightings: Sequence[Sighting] = ()
        with ClipWriter(path, size_wh=size_wh, fps=fps, crf=encoding.main_crf, preset=encoding.preset) as writer:
            for number in range(first, frame + 1):
                bgr, sightings = source.paint(number)
                writer.write_planes(compute_planes(bgr), people=[s.box_xyxy for s in sightings])
        last = frame - first
        rgb = decode_frames(path, frames=range(last, last + 1), fps=fps)[last]
    return np.ascontiguousarray(rgb[..., ::-1]), sightings


def look_at_real(detector: PersonDetector, video: Path, *, on_step: Callable[[str], None]) -> pd.DataFrame:
    """Return what is found in a real video: `height_px` and `score`; nobody has counted who is not found."""
    on_step(f"{video.name}")
    found: list[tuple[float, float]] = []
    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % REAL_EVERY == 0:
                bgr = np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
                seen = detector.find(bgr, tiles=TILES)
                found += zip((seen.boxes[:, 3] - seen.boxes[:, 1]).tolist(), seen.scores.tolist(), strict=True)
    return pd.DataFrame(found, columns=["height_px", "score"])


def _match(
    detector: PersonDetector, bgr: NDArray[np.uint8], boxes: NDArray[np.float64], shares: NDArray[np.float64]
) -> Iterator[tuple[float, float, bool]]:
    seen = detector.find(bgr, tiles=TILES)
    for box, share in zip(boxes, shares, strict=True):
        if not is_inside(box, size_wh=(bgr.shape[1], bgr.shape[0])):
            continue
        over = compute_overlaps(box, seen.boxes) if len(seen.boxes) else np.zeros(1)
        score = float(seen.scores[over >= MATCH].max()) if (over >= MATCH).any() else 0.0
        yield float(box[3] - box[1]), score, is_plain(box, share)


def is_inside(box: NDArray[np.float64], *, size_wh: tuple[int, int]) -> bool:
    """Tell of a person's box [4] whether the picture's edge cuts nothing off."""
    return bool((box[:2] >= EDGE_PX).all() and (box[2:] <= np.array(size_wh) - EDGE_PX).all())


def is_plain(box: NDArray[np.float64], share: float) -> bool:
    """Tell of a person's box [4] whether it stands upright and is hardly covered."""
    return bool(share >= WHOLE and box[3] - box[1] >= UPRIGHT * (box[2] - box[0]))


def _describe(ours: pd.DataFrame, real: pd.DataFrame | None) -> Iterator[Figure]:
    for (low, high), wanted in zip(CLASSES_PX, WANTED, strict=True):
        name = f"{low:g} to {high:g} px" if np.isfinite(high) else f"over {low:g} px"
        own = ours[(ours["height_px"] >= low) & (ours["height_px"] < high)]
        share = 100 * float((own["score"] > 0).mean())
        yield Figure(
            name=f"people of {name} found, of {len(own)}",
            value=share,
            unit="%",
            target=f"{wanted:g}",
            met=share >= wanted,
        )
        plain = own[own["is_plain"]]
        yield Figure(
            name=f"those of {name} upright and in full view, of {len(plain)}",
            value=100 * float((plain["score"] > 0).mean()),
            unit="%",
        )
        median = float(own.loc[own["score"] > 0, "score"].median())
        if real is None:
            yield Figure(name=f"median score of those of {name}", value=median, unit="")
            continue
        others = real[(real["height_px"] >= low) & (real["height_px"] < high)]["score"]
        is_close = len(others) > 0 and median >= float(others.median()) - CLOSE
        target = f"{others.median():.2f} of {len(others)} real people" if len(others) else ""
        yield Figure(
            name=f"median score of those of {name}",
            value=median,
            unit="",
            target=target,
            met=is_close if len(others) else None,
        )
