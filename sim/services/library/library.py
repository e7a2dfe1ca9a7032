"""The drills there are, and a picture from the footage."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from sim.drill.forms import Origin
from sim.footage.recording.open import load_events, load_truth_columns
from sim.footage.video.still import draw_boxes, load_still
from sim.services.app.form_files import KnownForm
from sim.services.app.wiring import App
from sim.services.library.form_card import FormCard
from sim.services.library.own_drills import is_made_here
from sim.text.times import write_clock

DIFFICULTY_WORDS = {"practice": "Easier, for practice", "parallel": "Standard"}
COVER_COLUMNS = ("camera_id", "frame", "person_id", "y1", "y2", "visible")
REFERENCE_WORDS = {3: "three photos", 1: "one photo", 0: "words only"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A picture that shows what the footage looks like, with what it shows."""

    jpeg: bytes
    caption: str


def list_forms(app: App) -> tuple[FormCard, ...]:
    """Return every form of the recordings for practice, as people may see it beforehand, practice forms first."""
    cards = []
    for known in _list_shown(app):
        recording = app.catalog.get_recording(known.recording_id)
        cards.append(
            FormCard(
                form_id=known.form.form_id,
                title=known.form.title,
                place=recording.site.name,
                limit_s=known.form.limit_s,
                difficulty=DIFFICULTY_WORDS[known.form.use],
                type=known.form.type,
                question=known.form.question,
                shown="" if known.form.target is None else REFERENCE_WORDS[known.form.photo_count],
            )
        )
    return tuple(cards)


def list_practice_drills(app: App, *, new: Collection[str] = ()) -> tuple[FormCard, ...]:
    """Return the practice forms in the order of their files, and every form of the recordings `new`.

    Other traces on footage that was made on this computer are listed with it (`sim.services.library.own_drills`).
    Raises as `list_forms`.
    """
    return tuple(
        card
        for known, card in zip(_list_shown(app), list_forms(app), strict=True)
        if known.recording_id in new
        or (
            known.form.use == "practice"
            and not (known.form.difficulty is not None and is_made_here(app, known.recording_id))
        )
    )


def get_cover(app: App) -> Cover | None:
    """Return a busy still of the first form's recording; None without one that can be shown.

    It shows nobody any form asks for, and nobody who takes part in what happens there: both are things to find out.
    """
    forms = _list_shown(app)
    if not forms:
        return None
    recording_id = forms[0].recording_id
    return app.catalog.keep(("cover", recording_id), lambda: _make_cover(app, recording_id))


def list_kept_out(app: App, recording_id: str) -> frozenset[str]:
    """Return who must be in no picture that is shown beforehand: whom a drill or lesson seeks, and who takes part."""
    tries = (each.form for each in app.catalog.get_course().tries.values())
    forms = (known.form for known in app.catalog.list_forms())
    sought = {form.target for form in (*forms, *tries) if form.recording_id == recording_id and form.target}
    acting = " ".join(load_events(app.catalog.get_recording(recording_id))["person_ids"].dropna()).split()
    return frozenset(sought.union(acting))


def _list_shown(app: App) -> tuple[KnownForm, ...]:
    """Return the forms that people may look at beforehand: of no recording that is made to measure."""
    return tuple(known for known in app.catalog.list_forms() if known.origin is Origin.PUBLIC)


def _make_cover(app: App, recording_id: str) -> Cover | None:
    recording = app.catalog.get_recording(recording_id)
    manifest = recording.manifest
    hidden = list_kept_out(app, recording_id)
    found = find_cover_frame(load_truth_columns(recording, COVER_COLUMNS), hidden=hidden)
    if found is None:
        return None
    camera_id, frame = found
    clock = write_clock(manifest.start_time, frame / manifest.fps)
    picture = load_still(recording, camera_id, frame)
    name = recording.get_camera(camera_id).name
    return Cover(jpeg=draw_boxes(picture, ()), caption=f"{name}, {clock}. {manifest.notice}")


def find_cover_frame(rows: pd.DataFrame, *, hidden: frozenset[str]) -> tuple[str, int] | None:
    """Return the camera and frame that show most people in full, without any pixel of those to be hidden."""
    shown = rows.assign(
        is_hidden=rows["person_id"].isin(hidden), is_whole=(rows["visible"] > 0.9) & (rows["y2"] - rows["y1"] > 60)
    )
    frames = shown.groupby(["camera_id", "frame"], sort=True, as_index=False)[["is_hidden", "is_whole"]].sum()
    frames = frames[frames["is_hidden"] == 0]
    if frames.empty:
        return None
    best = frames.iloc[int(frames["is_whole"].to_numpy().argmax())]
    return str(best["camera_id"]), int(best["frame"])
