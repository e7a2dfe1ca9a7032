"""A clip in which almost no heads were found though much moves: nobody uses it before somebody has looked at it."""

import json
from datetime import UTC
from pathlib import Path

import pytest

from sim.clips.model import BlurMode, Rights
from sim.db.ledger import LedgerKind
from sim.errors import RecordingError, StoreError
from sim.footage.stills.person_detector import MODEL
from sim.services.app.wiring import App
from sim.services.own_clips import making
from sim.services.own_clips.clip_jobs import ClipState, accept_clip
from sim.services.own_clips.folder import load_walk, make_walk
from sim.services.own_clips.importing import add_clip, get_progress, open_upload, remove_clip
from sim.services.own_clips.outside import ImportNotes, import_outside
from sim.services.own_clips.page_data import describe_imports
from tests.support.fake_clock import FakeClock
from tests.support.staged_clips import WISH, kill_import, wait_imported
from tests.support.turned_clips import read_hall, turn_away, write_clip

RIGHTS = Rights(may_use=True, everyone_agreed=True)
WORDS = "We found almost no heads in side.mp4, though much moves. Look at it under Clips first."


@pytest.fixture(scope="module")
def on_side(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of a camera that hangs on its side, whose file does not say so."""
    turned = [turn_away(each, degrees=90, is_mirrored=False) for each in read_hall(seconds=5)]
    return write_clip(tmp_path_factory.mktemp("clip") / "side.mp4", turned)


def send(app: App, walk_id: str, clip: Path) -> str:
    with open_upload() as sent:
        sent.write(clip.read_bytes())
        return add_clip(app, walk_id, sent, file_name=clip.name, camera="Front door").clip_id


@pytest.mark.slow
def test_it_is_not_used_before_somebody_looked_also_after_a_kill(
    walk_app: App, clock: FakeClock, on_side: Path
) -> None:
    app = walk_app
    walk_id = make_walk(app, "Walk", rights=RIGHTS, blur=BlurMode.HEADS, by="")
    clip_id = send(app, walk_id, on_side)
    with pytest.raises(StoreError, match="not imported yet"):
        accept_clip(app, walk_id, clip_id, by="Dwayne")
    kill_import(app, walk_id)
    assert get_progress(app, walk_id)[0].state is ClipState.STOPPED
    with pytest.raises(StoreError, match="not imported yet"):
        accept_clip(app, walk_id, clip_id, by="Dwayne")

    clip_id = send(app, walk_id, on_side)
    wait_imported(app, walk_id)
    (shown,) = describe_imports(app, walk_id)["clips"]
    assert (shown["state"], shown["looked"]) == ("done", None)
    assert len(shown["look_at"]) > 1
    assert making.check_drill(app, walk_id) == (WORDS,)
    with pytest.raises(StoreError, match="almost no heads"):
        making.make_drill(app, walk_id, WISH, by="Dwayne")

    accept_clip(app, walk_id, clip_id, by="Dwayne")
    at = clock.read().wall.astimezone(UTC)
    accept_clip(app, walk_id, clip_id, by="Kim")
    looked = load_walk(app, walk_id).clips[0].looked
    assert looked is not None
    assert (looked.by, looked.at) == ("Dwayne", at), "who looked first stays"
    assert describe_imports(app, walk_id)["clips"][0]["looked"]["by"] == "Dwayne"
    assert WORDS not in making.check_drill(app, walk_id)
    with app.store.read() as work:
        (entry,) = (each for each in work.ledger.iterate() if each.kind == LedgerKind.CLIP_LOOKED_AT)
    said = json.loads(entry.body or "")
    assert (said["by"], said["data"]) == ("Dwayne", {"walk": walk_id, "clip": clip_id})

    remove_clip(app, walk_id, clip_id)
    with pytest.raises(StoreError, match="not part of the walk any more"):
        accept_clip(app, walk_id, clip_id, by="Dwayne")
    again = send(app, walk_id, on_side)
    wait_imported(app, walk_id)
    assert making.check_drill(app, walk_id) == (WORDS,), "nobody looked at what was sent after it"
    assert load_walk(app, walk_id).get_clip(again).must_be_looked_at


@pytest.mark.slow
def test_no_recording_is_made_of_it_by_command_either(tmp_path: Path, on_side: Path, clock: FakeClock) -> None:
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
