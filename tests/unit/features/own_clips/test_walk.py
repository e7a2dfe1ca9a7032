import json
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sim.app.settings import DETECTOR_VARIABLE
from sim.app.wiring import App
from sim.clips.model import BlurMode, Box, ClockNotes, Keyframe, Rights, Sight, Track
from sim.errors import RecordingError, StoreError
from sim.features.own_clips import folder as stored
from sim.features.own_clips import making, removing
from sim.features.own_clips.clip_jobs import ClipState
from sim.features.own_clips.clocks import get_clocks, set_clocks
from sim.features.own_clips.folder import (
    PHOTO_FILE,
    TRACK_FILE,
    change_track,
    get_folder,
    load_walk,
    make_walk,
    read_track,
    read_walk,
    save_walk,
)
from sim.features.own_clips.importing import add_clip, get_progress, open_upload, remove_clip, resume
from sim.features.own_clips.making import ImportNotes, import_outside
from sim.features.own_clips.page_clock import read_clock, write_reading
from sim.footage.stills.person_detector import MODEL
from tests.support import staged_clips
from tests.support.fake_clock import FakeClock
from tests.support.turned_clips import read_hall, turn_away, write_clip

RIGHTS = Rights(may_use=True, everyone_agreed=True)


@pytest.fixture(autouse=True)
def no_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DETECTOR_VARIABLE, "off")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("clips")
    return tuple(staged_clips.cut_clip(folder / cut.name, cut, seconds=2) for cut in staged_clips.CLIPS)


def take_in(app: App, clips: tuple[Path, ...], blur: BlurMode = BlurMode.MOVING) -> str:
    walk_id = make_walk(app, "Walk of October", rights=RIGHTS, blur=blur, by="Dwayne")
    for path, cut in zip(clips, staged_clips.CLIPS, strict=False):
        with open_upload() as sent:
            sent.write(path.read_bytes())
            add_clip(app, walk_id, sent, file_name=path.name, camera=cut.camera)
    staged_clips.wait_imported(app, walk_id)
    return walk_id


def test_what_is_sent_twice_or_wrongly_is_told(drill_app: App, clips: tuple[Path, ...]) -> None:
    for rights, blur, said in (
        (Rights(may_use=True, everyone_agreed=False), BlurMode.MOVING, "needs both confirmations"),
        (RIGHTS, BlurMode.NONE, "everyone who can be seen has signed"),
        (RIGHTS, BlurMode.HEADS, "detector is not installed"),
    ):
        with pytest.raises(StoreError, match=said):
            make_walk(drill_app, "Walk", rights=rights, blur=blur, by="")
    walk_id = take_in(drill_app, clips[:1])
    with pytest.raises(StoreError, match=r"is the same clip as front\.mkv"):
        add_clip(drill_app, walk_id, clips[0], file_name="again.mkv", camera="Lobby")
    with pytest.raises(StoreError, match="Enter a name for the camera"):
        add_clip(drill_app, walk_id, clips[1], file_name="lobby.mp4", camera="  ")
    assert len(load_walk(drill_app, walk_id).clips) == 1
    folder = get_folder(drill_app, walk_id)
    walk = read_walk(folder)
    many = tuple(
        walk.clips[0].model_copy(update={"clip_id": f"clip-{n:02d}", "sha256": f"{n:064x}"}) for n in range(1, 65)
    )
    save_walk(folder, walk.model_copy(update={"clips": many}))
    with pytest.raises(StoreError, match="at most 64"):
        add_clip(drill_app, walk_id, clips[1], file_name="lobby.mp4", camera="Lobby")
    with pytest.raises(StoreError, match="not here any more"):
        load_walk(drill_app, "../../etc")


@pytest.mark.slow
def test_an_import_that_was_killed_goes_on_and_one_that_failed_says_why(drill_app: App, tmp_path: Path) -> None:
    clip = staged_clips.cut_clip(tmp_path / "lobby.mp4", staged_clips.CLIPS[1], seconds=8)
    walk_id = make_walk(drill_app, "Walk", rights=RIGHTS, blur=BlurMode.MOVING, by="")
    add_clip(drill_app, walk_id, clip, file_name=clip.name, camera="Front door")
    staged_clips.kill_import(drill_app, walk_id)
    assert get_progress(drill_app, walk_id)[0].can_resume
    resume(drill_app, walk_id)
    staged_clips.wait_imported(drill_app, walk_id)
    (done,) = get_progress(drill_app, walk_id)
    assert (done.state, done.share) == (ClipState.DONE, 1.0)
    short = staged_clips.cut_clip(tmp_path / "short.mkv", staged_clips.CLIPS[0], seconds=6)
    short.write_bytes(short.read_bytes()[: short.stat().st_size // 2])
    failed = add_clip(drill_app, walk_id, short, file_name=short.name, camera="Lobby")
    staged_clips.wait_imported(drill_app, walk_id)
    assert "is cut short: it ends after" in get_progress(drill_app, walk_id)[1].problem
    remove_clip(drill_app, walk_id, failed.clip_id)
    assert [camera.name for camera in load_walk(drill_app, walk_id).cameras] == ["Front door"]


def keep_two(notes: ClockNotes) -> ClockNotes:
    known = {"clip-01", "clip-02"}
    return notes.model_copy(
        update={
            "readings": tuple(each for each in notes.readings if each.clip_id in known),
            "events": tuple(each for each in notes.events if {each.clip_a, each.clip_b} <= known),
        }
    )


def test_what_was_entered_of_a_clip_is_not_of_one_that_comes_after_it(drill_app: App, clips: tuple[Path, ...]) -> None:
    app = drill_app
    walk_id = take_in(app, clips[:2])
    folder = get_folder(app, walk_id)
    set_clocks(app, walk_id, keep_two(staged_clips.make_clocks()).model_copy(update={"reference": "CAM-02"}))
    seen = Keyframe(clip_id="clip-02", clip_s=1.0, sight=Sight.SEEN, box=Box(x1=0.1, y1=0.2, x2=0.2, y2=0.8))
    change_track(folder, base=0, put=(seen,))
    for camera in ("CAM-01", "CAM-02"):
        removing.confirm_camera(app, walk_id, camera, by="Dwayne")
    more = add_clip(app, walk_id, clips[2], file_name="second.mp4", camera=staged_clips.CLIPS[0].camera)
    walk = load_walk(app, walk_id)
    assert (more.camera_id, walk.confirmed) == ("CAM-01", ("CAM-02",)), "nobody has looked through the new clip"
    remove_clip(app, walk_id, "clip-02")
    other = add_clip(app, walk_id, clips[3], file_name="gym.mp4", camera="Gym")
    notes = get_clocks(app, walk_id).notes
    assert (other.clip_id, other.camera_id) == ("clip-04", "CAM-03"), "ids that something was entered for stay theirs"
    assert other.clip_id not in {reading.clip_id for reading in notes.readings}
    assert notes.reference is None
    assert load_walk(app, walk_id).confirmed == ()
    again = add_clip(app, walk_id, clips[1], file_name="lobby.mp4", camera=staged_clips.CLIPS[1].camera)
    assert again.clip_id not in {"clip-02", other.clip_id}
    for clip in (more, other, again):
        remove_clip(app, walk_id, clip.clip_id)


def test_a_photo_from_a_phone_stands_upright(tmp_path: Path) -> None:
    photo, orientation = tmp_path / "phone.jpg", Image.Exif()
    orientation[0x0112] = 6
    on_side = np.zeros((300, 400, 3), dtype=np.uint8)
    on_side[:, :200] = 255
    Image.fromarray(on_side).save(photo, exif=orientation)
    making.store_photo(tmp_path, photo)
    with Image.open(tmp_path / PHOTO_FILE) as stored:
        assert stored.size == (300, 400)
        gray = np.asarray(stored.convert("L"))
    assert gray[:150].mean() > gray[250:].mean() + 150, "what is left in the file is on top"


DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "clock", "has_tenths"),
    [
        ("8:02:13 AM", datetime(2026, 11, 27, 8, 2, 13), False),
        ("08:02:13pm", datetime(2026, 11, 27, 20, 2, 13), False),
        (" 12:00:00 a.m. ", datetime(2026, 11, 27), False),
        ("12:30:00 P.M.", datetime(2026, 11, 27, 12, 30), False),
        ("20.02.13", datetime(2026, 11, 27, 20, 2, 13), False),
        ("8:02:13.4 PM", datetime(2026, 11, 27, 20, 2, 13, 400_000), True),
        ("14:30:05,25", datetime(2026, 11, 27, 14, 30, 5, 250_000), True),
    ],
)
def test_a_clock_is_read_as_it_stands_in_the_picture(text: str, clock: datetime, has_tenths: bool) -> None:
    assert read_clock(text, day=DAY) == (clock, has_tenths)


@pytest.mark.parametrize("text", ["", "8:02", "half past seven", "25:00:00", "13:00:00 PM", "0:10:10 AM", "8:61:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_clock(text, day=DAY) is None


@pytest.mark.parametrize("text", ["8:02:13 AM", "12:00:00 AM", "12:59:59 PM", "8:02:13.4 PM"])
def test_a_reading_is_written_as_it_was_typed(text: str) -> None:
    read = read_clock(text, day=DAY)
    assert read is not None
    assert write_reading(read[0], has_tenths=read[1]) == text


BOX = Box(x1=0.1, y1=0.2, x2=0.3, y2=0.8)
STEPS = st.lists(
    st.one_of(st.just("undo"), st.tuples(st.integers(0, 12), st.sampled_from([*Sight])), st.integers(0, 12)),
    max_size=25,
)


def make_key(tenth: int, sight: Sight) -> Keyframe:
    box = BOX if sight is Sight.SEEN else None
    return Keyframe(clip_id="clip-01", clip_s=(tenth + 0.5) / 10, sight=sight, box=box)


def list_tenths(found: Track) -> list[tuple[int, Sight]]:
    return [(int(key.clip_s * 10), key.sight) for key in found.keyframes]


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_steps_and_undo_give_what_a_list_of_whole_states_gives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("walk")
    states: list[dict[int, Sight]] = [{}]
    for base, step in enumerate(steps):
        if step == "undo" and len(states) == 1:
            with pytest.raises(StoreError, match="no step to undo"):
                change_track(folder, base=base, is_undo=True)
            return
        if step == "undo":
            states.pop()
            found = change_track(folder, base=base, is_undo=True)
        elif isinstance(step, tuple):
            states.append(states[-1] | {step[0]: step[1]})
            found = change_track(folder, base=base, put=(make_key(*step),))
        else:
            assert isinstance(step, int)
            states.append({tenth: sight for tenth, sight in states[-1].items() if tenth != step})
            found = change_track(folder, base=base, drop=[("clip-01", (step + 0.5) / 10)])
        assert list_tenths(found) == sorted(states[-1].items())
        assert found.revision == base + 1
    kept = read_track(folder)
    stored._kept.clear()
    assert read_track(folder) == kept


def test_what_another_process_wrote_is_read(tmp_path: Path) -> None:
    change_track(tmp_path, base=0, put=(make_key(1, Sight.SEEN),))
    step = {"set": [make_key(4, Sight.OUT).model_dump(mode="json", exclude_none=True)], "drop": []}
    with (tmp_path / TRACK_FILE).open("a", encoding="utf-8") as log:
        log.write(json.dumps(step) + "\n")
    found = read_track(tmp_path)
    assert (found.revision, list_tenths(found)) == (2, [(1, Sight.SEEN), (4, Sight.OUT)])
    with pytest.raises(StoreError, match="another window"):
        change_track(tmp_path, base=1, is_undo=True)


def test_a_step_that_cannot_be_stored_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_track(tmp_path, base=0, put=(make_key(1, Sight.SEEN),))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(stored, "append_line", fail)
        with pytest.raises(StoreError, match="No space left"):
            change_track(tmp_path, base=1, put=(make_key(2, Sight.SEEN),))
    found = read_track(tmp_path)
    assert (found.revision, list_tenths(found)) == (1, [(1, Sight.SEEN)])


def test_a_log_with_a_line_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / TRACK_FILE).write_text('{"set": [{"clip_id": 3}], "drop": []}\n', encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        read_track(tmp_path)


@pytest.mark.slow
def test_no_recording_is_made_of_it_by_command_either(tmp_path: Path, clock: FakeClock) -> None:
    turned = [turn_away(each, degrees=90, is_mirrored=False) for each in read_hall(seconds=3)]
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
