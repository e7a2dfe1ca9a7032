"""The drills there are, and a picture from the footage."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import pandas as pd

from sim.app.catalog import KnownForm
from sim.app.wiring import App
from sim.console.footage_access import list_measuring
from sim.crowd.generator.levels import AIMS, Level
from sim.db.attempts import IS_OPEN, AttemptRow
from sim.errors import StoreError
from sim.features.library.sites import SCENARIOS
from sim.footage.build.workfolder import remove_tree
from sim.footage.recording.open import Recording, load_events, load_truth_columns
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.footage.video.still import draw_boxes, load_still, write_small_jpeg
from sim.forms.forms import Origin
from sim.text.times import write_clock, write_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDrill:
    form_id: str
    recording_id: str
    title: str  # of the recording, as its maker wrote it
    place: str  # the site
    number: int  # which drill of the recording, from 1, the easier ones first
    level: Level | None  # by its measured difficulty; None for practice
    index: float | None  # that difficulty; None for practice, where it would tell whose student is on no camera at all
    shown: int  # photos of the student
    limit: str  # time limit in words


def list_own_drills(app: App) -> tuple[OwnDrill, ...]:
    drills: dict[str, list[OwnDrill]] = {}
    with app.store.read() as work:
        measuring = list_measuring(app, work)
    for known in app.catalog.list_forms():
        if known.origin is not Origin.PUBLIC or (known.form.use == "parallel" and known.recording_id in measuring):
            continue
        recording = app.catalog.get_recording(known.recording_id)
        difficulty = known.form.difficulty
        if difficulty is None or not is_made_here(app, known.recording_id):
            continue
        is_measured = known.form.use == "parallel"
        found = drills.setdefault(known.recording_id, [])
        found.append(
            OwnDrill(
                form_id=known.form.form_id,
                recording_id=known.recording_id,
                title=recording.manifest.title,
                place=recording.site.name,
                number=len(found) + 1,
                level=next(
                    level
                    for level in (Level.HARD, Level.MEDIUM, Level.EASY)
                    if difficulty.index >= AIMS[level].index[0]
                )
                if is_measured
                else None,
                index=difficulty.index if is_measured else None,
                shown=known.form.photo_count,
                limit=write_minutes(known.form.limit_s),
            )
        )
    newest = sorted(drills, key=lambda name: (app.settings.data / RECORDINGS / name).stat().st_mtime, reverse=True)
    return tuple(drill for name in newest for drill in drills[name])


def list_new_this_week(app: App, *, now: datetime) -> frozenset[str]:
    since = (now - timedelta(days=7)).timestamp()
    made = (app.settings.data / RECORDINGS).glob(f"*/{MANIFEST_NAME}")
    return frozenset(path.parent.name for path in made if path.stat().st_mtime >= since)


def is_made_here(app: App, recording_id: str) -> bool:
    return app.catalog.get_recording(recording_id).folder.parent == app.settings.data / RECORDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCard:
    """One form in a list; `question` is what it asks, `shown` what is shown of the person sought, "" for nobody."""

    form_id: str
    title: str
    place: str
    limit_s: float
    difficulty: str
    type: str
    question: str
    shown: str
    is_short: bool  # a search on few cameras


COVER_COLUMNS = ("camera_id", "frame", "person_id", "y1", "y2", "visible")
REFERENCE_WORDS = {3: "three photos", 1: "one photo", 0: "words only"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    jpeg: bytes
    caption: str


def list_forms(app: App) -> tuple[FormCard, ...]:
    cards = []
    for known in _list_shown(app):
        recording = app.catalog.get_recording(known.recording_id)
        cards.append(
            FormCard(
                form_id=known.form.form_id,
                title=known.form.title,
                place=recording.site.name,
                limit_s=known.form.limit_s,
                difficulty={"practice": "Easier, for practice", "parallel": "Standard"}[known.form.use],
                type=known.form.type,
                question=known.form.question,
                shown="" if known.form.target is None else REFERENCE_WORDS[known.form.photo_count],
                is_short=known.form.is_short,
            )
        )
    return tuple(cards)


def list_practice_drills(app: App, *, new: Collection[str] = ()) -> tuple[FormCard, ...]:
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
    shown = rows.assign(
        is_hidden=rows["person_id"].isin(hidden), is_whole=(rows["visible"] > 0.9) & (rows["y2"] - rows["y1"] > 60)
    )
    frames = shown.groupby(["camera_id", "frame"], sort=True, as_index=False)[["is_hidden", "is_whole"]].sum()
    frames = frames[frames["is_hidden"] == 0]
    if frames.empty:
        return None
    best = frames.iloc[int(frames["is_whole"].to_numpy().argmax())]
    return str(best["camera_id"]), int(best["frame"])


def delete_made(app: App, recording_id: str) -> None:
    """Delete a recording for practice that was made here. Debriefs of drills on it cannot be opened any more."""
    with app.store.read() as work:
        is_measuring = recording_id in list_measuring(app, work)
        is_open = recording_id in work.list_distinct(AttemptRow.recording_id, IS_OPEN)
    if is_measuring or is_open:
        raise StoreError(
            "drills on this recording were given, and their results need it", todo="keep it, or wait until they ended"
        )
    if not (app.settings.data / RECORDINGS / recording_id).is_dir():
        raise StoreError("this recording was not made on this computer", todo="reload the page and choose again")
    remove_recording(app, recording_id)


def remove_recording(app: App, recording_id: str) -> None:
    data = app.settings.data
    try:
        (data / FORMS / f"{recording_id}.yaml").unlink(missing_ok=True)
        app.catalog.forget(recording_id)
        remove_tree(data / RECORDINGS / recording_id)
        (data / SCENARIOS / f"{recording_id}.yaml").unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{error.filename} cannot be deleted: {error.strerror}", todo="close whatever has the file open"
        ) from error


DEMO_PATH = "/demo/{name}.jpg"
SCENES = 5
DEMO_WIDTH_PX = 560
EDGE_PX = 12
DEMO_COLUMNS = ("camera_id", "frame", "person_id", "visible", "x1", "y1", "x2", "y2")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoScene:
    jpeg: bytes  # the whole picture, `DEMO_WIDTH_PX` wide
    name: str  # of the picture, by what is in it
    box: tuple[float, float, float, float]  # left, top, width and height of the person, 0..1 of the picture
    caption: str  # the camera and the time of day


def get_demo_search(app: App) -> tuple[DemoScene, ...]:
    forms = [known for known in app.catalog.list_forms() if known.origin is Origin.PUBLIC]
    if not forms:
        return ()
    recording_id = forms[0].recording_id
    return app.catalog.keep(
        ("demo-search", recording_id),
        lambda: _make_scenes(app.catalog.get_recording(recording_id), list_kept_out(app, recording_id)),
    )


def get_demo_picture(app: App, name: str) -> bytes | None:
    return next((scene.jpeg for scene in get_demo_search(app) if scene.name == name), None)


def find_scenes(rows: pd.DataFrame, *, hidden: frozenset[str], fps: float, size_wh: tuple[int, int]) -> pd.DataFrame:
    """Return the rows of truth to show: one person, each on another camera than before, where they are tallest."""
    spoiled = set(map(tuple, rows.loc[rows["person_id"].isin(hidden), ["camera_id", "frame"]].to_numpy().tolist()))
    tall = rows["y2"] - rows["y1"]
    inside = (rows["x1"] > EDGE_PX) & (rows["x2"] < size_wh[0] - EDGE_PX) & (rows["y2"] < size_wh[1] - EDGE_PX)
    whole = rows[(rows["visible"] > 0.9) & (tall > 70) & inside & ~rows["person_id"].isin(hidden)]
    best: list[int] = []
    for _, own in whole.assign(tall=tall).sort_values("frame").groupby("person_id", sort=True, observed=True):
        chosen: list[tuple[int, str, int, float]] = []
        for seen in zip(own.index, own["camera_id"], own["frame"], own["tall"], strict=True):
            _, camera_id, frame, height = seen
            if (camera_id, frame) in spoiled:
                continue
            if not chosen or (camera_id != chosen[-1][1] and frame - chosen[-1][2] >= 5.0 * fps):
                chosen.append(seen)
            elif camera_id == chosen[-1][1] and height > chosen[-1][3]:
                chosen[-1] = seen
        if len(chosen) > len(best):
            best = [place for place, *_ in chosen[:SCENES]]
        if len(best) == SCENES:
            break
    return rows.loc[best] if len(best) >= 3 else rows.iloc[:0]


def _make_scenes(recording: Recording, hidden: frozenset[str]) -> tuple[DemoScene, ...]:
    manifest = recording.manifest
    scenes = []
    found = find_scenes(
        load_truth_columns(recording, DEMO_COLUMNS),
        hidden=hidden,
        fps=manifest.fps,
        size_wh=manifest.cameras[0].size_wh,
    )
    for row in found.to_dict("records"):
        camera = recording.get_camera(str(row["camera_id"]))
        width, height = camera.size_wh
        jpeg = write_small_jpeg(load_still(recording, camera.camera_id, int(row["frame"])), width_px=DEMO_WIDTH_PX)
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
