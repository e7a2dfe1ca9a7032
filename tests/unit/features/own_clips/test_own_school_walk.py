"""A walk on the cameras of a school whose plan is known, from clips to a scored drill and until it is deleted."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.attempt.events import EventKind
from sim.clips.model import BlurMode, Box, ClockNotes, Keyframe, Reading, Rights, SharedEvent, Sight
from sim.console import attempts
from sim.db.ledger import LedgerKind
from sim.errors import StoreError, TaskError
from sim.features.debrief.debrief import get_debrief
from sim.features.library.library import list_practice_drills
from sim.features.own_clips import making, removing
from sim.features.own_clips.clocks import get_clocks, list_neighbors, open_working, set_clocks
from sim.features.own_clips.folder import change_track, get_folder, list_walks, load_walk, make_walk
from sim.features.own_clips.importing import add_clip, find_site
from sim.features.own_clips.removing import delete_walk
from sim.footage.checks.verify import verify_recording
from sim.footage.clips.retimed import read_one
from sim.footage.recording.open import TRUTH_FILE, open_recording
from sim.forms.forms import Origin
from sim.tasks.common.simulated_user import PERFECT
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_by_acts, play_by_skill
from tests.support.staged_clips import CLIPS, SAMPLE, START, WISH, align_now, cut_clip, wait_imported

SITE = "maple-ridge"
SECONDS = 4.0
PARTS = (
    replace(CLIPS[1], name="lobby-1.mp4", start_s=50.0, off_s=-95.0),
    replace(CLIPS[1], name="lobby-2.mp4", start_s=56.0, off_s=-95.0),
    replace(CLIPS[2], name="hall.avi", start_s=52.0, off_s=0.0),
)


@pytest.fixture
def walk_id(walk_app: App, tmp_path: Path) -> str:
    made = make_walk(
        walk_app,
        "To the gym",
        rights=Rights(may_use=True, everyone_agreed=True, all_signed=True),
        blur=BlurMode.NONE,
        site_id=SITE,
        by="",
    )
    for part in PARTS:
        clip = cut_clip(tmp_path / part.name, part, seconds=SECONDS)
        with pytest.raises(StoreError, match="has no camera called Attic"):
            add_clip(walk_app, made, clip, file_name=part.name, camera="Attic")
        add_clip(walk_app, made, clip, file_name=part.name, camera=part.camera_id)
    wait_imported(walk_app, made)
    return made


def type_clocks(*, second_s: float = PARTS[1].start_s) -> ClockNotes:
    starts_s = (PARTS[0].start_s, second_s, PARTS[2].start_s)
    readings = [
        Reading(
            clip_id=f"clip-{number:02d}",
            clip_s=clip_s,
            clock=(START + timedelta(seconds=start_s + clip_s + part.off_s)).replace(microsecond=0),
        )
        for number, (part, start_s) in enumerate(zip(PARTS, starts_s, strict=True), start=1)
        for clip_s in (0.05, SECONDS - 0.15)
    ]
    event = SharedEvent(clip_a="clip-01", a_s=3.0, clip_b="clip-03", b_s=1.0)
    return ClockNotes(readings=tuple(readings), events=(event,), reference=PARTS[2].camera_id)


def load_rows() -> pd.DataFrame:
    """Return who is seen longest in the clips, 60 px tall and more, and their rows of truth, with `clip` and `clip_s`.

    Where they stand is worked out from where a chest is taken to be; of people farther off that says less.
    """
    rows = pd.read_parquet(SAMPLE / TRUTH_FILE)
    rows = rows[(rows["visible"] >= 0.9) & (rows["y2"] - rows["y1"] >= 80)]
    parts = []
    for number, part in enumerate(PARTS, start=1):
        here = rows["t_s"].between(part.start_s, part.start_s + SECONDS - 0.2) & (rows["camera_id"] == part.camera_id)
        parts.append(rows[here].assign(clip=f"clip-{number:02d}", clip_s=rows["t_s"] - part.start_s + 0.01))
    seen = pd.concat(parts)
    most = max(seen["person_id"].unique(), key=lambda who: (seen["person_id"] == who).sum())
    return seen[seen["person_id"] == most]


def make_keys(rows: pd.DataFrame) -> tuple[Keyframe, ...]:
    made = []
    for clip_id, own in rows.sort_values("frame").groupby("clip"):
        for row in own.iloc[sorted({*range(0, len(own), 8), len(own) - 1})].itertuples():
            sides = np.clip(np.array([row.x1 / 1280, row.y1 / 720, row.x2 / 1280, row.y2 / 720]), 0, 1).tolist()
            box = Box(x1=sides[0], y1=sides[1], x2=sides[2], y2=sides[3])
            made.append(Keyframe(clip_id=str(clip_id), clip_s=row.clip_s, sight=Sight.SEEN, box=box))
        end_s = float(own["clip_s"].max()) + 0.1
        if end_s < SECONDS - 0.1:
            made.append(Keyframe(clip_id=str(clip_id), clip_s=end_s, sight=Sight.OUT))
    return tuple(made)


@pytest.mark.slow
def test_a_walk_on_a_known_plan_has_its_places_links_and_several_clips(
    walk_app: App, walk_id: str, clock: FakeClock
) -> None:
    app, data = walk_app, walk_app.settings.data
    walk = load_walk(app, walk_id)
    assert [camera.camera_id for camera in walk.cameras] == ["CAM-02", "CAM-04"]
    clash = set_clocks(app, walk_id, type_clocks(second_s=PARTS[0].start_s + 1))
    assert any("at the same time" in said for said in clash.problems)
    view = set_clocks(app, walk_id, type_clocks())
    assert view.problems == ()
    assert view.fit is not None
    starts_s = [view.fit.clips[f"clip-{number:02d}"].start_s for number in (1, 2, 3)]
    assert np.diff(starts_s) == pytest.approx([6.0, -4.0], abs=0.2)

    align_now(app, walk_id)
    working = open_working(app, walk_id)
    assert verify_recording(working.folder) == ()
    assert {camera.camera_id for camera in working.site.cameras} == {"CAM-02", "CAM-04"}
    assert len(working.site.spaces) > 2, "the school's own rooms"
    gap = read_one(working.folder / "main/CAM-02.mp4", 50)
    assert np.abs(gap.astype(int) - 24).max() < 12, "between the two clips the camera shows nothing"
    assert read_one(working.folder / "main/CAM-02.mp4", 70).std() > 20

    rows = load_rows()
    folder = get_folder(app, walk_id)
    change_track(folder, base=0, put=make_keys(rows))
    site = find_site(app, walk)
    (near,) = list_neighbors(walk, site)
    assert ({near.a, near.b}, near.meters > 0) == ({"CAM-02", "CAM-04"}, True)
    assert all(not speed.is_too_fast for speed in get_clocks(app, walk_id).speeds)
    assert removing.list_unconfirmed(walk) == ()
    Image.new("RGB", (300, 400), "red").save(data.parent / "photo.jpg")
    making.set_photo(app, walk_id, data.parent / "photo.jpg")
    trace, export = making.make_drill(app, walk_id, WISH, by="Dwayne")

    made = open_recording(data / "recordings" / load_walk(app, walk_id).recording_id)
    assert verify_recording(made.folder) == ()
    truth = pd.read_parquet(made.folder / TRUTH_FILE)
    zero_s = starts_s[0] - PARTS[0].start_s
    truth["at"] = ((truth["t_s"] - zero_s) * 10).round().astype(int)
    both = truth.merge(rows.assign(at=rows["frame"]), on=["camera_id", "at"], suffixes=("", "_true"))
    assert len(both) >= 0.9 * len(rows)
    off_m = np.hypot(both["floor_x_m"] - both["floor_x_m_true"], both["floor_y_m"] - both["floor_y_m_true"])
    assert off_m.median() < 0.5
    assert (both["zone"] == both["zone_true"]).mean() > 0.9
    links = app.catalog.get_links(made.manifest.recording_id)
    leads_to = {each["camera_id"] for link in links["CAM-02"] for each in link["cameras"]}
    assert leads_to == {"CAM-04"}

    assert export.endswith("-export")
    check_that_it_never_measures(app, trace)
    check_that_it_is_scored(app, clock, trace)
    removed = delete_walk(app, walk_id, by="Dwayne")
    assert (removed.recordings, removed.attempts) == (1, 2)
    assert [path for path in data.rglob("*") if walk_id in str(path)] == []
    assert list_walks(app) == ()
    with app.store.read() as work:
        (entry,) = [each for each in work.ledger.iterate() if each.kind == LedgerKind.WALK_DELETED]
    assert ("Dwayne" in (entry.body or ""), "gym" in (entry.body or "")) == (True, False)


def check_that_it_never_measures(app: App, form_id: str) -> None:
    known = app.catalog.get_form(form_id)
    assert (known.origin, known.form.use) == (Origin.STAGED, "practice")
    assert form_id not in {card.form_id for card in list_practice_drills(app)}
    for mode in (Mode.ASSESSMENT, Mode.FAMILIARIZATION, Mode.TEAM_EXERCISE):
        with pytest.raises(TaskError, match="real footage of a staged walk, which is for practice alone"):
            attempts.create(app, form_id=form_id, mode=mode, person_id=None, phase=Phase.BEFORE)


def check_that_it_is_scored(app: App, clock: FakeClock, form_id: str) -> None:
    perfect = get_debrief(app, play_by_skill(app, clock, form_id, PERFECT))
    assert perfect.passed
    assert "only the walker is known" in perfect.real_footage
    assert perfect.again is not None
    assert perfect.again.form_id == form_id, "trying again stays on these clips"
    place = {"camera_id": "CAM-02", "frame": 10, "t_s": 1.0, "x": 0.02, "y": 0.02}
    acts = [(0.0, EventKind.OPEN, {}), (1.0, EventKind.MARK, {"mark_id": "mark-1", **place})]
    wrong = get_debrief(app, play_by_acts(app, clock, form_id, acts))
    said = " ".join(f"{each.title} {each.text}" for each in wrong.moments.moments)
    assert "nobody known here" in said.lower()
    assert not wrong.passed
