"""A small picture for each drill card: a camera of its recording, at a moment that gives nothing away."""

import pandas as pd

from sim.footage.recording.open import load_truth_columns
from sim.footage.video.still import load_still, write_small_jpeg
from sim.services.app.wiring import App
from sim.services.library.library import COVER_COLUMNS, list_kept_out

FIRST_CARDS = 6
"""So many cards Home shows before anyone asks for more."""
WIDTH_PX = 400


def get_card_picture(app: App, form_id: str, *, place: int) -> bytes | None:
    """Return a JPEG of `WIDTH_PX` for a drill's card; None without a picture that can be shown.

    It shows nobody any drill or lesson on its recording asks for, and nobody who takes part in what happens there.
    Which camera it is follows from the card's `place` on the page, from 0, so it says nothing of the answer.
    """
    recording_id = app.catalog.get_form(form_id).recording_id
    frames = app.catalog.keep(("card-frames", recording_id), lambda: _find_frames(app, recording_id))
    if not frames:
        return None
    camera_id, frame = frames[place % len(frames)]
    return app.catalog.keep(
        ("card-picture", recording_id, camera_id), lambda: _make_picture(app, recording_id, camera_id, frame)
    )


def make_first_pictures(app: App) -> None:
    """Make the pictures that Home shows at first, so that nobody waits for them. Raises as `get_card_picture`."""
    for place, known in enumerate(app.catalog.list_practice_forms()[:FIRST_CARDS]):
        get_card_picture(app, known.form.form_id, place=place)


def find_quiet_frames(rows: pd.DataFrame, *, hidden: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """Return for each camera a frame that shows most people in full and nobody hidden, the busiest camera first."""
    shown = pd.DataFrame(
        {
            "camera_id": rows["camera_id"].astype(str),
            "frame": rows["frame"],
            "hidden": rows["person_id"].isin(hidden),
            "whole": (rows["visible"] > 0.9) & (rows["y2"] - rows["y1"] > 60),
        }
    )
    frames = shown.groupby(["camera_id", "frame"], sort=True, as_index=False)[["hidden", "whole"]].sum()
    frames = frames[(frames["hidden"] == 0) & (frames["whole"] > 0)]
    if frames.empty:
        return ()
    best = frames.loc[frames.groupby("camera_id")["whole"].idxmax()].sort_values(
        ["whole", "camera_id"], ascending=[False, True]
    )
    return tuple(
        (str(camera_id), int(frame)) for camera_id, frame in zip(best["camera_id"], best["frame"], strict=True)
    )


def _find_frames(app: App, recording_id: str) -> tuple[tuple[str, int], ...]:
    rows = load_truth_columns(app.catalog.get_recording(recording_id), COVER_COLUMNS)
    return find_quiet_frames(rows, hidden=list_kept_out(app, recording_id))


def _make_picture(app: App, recording_id: str, camera_id: str, frame: int) -> bytes:
    return write_small_jpeg(load_still(app.catalog.get_recording(recording_id), camera_id, frame), width_px=WIDTH_PX)
