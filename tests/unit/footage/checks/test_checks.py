import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sim.columns import EVENTS, TRUTH
from sim.errors import RecordingError
from sim.footage.checks.sheet import (
    WIDTH_PX,
    Standpoint,
    choose_busy_frame,
    choose_close_ups,
    draw_sheet,
    find_crop,
    save_sheet,
    write_captions,
)
from sim.footage.checks.timeline import encode_levels, find_spans, make_timelines
from sim.footage.checks.verify import check_clip, verify_recording
from sim.footage.recording.open import Recording, compute_sha256, load_activity, load_events, load_truth, open_recording
from sim.footage.recording.tables import write_table
from sim.footage.video.encode import ClipWriter, compute_planes
from tests.support.faulty_recording import DEAD, LATE, MISNAMED, SLOW


def _verify(recording: Recording) -> list[str]:
    return [str(problem) for problem in verify_recording(recording.folder)]


def _sign_again(recording: Recording, name: str) -> None:
    path = recording.folder / "recording.json"
    manifest = json.loads(path.read_text())
    manifest["files"][name] = compute_sha256(recording.folder / name)
    manifest["sizes"][name] = (recording.folder / name).stat().st_size
    path.write_text(json.dumps(manifest))


def test_missing_cut_and_foreign_files_are_named(tiny_recording_copy: Recording) -> None:
    folder = tiny_recording_copy.folder
    assert _verify(tiny_recording_copy) == []
    (folder / "main/CAM-01.mp4").unlink()
    (folder / "main/CAM-04.mp4").write_bytes(b"")
    (folder / "main/notes.txt").write_text("x")
    problems = _verify(tiny_recording_copy)
    assert [p.split(":")[0] for p in problems] == ["main/CAM-01.mp4", "main/CAM-04.mp4", "main/notes.txt"]


def test_a_clip_of_the_wrong_length_is_found_behind_a_right_hash(tiny_recording_copy: Recording) -> None:
    _write_clip(tiny_recording_copy.folder / "main/CAM-02.mp4", frames=150)
    _sign_again(tiny_recording_copy, "main/CAM-02.mp4")
    assert _verify(tiny_recording_copy) == ["main/CAM-02.mp4: decodes to 150 frames, expected 160"]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("x2", 321.0, "leaves the picture"),
        ("x1", 320.0, "empty"),
        ("frame", 160, "outside the recording"),
        ("t_s", 3.21, "not frame / fps"),
        ("visible", 0.0, "visible share"),
        ("zone", "moon", "zone that the site has not"),
        ("person_id", "P099", "lacks P099"),
    ],
)
def test_impossible_truth_is_found_behind_a_right_hash(
    tiny_recording_copy: Recording, column: str, value: object, message: str
) -> None:
    rows = load_truth(tiny_recording_copy).rows.copy()
    rows.loc[len(rows) - 1, column] = value
    assert any(message in problem for problem in _rewrite(tiny_recording_copy, "truth.parquet", rows))


@pytest.mark.parametrize(
    ("group_frames", "problems"), [(30, []), (35, ["has more than 30 frames from one key frame to the next"])]
)
def test_a_clip_with_longer_groups_is_refused(
    group_frames: int, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.footage.video.encode.GROUP_FRAMES", group_frames)
    _write_clip(tmp_path / "clip.mp4", frames=70)
    assert check_clip(tmp_path / "clip.mp4", size_wh=(320, 180), fps=10, frame_count=70) == problems


def _write_clip(path: Path, *, frames: int) -> None:
    rng = np.random.default_rng(5)
    with ClipWriter(path, size_wh=(320, 180), fps=10, crf=30, preset="veryfast") as clip:
        for _ in range(frames):
            clip.write_planes(compute_planes(rng.integers(0, 255, (180, 320, 3), dtype=np.uint8)))


def test_a_truncated_clip_is_named_by_size_and_behind_a_right_hash_by_what_it_lacks(
    tiny_recording_copy: Recording,
) -> None:
    path = tiny_recording_copy.folder / "main/CAM-02.mp4"
    content, expected = path.read_bytes(), path.stat().st_size
    for share in (0.999, 0.9, 0.5):
        left = int(len(content) * share)
        path.write_bytes(content[:left])
        (problem,) = _verify(tiny_recording_copy)
        assert problem.startswith(f"main/CAM-02.mp4: has {left} bytes, expected {expected}")
        _sign_again(tiny_recording_copy, "main/CAM-02.mp4")
        assert _verify(tiny_recording_copy)[0].startswith("main/CAM-02.mp4: ")
        expected = left


Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def copied(faulty_recording: Recording, tmp_path: Path) -> Recording:
    shutil.copytree(faulty_recording.folder, tmp_path / "copy")
    return open_recording(tmp_path / "copy")


def _rewrite(recording: Recording, name: str, rows: pd.DataFrame) -> list[str]:
    write_table(recording.folder / name, rows, columns=TRUTH if name == "truth.parquet" else EVENTS)
    _sign_again(recording, name)
    return _verify(recording)


def _move_into_dead_span(rows: pd.DataFrame) -> pd.DataFrame:
    place = rows.index[(rows["camera_id"] == DEAD) & (rows["frame"] == 39)][0]
    rows.loc[place, ["frame", "t_s"]] = [45, 4.5]
    return rows.astype({"frame": "int32"})


def _move_box(rows: pd.DataFrame) -> pd.DataFrame:
    place = rows.index[(rows["camera_id"] == SLOW) & (rows["frame"] == 6)][0]
    rows.loc[place, "x2"] += 3
    return rows


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_move_into_dead_span, f"truth.parquet: {DEAD} shows nothing at frame 45, but 1 rows"),
        (_move_box, f"truth.parquet: {SLOW} frame 6 repeats frame 4"),
        (
            lambda rows: rows[~((rows["camera_id"] == SLOW) & (rows["frame"] == 8))],
            f"truth.parquet: {SLOW} frame 8 repeats frame 7",
        ),
    ],
)
def test_truth_that_says_more_or_less_than_the_picture_is_found(
    copied: Recording, change: Change, message: str
) -> None:
    problems = _rewrite(copied, "truth.parquet", change(load_truth(copied).rows.copy()))
    assert len(problems) == 2
    assert "silhouettes.parquet belongs to another recording's truth" in problems[0]
    assert problems[1].startswith(message)


@pytest.mark.parametrize(
    ("kind", "column", "value", "message"),
    [
        ("clock-offset", "detail", "{}", "is no clock-offset"),
        ("dead-span", "end_s", 99.0, "an end after the recording's"),
        ("dead-span", "camera_id", "CAM-77", "a camera that the recording has not"),
        ("dead-span", "camera_id", "", "a camera fault without camera"),
        ("dead-span", "zone", "moon", "a zone that the site has not"),
        ("dead-span", "person_ids", "P001 P999", "people nobody knows"),
    ],
)
def test_an_impossible_event_is_found(copied: Recording, kind: str, column: str, value: object, message: str) -> None:
    rows = load_events(copied).copy()
    rows.loc[rows["kind"] == kind, column] = value
    assert any(message in problem for problem in _rewrite(copied, "events.parquet", rows))


def test_the_events_tell_each_fault_once_and_one_left_out_shows_in_names_and_truth(
    copied: Recording, faulty_recording: Recording
) -> None:
    rows = load_events(copied)
    problems = _rewrite(copied, "events.parquet", rows[rows["kind"] != "wrong-name"])
    assert problems == [f"recording.json: {MISNAMED} is called 'Lobby', expected 'Hall B'"]
    rows = load_events(faulty_recording)
    found = dict(zip(rows["kind"], rows["camera_id"], strict=True))
    assert found == {"low-frame-rate": SLOW, "dead-span": DEAD, "wrong-name": MISNAMED, "clock-offset": LATE}
    assert len(rows) == 4


def test_every_camera_has_a_level_for_each_second_and_none_a_gap(tiny_recording: Recording) -> None:
    activity = load_activity(tiny_recording)
    timelines = make_timelines(tiny_recording, activity)
    assert [t.camera_id for t in timelines] == [c.camera_id for c in tiny_recording.manifest.cameras]
    for timeline in timelines:
        own = activity.loc[activity["camera_id"] == timeline.camera_id, "motion"].to_numpy()
        assert timeline.levels is not None
        decoded = (np.frombuffer(timeline.levels, dtype=np.uint8) / 255) ** 2
        assert np.abs(decoded - own).max() < 0.004
        assert own.max() > 0
        assert timeline.gaps_s == ()
    rest = make_timelines(tiny_recording, activity[activity["camera_id"] != "CAM-02"])
    assert [t.camera_id for t in rest if t.levels is None] == ["CAM-02"], "one that was not measured"
    assert list(encode_levels(np.array([0.0, 1 / 576, 0.0225, 0.25, 1.0, 2.0]))) == [0, 11, 38, 128, 255, 255]


def test_a_dead_span_is_found_by_its_pictures_and_is_no_motion(faulty_recording: Recording) -> None:
    timelines = {t.camera_id: t for t in make_timelines(faulty_recording, load_activity(faulty_recording))}
    assert {name: t.gaps_s for name, t in timelines.items()} == {DEAD: ((4.0, 6.0),)} | {
        name: () for name in timelines if name != DEAD
    }
    levels = timelines[DEAD].levels
    assert levels is not None
    assert levels[4:7] == bytes(3)


def test_a_camera_that_never_gave_a_picture_is_one_gap(faulty_recording: Recording, tmp_path: Path) -> None:
    copied = open_recording(Path(shutil.copytree(faulty_recording.folder, tmp_path / "odd-cameras")))
    activity = load_activity(copied)
    activity.loc[activity["camera_id"] == DEAD, "motion"] = 0.0
    path = copied.folder / copied.get_camera(DEAD).thumbs
    with Image.open(path) as sheet:
        Image.new("RGB", sheet.size, (20, 22, 26)).save(path, "WEBP")
    (dead,) = [t for t in make_timelines(copied, activity) if t.camera_id == DEAD]
    assert dead.gaps_s == ((0.0, copied.manifest.duration_s),)
    path.write_bytes(b"no sheet at all")
    with pytest.raises(RecordingError, match=r"CAM-02\.webp cannot be read"):
        make_timelines(copied, activity)


@pytest.mark.parametrize(
    ("plain", "jumps", "spans"),
    [
        ("..##..", (3, 8), ((3.0, 8.0),)),
        ("..##..", (4, 7), ((4.0, 7.0),)),
        ("..##..", (), ((4.0, 8.0),)),
        ("##....", (3,), ((0.0, 3.0),)),
        ("....##", (8,), ((8.0, 12.0),)),
        (".....#", (10,), ((10.0, 12.0),)),
        (".#..#.", (2, 4, 7, 10), ((2.0, 4.0), (7.0, 10.0))),
        ("......", (3, 8), ()),
    ],
)
def test_edges_are_the_seconds_in_which_the_picture_jumped(
    plain: str, jumps: tuple[int, ...], spans: tuple[tuple[float, float], ...]
) -> None:
    motion = np.full(12, 0.02)
    motion[list(jumps)] = 1.0
    assert find_spans(np.array([c == "#" for c in plain]), motion, every_s=2.0) == spans


PICTURES = {"CAM-01": (960, 540), "CAM-02": (960, 540)}


def _rows(*rows: tuple[str, int, str, float, float, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["camera_id", "frame", "person_id", "x1", "y1", "x2", "y2", "visible"])


def test_the_busy_moment_prefers_people_on_every_camera_and_is_the_middle_without_anybody() -> None:
    crowded = [("CAM-01", 25, f"P{n:03d}", 10, 10, 60, 160, 1.0) for n in range(3)]
    spread = [("CAM-01", 45, "P001", 10, 10, 60, 160, 1.0), ("CAM-02", 45, "P002", 10, 10, 60, 160, 1.0)]
    small = [("CAM-02", 65, f"P{n:03d}", 10, 10, 20, 30, 1.0) for n in range(9)]
    assert choose_busy_frame(_rows(*crowded, *spread, *small), fps=10, frame_count=100) == 45

    assert choose_busy_frame(_rows(), fps=10, frame_count=100) == 50


def _walk(
    camera_id: str, person_id: str, *, high: float, frame: int = 10, away: bool = False, visible: float = 1.0
) -> list[dict[str, object]]:
    box = {"x1": 300, "x2": 300 + high / 3, "y1": 490 - high, "y2": 490, "visible": visible}
    same = {"camera_id": camera_id, "person_id": person_id, "floor_y_m": 0.0} | box
    first, second = (5.0, 6.0) if away else (6.0, 5.0)
    return [same | {"frame": frame, "floor_x_m": first}, same | {"frame": frame + 10, "floor_x_m": second}]


def _choose(*walks: list[dict[str, object]], spoilt: tuple[str, ...] = (), count: int = 2) -> list[str]:
    looks = {"P001": "red", "P002": "red", "P003": "blue", "P004": "blue"}
    people = [
        {"person_id": person_id, "role": "student", "top_kind": "hoodie", "top_colour": colour, "bottom_kind": "jeans"}
        | {"bottom_colour": "navy", "hair_colour": "brown" if person_id < "P003" else "black", "bag_kind": "none"}
        for person_id, colour in looks.items()
    ]
    chosen = choose_close_ups(
        pd.DataFrame([row for walk in walks for row in walk]),
        pd.DataFrame(people),
        cameras={c: Standpoint(size_wh=wh, at_xy_m=(0.0, 0.0)) for c, wh in PICTURES.items()},
        fps=10,
        spoilt=spoilt,
        count=count,
    )
    return [f"{c.camera_id} {c.person_id} {c.frame}" for c in chosen]


def test_close_ups_are_the_largest_and_whoever_differs_most_everybody_once_on_clear_cameras_first() -> None:
    alike, other = _walk("CAM-02", "P002", high=290), _walk("CAM-02", "P003", high=200)
    assert _choose(_walk("CAM-01", "P001", high=300), alike, other) == ["CAM-01 P001 10", "CAM-02 P003 10"]
    first, again = _walk("CAM-01", "P001", high=300), _walk("CAM-02", "P001", high=280)
    near, far = _walk("CAM-01", "P003", high=260), _walk("CAM-02", "P004", high=200)
    assert _choose(first, again, near, far) == ["CAM-01 P001 10", "CAM-02 P004 10"]
    assert _choose(first, again, count=4) == ["CAM-01 P001 10"]
    spoilt, clear = _walk("CAM-01", "P001", high=300), _walk("CAM-02", "P003", high=100)
    assert _choose(spoilt, clear, spoilt=("CAM-01",)) == ["CAM-02 P003 10"]
    assert _choose(spoilt, spoilt=("CAM-01",)) == ["CAM-01 P001 10"]


@pytest.mark.parametrize(
    "walk",
    [
        _walk("CAM-01", "P001", high=300, away=True),
        _walk("CAM-01", "P001", high=300, visible=0.9),
        _walk("CAM-01", "P001", high=470),
        _walk("CAM-01", "P001", high=300, frame=15),
        _walk("CAM-01", "P001", high=300)[:1],
    ],
    ids=["walks away", "half hidden", "under the text", "no key frame", "gone a second later"],
)
def test_whoever_would_not_be_seen_well_is_not_shown(walk: list[dict[str, object]]) -> None:
    assert _choose(walk, _walk("CAM-02", "P003", high=100)) == ["CAM-02 P003 10"]


@pytest.mark.parametrize("box", [(300, 200, 340, 320), (0, 0, 200, 530), (900, 400, 960, 540), (100, 50, 420, 400)])
def test_a_crop_holds_its_box_inside_the_picture_and_is_enlarged_at_most_twofold(
    box: tuple[float, float, float, float],
) -> None:
    left, upper, width, height = find_crop(box, picture_wh=(960, 540), size_wh=(460, 575))
    assert 575 / height <= 2.0 + 1e-9
    assert width / height == pytest.approx(460 / 575)
    assert 0 <= left <= box[0] < box[2] <= left + width <= 960
    assert 0 <= upper <= box[1] < box[3] <= upper + height <= 540


def test_day_and_night_are_told_where_there_are_both(tiny_recording: Recording) -> None:
    assert write_captions(tiny_recording)["CAM-02"] == "CAM-02 · Hall A"
    site = tiny_recording.site
    dark = tuple(c.model_copy(update={"mode": "night" if c.camera_id == "CAM-04" else "day"}) for c in site.cameras)
    captions = write_captions(replace(tiny_recording, site=site.model_copy(update={"cameras": dark})))
    assert captions["CAM-02"] == "CAM-02 · Hall A · day"
    assert list(captions.values())[-1] == "CAM-04 · Cafeteria · night"


def test_the_sheet_shows_every_camera_at_its_moment(tiny_recording: Recording, tmp_path: Path) -> None:
    sheet = draw_sheet(tiny_recording, at_s=5.0)
    assert sheet.width == WIDTH_PX
    picture = np.asarray(sheet)
    tile = picture[64 + 40 : 64 + 500, 16 + 20 : 16 + 900].reshape(-1, 3)
    assert len(np.unique(tile // 32, axis=0)) > 4
    save_sheet(sheet, tmp_path / "new" / "sheet.png")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["sheet.png"]
    for at_s in (-1.0, 16.0, float("nan")):
        with pytest.raises(RecordingError, match="0 to 16"):
            draw_sheet(tiny_recording, at_s=at_s)
