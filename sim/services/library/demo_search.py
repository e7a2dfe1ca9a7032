"""What a search is, shown on Home: somebody whom no drill asks for, found on one camera after another."""

from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

from sim.drill.forms import Origin
from sim.footage.recording.open import Recording, load_truth_columns
from sim.footage.video.still import load_still, write_small_jpeg
from sim.services.app.wiring import App
from sim.services.library.library import list_kept_out
from sim.text.times import write_clock

DEMO_PATH = "/demo/{name}.jpg"
SCENES = 5
FEWEST_SCENES = 3
WIDTH_PX = 560
SEEN_MIN = 0.9
HEIGHT_PX = 70
APART_S = 5.0
EDGE_PX = 12
COLUMNS = ("camera_id", "frame", "person_id", "visible", "x1", "y1", "x2", "y2")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoScene:
    """One camera that shows the person."""

    jpeg: bytes  # the whole picture, `WIDTH_PX` wide
    name: str  # of the picture, by what is in it
    box: tuple[float, float, float, float]  # left, top, width and height of the person, 0..1 of the picture
    caption: str  # the camera and the time of day


def get_demo_search(app: App) -> tuple[DemoScene, ...]:
    """Return the scenes in the order of time, made once; () where no recording can show one.

    The person is sought by no drill and no lesson on the recording and takes part in nothing that happens there. Nobody
    who is sought is in the pictures.
    """
    forms = [known for known in app.catalog.list_forms() if known.origin is Origin.PUBLIC]
    if not forms:
        return ()
    recording_id = forms[0].recording_id
    return app.catalog.keep(
        ("demo-search", recording_id),
        lambda: _make(app.catalog.get_recording(recording_id), list_kept_out(app, recording_id)),
    )


def get_demo_picture(app: App, name: str) -> bytes | None:
    """Return the JPEG of a scene by its name; None for another name. Raises as `get_demo_search`."""
    return next((scene.jpeg for scene in get_demo_search(app) if scene.name == name), None)


def find_scenes(rows: pd.DataFrame, *, hidden: frozenset[str], fps: float, size_wh: tuple[int, int]) -> pd.DataFrame:
    """Return the rows of truth to show: one person, each on another camera than before, where they are tallest."""
    spoiled = set(map(tuple, rows.loc[rows["person_id"].isin(hidden), ["camera_id", "frame"]].to_numpy().tolist()))
    tall = rows["y2"] - rows["y1"]
    inside = (rows["x1"] > EDGE_PX) & (rows["x2"] < size_wh[0] - EDGE_PX) & (rows["y2"] < size_wh[1] - EDGE_PX)
    whole = rows[(rows["visible"] > SEEN_MIN) & (tall > HEIGHT_PX) & inside & ~rows["person_id"].isin(hidden)]
    best = rows.iloc[:0]
    for _, own in whole.sort_values("frame").groupby("person_id", sort=True, observed=True):
        chosen: list[int] = []
        for place, camera_id, frame in zip(own.index, own["camera_id"], own["frame"], strict=True):
            if (camera_id, frame) in spoiled:
                continue
            last = rows.loc[chosen[-1]] if chosen else None
            if last is None or (camera_id != last["camera_id"] and frame - last["frame"] >= APART_S * fps):
                chosen.append(int(place))
            elif camera_id == last["camera_id"] and tall[place] > tall[chosen[-1]]:
                chosen[-1] = int(place)
        if len(chosen) > len(best):
            best = rows.loc[chosen[:SCENES]]
        if len(best) == SCENES:
            break
    return best if len(best) >= FEWEST_SCENES else rows.iloc[:0]


def _make(recording: Recording, hidden: frozenset[str]) -> tuple[DemoScene, ...]:
    manifest = recording.manifest
    scenes = []
    found = find_scenes(
        load_truth_columns(recording, COLUMNS),
        hidden=hidden,
        fps=manifest.fps,
        size_wh=manifest.cameras[0].size_wh,
    )
    for row in found.to_dict("records"):
        camera = recording.get_camera(str(row["camera_id"]))
        width, height = camera.size_wh
        jpeg = write_small_jpeg(load_still(recording, camera.camera_id, int(row["frame"])), width_px=WIDTH_PX)
        scenes.append(
            DemoScene(
                jpeg=jpeg,
                name=sha256(jpeg).hexdigest()[:16],
                box=(
                    float(row["x1"]) / width,
                    float(row["y1"]) / height,
                    float(row["x2"] - row["x1"]) / width,
                    float(row["y2"] - row["y1"]) / height,
                ),
                caption=f"{camera.name}, {write_clock(manifest.start_time, int(row['frame']) / manifest.fps)}",
            )
        )
    return tuple(scenes)
