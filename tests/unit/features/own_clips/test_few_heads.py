"""A clip in which almost no heads were found though much moves: nobody uses it before somebody has looked at it."""

import json
from datetime import UTC
from pathlib import Path

import pytest

from sim.app.wiring import App
from sim.clips.model import BlurMode, ClockNotes, Rights
from sim.db.ledger import LedgerKind
from sim.errors import RecordingError, StoreError
from sim.features.own_clips import making
from sim.features.own_clips.clip_jobs import accept_clip, get_result_path
from sim.features.own_clips.folder import get_folder, load_walk, make_walk
from sim.features.own_clips.importing import remove_clip
from sim.features.own_clips.outside import ImportNotes, import_outside
from sim.footage.stills.person_detector import MODEL
from tests.app.test_own_clips import enter_clips
from tests.support.fake_clock import FakeClock
from tests.support.staged_clips import WISH
from tests.support.turned_clips import read_hall, turn_away, write_clip

RIGHTS = Rights(may_use=True, everyone_agreed=True)
WORDS = "We found almost no heads in 1.mp4, though much moves. Look at it under Clips first."


def test_it_is_not_used_before_somebody_looked(walk_app: App, clock: FakeClock) -> None:
    app = walk_app
    walk_id = make_walk(app, "Walk", rights=RIGHTS, blur=BlurMode.MOVING, by="")
    enter_clips(app, walk_id, ClockNotes(), look_at=(3, 17))
    assert WORDS in making.check_drill(app, walk_id)
    with pytest.raises(StoreError, match="almost no heads"):
        making.make_drill(app, walk_id, WISH, by="Dwayne")
    at = clock.read().wall.astimezone(UTC)
    accept_clip(app, walk_id, "clip-01", by="Dwayne")
    accept_clip(app, walk_id, "clip-01", by="Kim")
    looked = load_walk(app, walk_id).clips[0].looked
    assert looked is not None
    assert (looked.by, looked.at) == ("Dwayne", at), "who looked first stays"
    assert WORDS not in making.check_drill(app, walk_id)
    with app.store.read() as work:
        (entry,) = (each for each in work.ledger.iterate() if each.kind == LedgerKind.CLIP_LOOKED_AT)
    said = json.loads(entry.body or "")
    assert (said["by"], said["data"]) == ("Dwayne", {"walk": walk_id, "clip": "clip-01"})
    get_result_path(get_folder(app, walk_id), "clip-02").unlink()
    remove_clip(app, walk_id, "clip-01")
    for clip_id, why in (("clip-01", "not part of the walk any more"), ("clip-02", "not imported yet")):
        with pytest.raises(StoreError, match=why):
            accept_clip(app, walk_id, clip_id, by="Dwayne")


@pytest.mark.slow
def test_no_recording_is_made_of_it_by_command_either(tmp_path: Path, clock: FakeClock) -> None:
    turned = [turn_away(each, degrees=90, is_mirrored=False) for each in read_hall(seconds=5)]
    on_side = write_clip(tmp_path / "side.mp4", turned)  # of a camera on its side, which the file does not say

    def run(*looked_at: str) -> tuple[str, ...]:
        _, said = import_outside(
            [on_side],
            tmp_path / "out",
            ImportNotes(),
            rights=RIGHTS,
            blur=BlurMode.HEADS,
            model=MODEL,
            looked_at=looked_at,
            by="dwayne",
            at=clock.read().wall,
            on_progress=lambda _: None,
            on_step=lambda *_: None,
        )
        return said

    with pytest.raises(RecordingError, match=r"almost no heads in side\.mp4") as told:
        run("other.mp4")
    assert "--looked-at side.mp4" in told.value.todo
    assert not (tmp_path / "out").exists()
    assert Path(told.value.todo.split()[2].rstrip(",")).is_file(), "it says where to look"
    assert any("Looked at by dwayne" in each for each in run("side.mp4"))
    assert (tmp_path / "out").is_dir()
