import io
import os
import shutil
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sim.app.wiring import App
from sim.db.engine import make_sqlite_url
from sim.db.store import open_store
from sim.errors import NewerSchemaError, StoreError
from sim.features.operations import backup as archive
from sim.features.operations import database_copy
from sim.features.operations.backup import CONTENTS, DATABASE, check_archive, check_whole, restore_whole, save_whole
from sim.features.team import team
from sim.ledger.verify import verify
from tests.support.fake_clock import FakeClock
from tests.support.postgres_server import PostgresServer
from tests.support.tiny_app import make_tiny_app


@pytest.fixture
def school(demo_app: App) -> App:
    data = demo_app.settings.data
    lay_out(data, "recordings/own/main/CAM-01.mp4", "recordings/.next.partial/CAM-01.mp4", body=FRAMES)
    lay_out(data, "forms/own.yaml", "forms/own.yaml.part-1a2b", body=b"form: 1\n")
    lay_out(data, "sites/Bündchen 'Hall'/site.yaml", body="name: Bündchen\n".encode())
    return demo_app


FRAMES = b"frames" * 1000


def lay_out(folder: Path, *names: str, body: bytes = b"{}") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)


@pytest.fixture
def elsewhere(school: App, tmp_path: Path) -> App:
    data = tmp_path / "elsewhere" / "data"
    return replace(
        school, settings=replace(school.settings, data=data, database_url=make_sqlite_url(data / "sightline.db"))
    )


@pytest.fixture
def made(school: App, clock: FakeClock, tmp_path: Path) -> Path:
    return save_whole(school.settings, clock, tmp_path / "backups").path


def test_schools_and_walks_are_in_it_finished_and_can_be_left_out(
    school: App, clock: FakeClock, tmp_path: Path
) -> None:
    data = school.settings.data
    mine = {
        "sites/own-7kq2xw/drawing/plan-1.webp",
        "recordings/own-7kq2xw-arrival/recording.json",
        "recordings/own-7kq2xw-arrival/main/CAM-01.mp4",
        "scenarios/arrival.yaml",
        "walks/walk-7kq2xw/walk.json",
        "walks/walk-7kq2xw/clips/clip-01.mp4",
        "walks/walk-7kq2xw/track.jsonl",
        "recordings/walk-7kq2xw-1/recording.json",
        "recordings/walk-7kq2xw-1/main/CAM-01.mp4",
        "forms/walk-7kq2xw-1.yaml",
    }
    kept = {"consoles/lincoln.yaml", "scenarios/other.yaml"}
    unfinished = {
        "walks/walk-7kq2xw/clips/clip-02.part/main.mp4",
        "walks/walk-7kq2xw/clips/clip-01.4711.part.mp4",
        "walks/walk-7kq2xw/walk.json.4711.part",
        "walks/walk-7kq2xw/.recording.partial/CAM-01/main.mp4",
    }
    lay_out(data, *mine, *kept, *unfinished)
    lay_out(data, "recordings/own-7kq2xw-arrival/recording.json", body=b'{"site_id": "own-7kq2xw"}')
    lay_out(data, "scenarios/arrival.yaml", body=b"site: ../sites/own-7kq2xw\n")
    lay_out(data, "scenarios/other.yaml", body=b"site: ../sites/maple\n")

    def list_saved(*, with_schools: bool) -> set[str]:
        made = save_whole(school.settings, clock, tmp_path / str(with_schools), with_schools=with_schools)
        return {name.removeprefix("files/") for name in check_whole(made.path)[0].files}

    whole, less = list_saved(with_schools=True), list_saved(with_schools=False)
    assert not unfinished & whole
    assert kept <= less
    assert whole - less == mine | {"sites/Bündchen 'Hall'/site.yaml"}


def list_people(app: App) -> list[str]:
    with app.store.read() as work:
        return sorted(p.name for t in work.teams.list_all() for p in work.people.list_all(team_id=t.team_id))


def flip_first_byte(path: Path, name: str) -> None:
    with tarfile.open(path) as read:
        place = read.getmember(name).offset_data
    with path.open("r+b") as file:
        file.seek(place)
        was = file.read(1)
        file.seek(place)
        file.write(bytes([was[0] ^ 1]))


def read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_back_on_another_machine_and_nothing_half_made(
    school: App, elsewhere: App, made: Path, clock: FakeClock, tiny_library: Path
) -> None:
    done = restore_whole(elsewhere.settings, clock, made)
    assert (done.kept, done.left) == (None, "")
    data = elsewhere.settings.data
    there = read_tree(data)
    assert there["recordings/own/main/CAM-01.mp4"] == FRAMES
    assert there["sites/Bündchen 'Hall'/site.yaml"].decode() == "name: Bündchen\n"
    assert there["secret.key"] == (school.settings.data / "secret.key").read_bytes()
    assert not [name for name in there if "partial" in name or ".part-" in name]
    assert (data / "secret.key").stat().st_mode & 0o077 == 0
    again = make_tiny_app(data, tiny_library, clock)
    assert list_people(again) == list_people(school) != []
    again.close()


def test_what_was_there_is_kept(elsewhere: App, made: Path, clock: FakeClock) -> None:
    data = elsewhere.settings.data
    lay_out(data, "forms/newer.yaml", "unrelated.txt")
    done = restore_whole(elsewhere.settings, clock, made)
    assert done.kept is not None
    assert read_tree(done.kept) == {"forms/newer.yaml": b"{}"}
    assert "forms/newer.yaml" not in read_tree(data)
    assert [path.name for path in data.iterdir() if path.name.startswith(".")] == [done.kept.name]
    again = check_whole(save_whole(elsewhere.settings, clock, data.parent / "backups").path)[0]
    assert not [name for name in again.files if done.kept.name in name]
    assert (data / "unrelated.txt").exists()


def test_a_data_folder_may_be_a_link_to_another_disk(
    school: App, elsewhere: App, made: Path, clock: FakeClock, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    elsewhere.settings.data.parent.mkdir()
    elsewhere.settings.data.symlink_to(disk)
    restore_whole(elsewhere.settings, clock, made)
    assert (disk / "recordings" / "own" / "main" / "CAM-01.mp4").read_bytes() == FRAMES
    assert sorted(path.name for path in elsewhere.settings.data.parent.iterdir()) == ["data"]
    assert save_whole(elsewhere.settings, clock, tmp_path / "again").files == len(check_archive(made).files) - 1


def test_a_folder_on_a_disk_of_its_own_is_told_before_anything_is_changed(
    elsewhere: App, made: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = elsewhere.settings.data
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == data / "recordings")
    with pytest.raises(StoreError, match=r"recordings is a disk of its own.*unmount it"):
        restore_whole(elsewhere.settings, clock, made)
    assert not data.exists()


def test_what_is_only_a_link_is_named_as_left_out(school: App, clock: FakeClock, tmp_path: Path) -> None:
    lay_out(tmp_path / "disk", "site.yaml")
    link = school.settings.data / "sites" / "far"
    link.symlink_to(tmp_path / "disk")
    made = save_whole(school.settings, clock, tmp_path / "backups")
    assert made.links == (link,)
    assert not [name for name in check_archive(made.path).files if "far" in name]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not have such names")
def test_one_name_that_no_backup_can_hold_is_told_and_everything_else_is_in_it(
    school: App, elsewhere: App, clock: FakeClock, tmp_path: Path
) -> None:
    data = school.settings.data
    odd = [
        data / "notes 8:05.txt",
        data / "sites" / "old\\plan",
        data / "sites" / os.fsdecode("B\xfcndchen".encode("latin-1")),
    ]
    for folder in odd[1:]:
        lay_out(folder, "site.yaml", "drawing/plan.webp")
    odd[0].write_text("a walk")
    made = save_whole(school.settings, clock, tmp_path / "backups")
    assert sorted(made.misnamed) == sorted(odd), "a folder is told once for all that is in it"
    restore_whole(elsewhere.settings, clock, made.path)
    assert (elsewhere.settings.data / "sites" / "Bündchen 'Hall'" / "site.yaml").exists()
    for path in odd:
        path.rename(path.with_name(path.name.encode("ascii", "ignore").decode().replace(":", "").replace("\\", "")))
    clock.pass_s(60.0)
    again = save_whole(school.settings, clock, tmp_path / "backups")
    assert (again.misnamed, again.files) == ((), made.files + 5)


def test_what_a_killed_backup_left_is_deleted_after_a_good_one(school: App, clock: FakeClock, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    now_s = clock.read().wall.timestamp()
    ours = ["sightline-20260901-020000.tar.part-1a2b3c4d", ".sightline-backup-x1y2z3_a", ".sightline-check-abcdefgh"]
    lay_out(folder, ours[0], *(f"{name}/{DATABASE}" for name in ours[1:]))
    lay_out(folder, "sightline-20260901-020000.tar.part-notes", ".sightline-notes")
    for name in [*ours, "sightline-20260901-020000.tar.part-notes", ".sightline-notes"]:
        os.utime(folder / name, (now_s - 90_000, now_s - 90_000))
    running = folder / "sightline-20261014-020000.tar.part-00000000"
    running.write_bytes(b"half")
    os.utime(running, (now_s - 3600, now_s - 3600))
    made = save_whole(school.settings, clock, folder)
    assert sorted(path.name for path in made.leftovers) == sorted(ours)
    left = {path.name for path in folder.iterdir()} - {made.path.name}
    assert left == {running.name, "sightline-20260901-020000.tar.part-notes", ".sightline-notes"}


def test_the_oldest_go_only_after_the_new_one_was_read_back(
    school: App, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    lay_out(folder, "sightline-notes.tar", "else/notes")
    for _ in range(4):
        last = save_whole(school.settings, clock, folder, keep=2)
        clock.pass_s(60.0)
    ours = sorted(path.name for path in folder.glob("sightline-2*.tar"))
    assert len(ours) == 2
    assert last.path.name == ours[-1]
    assert (folder / "sightline-notes.tar").exists()

    def spoil(path: Path) -> archive.Contents:
        flip_first_byte(path, DATABASE)
        return check_archive(path)

    monkeypatch.setattr(archive, "check_archive", spoil)
    with pytest.raises(StoreError, match="damaged at database"):
        save_whole(school.settings, clock, folder, keep=1)
    assert sorted(path.name for path in folder.glob("sightline-2*")) == ours


def test_one_cut_short_is_refused_and_changes_nothing(elsewhere: App, made: Path, clock: FakeClock) -> None:
    body = made.read_bytes()
    for share in (0.0, 0.001, 0.5, 0.95):
        made.write_bytes(body[: int(len(body) * share)])
        with pytest.raises(StoreError, match="backup"):
            restore_whole(elsewhere.settings, clock, made)
        assert not elsewhere.settings.data.exists(), share


def test_one_altered_byte_anywhere_in_a_file_is_named(made: Path) -> None:
    for name in (DATABASE, "files/recordings/own/main/CAM-01.mp4", "files/secret.key"):
        copy = made.with_name("altered.tar")
        shutil.copyfile(made, copy)
        flip_first_byte(copy, name)
        with pytest.raises(StoreError, match=f"damaged at {name}"):
            check_archive(copy)


def _entries() -> Iterator[tarfile.TarInfo]:
    for name in ("../outside", "files/../../outside", "/etc/passwd", "files/a\\b", "files/C:x", "other"):
        yield tarfile.TarInfo(name)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
        entry = tarfile.TarInfo("files/link").replace(linkname="/etc/passwd")
        entry.type = kind
        yield entry


def test_what_no_backup_holds_is_refused(elsewhere: App, made: Path, clock: FakeClock, tmp_path: Path) -> None:
    body = made.read_bytes()
    for entry in _entries():
        made.write_bytes(body)
        with tarfile.open(made, "a") as file:
            file.addfile(entry, io.BytesIO())
        with pytest.raises(StoreError, match="no backup has"):
            restore_whole(elsewhere.settings, clock, made)
        assert not elsewhere.settings.data.exists(), (entry.name, entry.type)
        assert not (tmp_path / "outside").exists(), entry.name


def test_one_of_a_newer_program_is_refused(made: Path) -> None:
    body = made.read_bytes()
    ours = b'{\n "schema_version": 1,\n "made"'
    assert body.count(ours) == 1
    made.write_bytes(body.replace(ours, ours.replace(b"1", b"9")))
    with pytest.raises(NewerSchemaError, match=CONTENTS):
        check_whole(made)


def test_a_training_record_that_does_not_hold_is_no_backup_to_rely_on(
    school: App, clock: FakeClock, tmp_path: Path
) -> None:
    heads = school.settings.data / "ledger-heads.txt"
    heads.write_text(f"3:{'0' * 64}\n")
    with pytest.raises(StoreError, match=r"does not hold from entry"):
        save_whole(school.settings, clock, tmp_path / "backups")
    assert not list((tmp_path / "backups").iterdir())


def test_it_does_not_back_up_into_what_it_backs_up(school: App, clock: FakeClock) -> None:
    with pytest.raises(StoreError, match="lies in the data folder"):
        save_whole(school.settings, clock, school.settings.data / "backups")


def test_a_database_that_a_server_has_open_is_not_replaced(
    school: App, made: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_copy, "BUSY_S", 0.2)
    before = read_tree(school.settings.data)
    with school.store.read(), pytest.raises(StoreError, match="is in use"):
        restore_whole(school.settings, clock, made)
    after = read_tree(school.settings.data)
    assert all(after[name] == body for name, body in before.items() if ".db" not in name)
    team.add_team(school, "Still works")


def test_a_sqlite_backup_goes_into_an_empty_postgresql_database_and_into_no_other(
    school: App, elsewhere: App, made: Path, clock: FakeClock, postgres_server: PostgresServer
) -> None:
    url = postgres_server.make_empty_database()
    settings = replace(elsewhere.settings, database_url=url)
    done = restore_whole(settings, clock, made)
    assert (done.left, done.copied > 0) == ("", True)
    names = []
    for app_url in (school.settings.database_url, url):
        store = open_store(app_url)
        with store.read() as work:
            names.append(sorted(person.name for person in work.people.list_all()))
        verdict = verify(store, with_rows=True)
        assert (verdict.broken, verdict.differences) == (None, ()), "rows are hashed alike on both"
        store.close()
    assert names[0] == names[1]
    assert (settings.data / "secret.key").is_file()
    before = read_tree(settings.data)
    with pytest.raises(StoreError, match="is not empty"):
        restore_whole(settings, clock, made)
    assert read_tree(settings.data) == before
