"""Recordings in a real S3-compatible store, with what can go wrong on the way."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from moto.core import set_initial_no_auth_action_count

from sim.errors import FootageStoreAwayError, FootageStoreError, NewerSchemaError, RecordingError
from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, load_people, load_truth
from sim.footage.store.cache import FileCache
from sim.footage.store.moving import list_stored, pull_recording, push_forms, push_recording
from sim.footage.store.remote import RemoteFolder, hide_password
from sim.footage.store.stored import AWAY_S, StoredRecordings
from sim.footage.video.still import load_still
from tests.support.object_store import Gate, ObjectStore

CLIP = "main/CAM-01.mp4"


def ignore(name: str, done: int, total: int) -> None:
    """Nobody looks at progress here."""


@pytest.fixture(scope="module")
def url(object_store: ObjectStore, tiny_recording: Recording) -> str:
    """A store with the tiny recording; do not change it (see `own_url`)."""
    made = object_store.make_url()
    push_recording(tiny_recording.folder, object_store.open_remote(made), replace=False, on_file=ignore)
    return made


@pytest.fixture
def own_url(object_store: ObjectStore, tiny_recording: Recording) -> str:
    made = object_store.make_url()
    push_recording(tiny_recording.folder, object_store.open_remote(made), replace=False, on_file=ignore)
    return made


@pytest.fixture
def gate(object_store: ObjectStore) -> Iterator[Gate]:
    with Gate(object_store.endpoint) as made:
        yield made


class Hand:
    """A rising clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def open_stored(remote: RemoteFolder, folder: Path, *, clock: Hand | None = None, **kwargs: float) -> StoredRecordings:
    cache = FileCache(folder, limit_bytes=50_000_000, clock=time.time)
    return StoredRecordings(remote, cache, clock=clock or Hand(), **kwargs)


def test_a_recording_of_the_store_is_like_one_on_this_disk(
    object_store: ObjectStore, url: str, tiny_recording: Recording, tmp_path: Path
) -> None:
    stored = open_stored(object_store.open_remote(url), tmp_path)
    recording = stored.open("tiny")
    assert (recording.manifest, recording.site) == (tiny_recording.manifest, tiny_recording.site)
    assert not stored.is_at_hand(recording.manifest, CLIP)
    for name in recording.manifest.files:
        assert recording.find_path(name).read_bytes() == (tiny_recording.folder / name).read_bytes(), name
    assert stored.is_at_hand(recording.manifest, CLIP)
    assert load_truth(recording).rows.equals(load_truth(tiny_recording).rows)
    assert load_people(recording).equals(load_people(tiny_recording))
    assert (load_still(recording, "CAM-02", 33) == load_still(tiny_recording, "CAM-02", 33)).all()
    with pytest.raises(FootageStoreError, match="no file"):
        recording.find_path("../secret.key")


def test_a_file_is_fetched_once_however_many_ask(
    object_store: ObjectStore, url: str, gate: Gate, tmp_path: Path
) -> None:
    stored = open_stored(object_store.open_remote(url, endpoint=gate.endpoint), tmp_path)
    recording = stored.open("tiny")
    before = gate.requests
    with ThreadPoolExecutor(12) as pool:
        found = set(pool.map(lambda _: recording.find_path(CLIP), range(24)))
    assert len(found) == 1
    assert gate.requests == before + 1


def test_what_is_in_the_cache_serves_while_the_store_is_away(
    object_store: ObjectStore, url: str, gate: Gate, tmp_path: Path
) -> None:
    clock = Hand()
    stored = open_stored(object_store.open_remote(url, endpoint=gate.endpoint), tmp_path, clock=clock)
    clip = stored.open("tiny").find_path(CLIP)
    gate.cut()
    restarted = open_stored(object_store.open_remote(url, endpoint=gate.endpoint), tmp_path, clock=clock)
    recording = restarted.open("tiny")
    assert recording.find_path(CLIP) == clip
    with pytest.raises(FootageStoreAwayError, match="does not answer"):
        recording.find_path("main/CAM-02.mp4")
    gate.mend()
    began = time.monotonic()
    with pytest.raises(FootageStoreAwayError, match="does not answer"):
        recording.find_path("main/CAM-02.mp4")
    assert time.monotonic() - began < 0.5
    assert restarted.get_trouble() is not None
    clock.now += AWAY_S
    with pytest.raises(FootageStoreAwayError):
        recording.find_path("main/CAM-02.mp4")
    deadline = time.monotonic() + 20
    while restarted.get_trouble() is not None and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert recording.find_path("main/CAM-02.mp4").is_file()


def test_never_asked_for_and_away(object_store: ObjectStore, url: str, gate: Gate, tmp_path: Path) -> None:
    gate.cut()
    stored = open_stored(object_store.open_remote(url, endpoint=gate.endpoint), tmp_path)
    with pytest.raises(FootageStoreAwayError, match="does not answer"):
        stored.open("tiny")


def test_a_slow_store_is_waited_for_so_long_and_the_file_comes_all_the_same(
    object_store: ObjectStore, url: str, gate: Gate, tmp_path: Path
) -> None:
    stored = open_stored(object_store.open_remote(url, endpoint=gate.endpoint), tmp_path, wait_s=0.2)
    recording = Recording(
        folder=tmp_path,
        manifest=open_stored(object_store.open_remote(url), tmp_path).open("tiny").manifest,
        site=open_stored(object_store.open_remote(url), tmp_path).open("tiny").site,
        shelf=stored.open("tiny").shelf,
    )
    gate.stall()
    with pytest.raises(FootageStoreAwayError, match="is slow"):
        recording.find_path(CLIP)
    assert stored.get_trouble() is None
    gate.flow()
    deadline = time.monotonic() + 20
    while not stored.is_at_hand(recording.manifest, CLIP) and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert recording.find_path(CLIP).is_file()


def test_a_wrong_key_is_told_without_the_key(object_store: ObjectStore, url: str, tmp_path: Path) -> None:
    @set_initial_no_auth_action_count(0)
    def ask() -> None:
        remote = RemoteFolder(url, options={**object_store.make_options(), "key": "nobody", "secret": "hush-hush"})
        open_stored(remote, tmp_path).open("tiny")

    with pytest.raises(FootageStoreAwayError, match="refuses the key") as told:
        ask()
    assert "hush" not in str(told.value)
    assert "nobody" not in str(told.value)


def test_no_bucket_is_told(object_store: ObjectStore, tmp_path: Path) -> None:
    remote = object_store.open_remote("s3://no-such-bucket/x")
    with pytest.raises(FootageStoreAwayError, match="bucket"):
        open_stored(remote, tmp_path).open("tiny")
    with pytest.raises(FootageStoreAwayError, match="bucket"):
        list_stored(remote)


@pytest.mark.parametrize("recording_id", ["other", "..", "../forms", "tiny/main", ""])
def test_what_the_store_has_not(object_store: ObjectStore, url: str, recording_id: str, tmp_path: Path) -> None:
    with pytest.raises(FootageStoreError):
        open_stored(object_store.open_remote(url), tmp_path).open(recording_id)


def test_missing_cut_short_and_altered_objects(
    object_store: ObjectStore, own_url: str, tiny_recording: Recording, tmp_path: Path
) -> None:
    files, root = object_store.open_files(own_url), f"{own_url.removeprefix('s3://')}/recordings/tiny"
    files.rm(f"{root}/main/CAM-01.mp4")
    body = (tiny_recording.folder / "main/CAM-02.mp4").read_bytes()
    files.pipe_file(f"{root}/main/CAM-02.mp4", body[:-100])
    files.pipe_file(f"{root}/main/CAM-03.mp4", body)
    recording = open_stored(object_store.open_remote(own_url), tmp_path).open("tiny")
    for name, words in (("CAM-01", "is not in"), ("CAM-02", "cut short"), ("CAM-03", "cut short|too long|not what")):
        with pytest.raises(FootageStoreError, match=words) as told:
            recording.find_path(f"main/{name}.mp4")
        assert not isinstance(told.value, FootageStoreAwayError)
    assert recording.find_path("main/CAM-04.mp4").is_file()
    assert "CAM-0" in list_stored(object_store.open_remote(own_url))[0].problem
    push_recording(tiny_recording.folder, object_store.open_remote(own_url), replace=False, on_file=ignore)
    assert recording.find_path("main/CAM-01.mp4").is_file()


def test_a_manifest_that_is_none(object_store: ObjectStore, own_url: str, tmp_path: Path) -> None:
    files, root = object_store.open_files(own_url), f"{own_url.removeprefix('s3://')}/recordings/tiny"
    manifest = json.loads(files.cat_file(f"{root}/recording.json"))
    for text, error in (
        (b"{}", RecordingError),
        (b"\xff\xfe", RecordingError),
        (json.dumps({**manifest, "schema_version": 99}).encode(), NewerSchemaError),
        (json.dumps({**manifest, "recording_id": "other"}).encode(), FootageStoreError),
        (json.dumps({**manifest, "files": {"../x.mp4": "0" * 64}}).encode(), RecordingError),
    ):
        files.pipe_file(f"{root}/recording.json", text)
        with pytest.raises(error):
            open_stored(object_store.open_remote(own_url), tmp_path).open("tiny")


def test_everything_is_fetched_beforehand(object_store: ObjectStore, url: str, tmp_path: Path) -> None:
    stored = open_stored(object_store.open_remote(url), tmp_path)
    recording = stored.open("tiny")
    stored.prepare(recording)
    stored.prepare(recording)
    missing, deadline = set(recording.manifest.files), time.monotonic() + 30
    while missing and time.monotonic() < deadline:
        threading.Event().wait(0.02)
        missing = {name for name in missing if not stored.is_at_hand(recording.manifest, name)}
    assert missing == set()


def test_forms_follow_the_store(object_store: ObjectStore, own_url: str, tiny_library: Path, tmp_path: Path) -> None:
    clock, path = Hand(), tiny_library / "forms" / "tiny.yaml"
    stored = open_stored(object_store.open_remote(own_url), tmp_path, clock=clock)
    push_forms(path, object_store.open_remote(own_url))
    stored.refresh_forms()
    kept = stored.forms_folder / "tiny.yaml"
    assert kept.read_bytes() == path.read_bytes()
    files = object_store.open_files(own_url)
    files.rm(f"{own_url.removeprefix('s3://')}/forms/tiny.yaml")
    clock.now += 61
    stored.refresh_forms()
    deadline = time.monotonic() + 20
    while kept.exists() and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert not kept.exists()


def test_there_and_back(object_store: ObjectStore, url: str, tmp_path: Path) -> None:
    said: list[str] = []
    remote = object_store.open_remote(url)
    target = tmp_path / "back"
    pull_recording("tiny", remote, target=target, replace=False, on_file=lambda name, done, total: said.append(name))
    assert verify_recording(target) == ()
    assert len(said) == len(list(target.rglob("*.*"))) - 1
    with pytest.raises(RecordingError, match="not empty"):
        pull_recording("tiny", remote, target=target, replace=False, on_file=ignore)
    with pytest.raises(FootageStoreError, match="no recording 'other'"):
        pull_recording("other", remote, target=tmp_path / "other", replace=False, on_file=ignore)
    assert [path.name for path in tmp_path.iterdir()] == ["back"]


def test_a_half_push_is_no_recording_and_a_half_pull_goes_on(
    object_store: ObjectStore, tiny_recording: Recording, tmp_path: Path
) -> None:
    class StoppedError(Exception):
        pass

    def stop(name: str, done: int, total: int) -> None:
        if done == 4:
            raise StoppedError

    remote = object_store.open_remote(object_store.make_url())
    with pytest.raises(StoppedError):
        push_recording(tiny_recording.folder, remote, replace=False, on_file=stop)
    assert "did not end" in list_stored(remote)[0].problem
    with pytest.raises(FootageStoreError, match="is not in"):
        open_stored(remote, tmp_path / "cache").open("tiny")
    push_recording(tiny_recording.folder, remote, replace=False, on_file=ignore)
    assert [entry.problem for entry in list_stored(remote)] == [""]
    target = tmp_path / "back"
    with pytest.raises(StoppedError):
        pull_recording("tiny", remote, target=target, replace=False, on_file=stop)
    assert not target.exists()
    pull_recording("tiny", remote, target=target, replace=False, on_file=ignore)
    assert verify_recording(target) == ()


def test_another_recording_of_the_same_name_is_kept_unless_forced(
    object_store: ObjectStore, own_url: str, tiny_recording: Recording, tiny_recording_copy: Recording
) -> None:
    remote, manifest = object_store.open_remote(own_url), tiny_recording_copy.manifest
    path = tiny_recording_copy.folder / "recording.json"
    (tiny_recording_copy.folder / "people.parquet").write_bytes(b"others")
    with pytest.raises(RecordingError):
        push_recording(tiny_recording_copy.folder, remote, replace=True, on_file=ignore)
    changed = manifest.model_copy(
        update={
            "files": {**manifest.files, "people.parquet": hashlib.sha256(b"others").hexdigest()},
            "sizes": {**manifest.sizes, "people.parquet": 6},
        }
    )
    path.write_text(changed.model_dump_json())
    with pytest.raises(FootageStoreError, match="--force"):
        push_recording(tiny_recording_copy.folder, remote, replace=False, on_file=ignore)
    push_recording(tiny_recording_copy.folder, remote, replace=True, on_file=ignore)
    assert remote.read("recordings/tiny/people.parquet", most_bytes=10) == b"others"


def test_a_password_in_the_address_is_not_shown() -> None:
    assert hide_password("s3://key:secret@bucket/x?token=y") == "s3://bucket/x"
