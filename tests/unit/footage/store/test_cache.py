import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sim.errors import FootageStoreError
from sim.footage.store import cache as module
from sim.footage.store.cache import CHECK_AGAIN_S, DRAFT_LIFE_S, IN_USE_S, FileCache, Wanted

PROJECT = Path(__file__).parents[4]


class Hand:
    """A clock of seconds since 1970 that the test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def make(name: str, body: bytes) -> Wanted:
    return Wanted(name=f"tiny/{name}", size=len(body), sha256=hashlib.sha256(body).hexdigest())


def give(body: bytes) -> Callable[[Path], None]:
    return lambda draft: draft.write_bytes(body) and None


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def cache(tmp_path: Path, hand: Hand) -> FileCache:
    return FileCache(tmp_path / "cache", limit_bytes=100, clock=hand)


def list_all(cache: FileCache) -> set[str]:
    return {path.name for path in cache.folder.rglob("*") if path.is_file()}


def test_what_was_put_is_found_by_another_process_too(cache: FileCache, hand: Hand) -> None:
    wanted = make("a.mp4", b"frames")
    assert cache.find(wanted) is None
    path = cache.put(wanted, give(b"frames"))
    assert path.read_bytes() == b"frames"
    again = FileCache(cache.folder, limit_bytes=100, clock=hand)
    assert (again.find(wanted), again.has(wanted)) == (path, True)
    assert list_all(cache) == {"a.mp4"}


@pytest.mark.parametrize(("body", "words"), [(b"fram", "cut short"), (b"frames!", "too long"), (b"frameS", "not what")])
def test_what_came_wrong_is_refused_and_leaves_nothing(cache: FileCache, body: bytes, words: str) -> None:
    wanted = make("a.mp4", b"frames")
    with pytest.raises(FootageStoreError, match=words):
        cache.put(wanted, give(body))
    assert cache.find(wanted) is None
    assert list_all(cache) == set()


@pytest.mark.parametrize("spoiled", [b"frameS", b"fra", b""])
def test_a_file_damaged_on_this_disk_is_noticed(cache: FileCache, spoiled: bytes) -> None:
    wanted = make("a.mp4", b"frames")
    path = cache.put(wanted, give(b"frames"))
    assert cache.find(wanted) == path
    path.write_bytes(spoiled)
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))
    assert cache.find(wanted) is None
    assert cache.put(wanted, give(b"frames")).read_bytes() == b"frames"
    assert cache.find(wanted) == path


def test_damage_that_left_no_trace_is_noticed_after_ten_minutes(cache: FileCache, hand: Hand) -> None:
    wanted = make("a.mp4", b"frames")
    path = cache.put(wanted, give(b"frames"))
    assert cache.find(wanted) == path
    stamp = path.stat().st_mtime_ns
    with path.open("rb+") as file:
        file.write(b"F")
    os.utime(path, ns=(path.stat().st_atime_ns, stamp))
    hand.now += CHECK_AGAIN_S + 1
    assert cache.find(wanted) is None


def test_the_least_recently_used_goes_first(cache: FileCache, hand: Hand) -> None:
    wanted = {name: make(name, name.encode() * 40) for name in ("a", "b", "c")}
    for name in ("a", "b"):
        cache.put(wanted[name], give(name.encode() * 40))
        hand.now += IN_USE_S
    assert cache.find(wanted["a"]) is not None
    hand.now += IN_USE_S + 1
    cache.put(wanted["c"], give(b"c" * 40))
    assert list_all(cache) == {"a", "c"}


def test_files_in_use_stay_and_the_next_one_brings_the_folder_below_its_limit(cache: FileCache, hand: Hand) -> None:
    for name in ("a", "b", "c"):
        cache.put(make(name, name.encode() * 40), give(name.encode() * 40))
    assert list_all(cache) == {"a", "b", "c"}
    hand.now += IN_USE_S + 1
    cache.put(make("d", b"d" * 90), give(b"d" * 90))
    assert list_all(cache) == {"d"}


def test_a_file_larger_than_the_cache_says_so_before_it_is_fetched(cache: FileCache) -> None:
    with pytest.raises(FootageStoreError, match="SIGHTLINE_FOOTAGE_CACHE_GB"):
        cache.put(make("a", b"a" * 101), lambda draft: pytest.fail("fetched"))


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "is full"), (errno.EACCES, "cannot be written")])
def test_a_disk_that_takes_nothing_is_told(cache: FileCache, number: int, words: str) -> None:
    def fail(draft: Path) -> None:
        draft.write_bytes(b"fr")
        raise OSError(number, os.strerror(number))

    with pytest.raises(FootageStoreError, match=words):
        cache.put(make("a.mp4", b"frames"), fail)
    assert list_all(cache) == set()


def test_a_draft_that_somebody_left_is_swept_away_later(cache: FileCache, hand: Hand) -> None:
    cache.put(make("a", b"a"), give(b"a"))
    left = cache.folder / module.DRAFTS / "1-abc.mp4"
    left.write_bytes(b"half")
    os.utime(left, (hand.now, hand.now))
    cache.put(make("b", b"b"), give(b"b"))
    assert left.exists()
    hand.now += DRAFT_LIFE_S + 1
    cache.put(make("c", b"c"), give(b"c"))
    assert not left.exists()


def test_killed_in_the_middle_leaves_nothing_that_is_believed(tmp_path: Path) -> None:
    wanted = make("a.mp4", b"frames" * 1000)
    script = (
        "import sys, time; from pathlib import Path\n"
        "from sim.footage.store.cache import FileCache, Wanted\n"
        "def fetch(draft):\n"
        "    draft.write_bytes(b'frames' * 500); print('half', flush=True); time.sleep(60)\n"
        f"FileCache(Path(sys.argv[1]), limit_bytes=10**6, clock=time.time).put({wanted!r}, fetch)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "cache")], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    cache = FileCache(tmp_path / "cache", limit_bytes=10**6, clock=time.time)
    assert len(list((cache.folder / module.DRAFTS).iterdir())) == 1
    assert cache.find(wanted) is None
    assert cache.put(wanted, give(b"frames" * 1000)).read_bytes() == b"frames" * 1000


def test_many_at_once_in_a_cache_that_is_too_small_never_read_anything_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two caches on one folder stand for two processes; files go out as fast as they come in."""
    monkeypatch.setattr(module, "IN_USE_S", 0.0)
    bodies = {f"{number}": bytes([number]) * 2000 for number in range(8)}
    caches = [FileCache(tmp_path / "cache", limit_bytes=5000, clock=time.time) for _ in range(2)]
    wrong: list[str] = []

    def use(turn: int) -> None:
        name = f"{turn * 5 % 8}"
        wanted, cache = make(name, bodies[name]), caches[turn % 2]
        path = cache.find(wanted) or cache.put(wanted, give(bodies[name]))
        try:
            found = path.read_bytes()
        except FileNotFoundError:
            return
        if found != bodies[name]:
            wrong.append(name)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(use, range(200)))
    assert not wrong
    caches[0].make_room(0)
    held = sum(path.stat().st_size for path in caches[0].folder.rglob("*") if path.is_file())
    assert held <= 5000
