import base64

import numpy as np
import pytest

from sim.console.footage_access import make_timeline_file
from sim.footage.recording.open import TRUTH_FILE, Recording, load_activity
from tests.support.driven_drill import Drill


def test_ranges_give_exactly_the_bytes_asked_for(drill: Drill) -> None:
    url = drill.links.link("main/CAM-01.mp4")
    whole = (drill.app.settings.recordings[0] / "tiny" / "main" / "CAM-01.mp4").read_bytes()
    plain = drill.client.get(url)
    assert (plain.status_code, plain.content, plain.headers["content-type"]) == (200, whole, "video/mp4")
    assert plain.headers["accept-ranges"] == "bytes"
    assert plain.headers["cache-control"].startswith("private")
    for wanted, span in (
        ("0-", slice(0, None)),
        ("10-19", slice(10, 20)),
        ("-7", slice(-7, None)),
        ("-99999999", slice(0, None)),
        ("0-0", slice(0, 1)),
    ):
        part = drill.client.get(url, headers={"Range": f"bytes={wanted}"})
        assert (part.status_code, part.content) == (206, whole[span])
        first = span.indices(len(whole))[0]
        assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{len(whole)}"
    for wanted in (f"{len(whole)}-", "-0"):
        behind = drill.client.get(url, headers={"Range": f"bytes={wanted}"})
        assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(whole)}")


def test_head_tells_without_sending_and_a_browser_that_has_it_is_told_so(drill: Drill) -> None:
    url = drill.links.link("wall/wall-0.mp4")
    whole, head = drill.client.get(url), drill.client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert [head.headers[name] for name in ("content-length", "etag")] == [
        whole.headers[name] for name in ("content-length", "etag")
    ]
    etag = whole.headers["etag"]
    assert drill.client.get(url, headers={"If-None-Match": etag}).status_code == 304
    for tag, status in (('"another"', 200), (etag, 206)):
        assert drill.client.get(url, headers={"Range": "bytes=0-9", "If-Range": tag}).status_code == status


def test_only_pictures_of_the_recording_are_ever_sent(drill: Drill) -> None:
    target = drill.app.catalog.list_forms()[0].form.target
    manifest = drill.app.catalog.get_recording("tiny").manifest
    allowed = {c.main for c in manifest.cameras} | {c.thumbs for c in manifest.cameras}
    allowed |= {w.file for w in manifest.walls} | {f"people/{target}.webp"}
    for name in [*manifest.files, "recording.json", TRUTH_FILE, "main", "main/", "main/CAM-99.mp4"]:
        status = drill.client.get(drill.links.link(name)).status_code
        assert status == (200 if name in allowed else 404), name


def test_no_path_token_or_other_recording_leads_out_of_the_whitelist(drill: Drill) -> None:
    own = f"/footage/{drill.links.token}/{drill.links.recording_name}"
    for path in (
        "../sightline.db",
        "..%2f..%2fsightline.db",
        "main/../truth.parquet",
        "main/%2e%2e/truth.parquet",
        "main%2f..%2ftruth.parquet",
        "/etc/passwd",
        "main/CAM-01.mp4%00.webp",
        "..%5ctruth.parquet",
    ):
        answer = drill.client.get(f"{own}/{path}")
        assert answer.status_code in (403, 404)
        assert b"SQLite" not in answer.content
        assert b"PAR1" not in answer.content
    for other in ("/footage/nonsense/tiny", f"/footage/{drill.links.token}/maple-ridge-eight-oclock"):
        assert drill.client.get(f"{other}/main/CAM-01.mp4").status_code == 403


def test_before_release_only_the_reference_picture_opens_then_clips_their_index_and_the_timeline(
    waiting: Drill,
) -> None:
    target = waiting.app.catalog.list_forms()[0].form.target
    reference = waiting.client.get(waiting.links.link(f"people/{target}.webp"))
    assert (reference.status_code, reference.headers["content-type"]) == (200, "image/webp")
    for name in ("main/CAM-01.mp4", "wall/wall-0.mp4", "thumbs/CAM-01.webp"):
        assert waiting.client.get(waiting.links.link(name)).status_code == 403
    clip_index, timeline = waiting.links.link_index("main/CAM-01.mp4"), waiting.links.link_timeline()
    for url in (clip_index, timeline):
        assert waiting.client.get(url).status_code == 403
    waiting.begin()
    assert waiting.client.get(waiting.links.link("wall/wall-0.mp4")).status_code == 200

    index = waiting.client.get(clip_index)
    assert index.status_code == 200
    assert len(index.json()["sizes"]) == waiting.app.catalog.get_recording("tiny").manifest.frame_count
    assert waiting.client.get(waiting.links.link_index("thumbs/CAM-01.webp")).status_code == 404
    assert waiting.client.get(waiting.links.link_index(TRUTH_FILE)).status_code == 404

    answer = waiting.client.get(timeline)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    recording = waiting.app.catalog.get_recording("tiny")
    told = answer.json()
    assert told["every_s"] == 1.0
    assert list(told["cameras"]) == [camera.camera_id for camera in recording.manifest.cameras]
    activity = load_activity(recording)
    for camera_id, camera in told["cameras"].items():
        levels = np.frombuffer(base64.b64decode(camera["motion"]), dtype=np.uint8)
        own = activity.loc[activity["camera_id"] == camera_id, "motion"].to_numpy()
        assert (np.round(255 * np.sqrt(own)) == levels).all()
        assert camera["gaps_s"] == []
    assert len(answer.content) < 2 * len(activity) + 60 * len(recording.manifest.cameras)


@pytest.mark.parametrize("name", ["main/CAM-01.mp4", "activity.parquet"])
def test_a_damaged_clip_or_motion_is_not_served(drill: Drill, tiny_recording_copy: Recording, name: str) -> None:
    drill.app.catalog.get_recording("tiny")
    drill.app.catalog._kept[("recording", "tiny")] = tiny_recording_copy
    path = tiny_recording_copy.folder / name
    is_clip = name.endswith(".mp4")
    path.write_bytes(path.read_bytes()[:-1] + (b"" if is_clip else b"x"))
    answer = drill.client.get(drill.links.link(name) if is_clip else drill.links.link_timeline())
    assert answer.status_code == 404
    assert str(path) not in answer.text


def test_a_gap_is_told_and_no_fault(faulty_recording: Recording) -> None:
    body = make_timeline_file(faulty_recording).body
    assert b'"gaps_s":[[4.0,6.0]]' in body
    for secret in (b"fault", b"dead", b"offset", b"frame", b"P0"):
        assert secret not in body
