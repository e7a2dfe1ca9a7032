"""The page of a training and its sign-in, as a trainer and someone with a phone meet them."""

from datetime import UTC, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from sim.db.ledger import Subjects
from sim.db.sessions import TrainingState
from sim.errors import SimError
from sim.features.operations.database_copy import save_backup
from sim.features.record.exports import Format, write_export, write_person_export
from sim.features.record.view import get_team_view
from sim.features.training.events import add_sheet, cancel_training, enter_training, list_trainings, load_sheet
from sim.features.training.sign_in import make_sign_in_code, open_sign_in, tick_off
from sim.features.training.view import ATTENDANCE, write_came
from sim.footage.machine import UPLOAD, WALL_S, delete_left_uploads
from sim.ledger.verify import verify
from sim.program.session_day import CAME, Attendance
from sim.rules.viewer import NOBODY
from sim.text.times import write_date_and_time, write_time_of_day
from sim.ui.page.page_state import find_zone
from tests.app.conftest import RunPage, read_plain
from tests.support.shown_texts import read_file
from tests.unit.features.training.conftest import BEGINS, TRAINING_KINDS, Class, group, make_plan

__all__ = ["group"]


def find(boxes: Any, key: str) -> Any:
    return next(box for box in boxes if box.key.startswith(key))


def count_entries(group: Class) -> int:
    with group.app.store.read() as work:
        return len(work.ledger.list_of(Subjects(team_id=group.team_id), kinds=TRAINING_KINDS))


def test_a_training_is_entered_on_its_page(group: Class, run_page: RunPage) -> None:
    page = run_page("training", team=group.team_id)
    key = f"{group.team_id}-None-None"
    before = count_entries(group)
    page.button(key="enter-training").click().run()
    assert "Enter a title" in read_plain(page)
    assert count_entries(group) == before, "nothing empty is recorded"
    page.text_input(key=f"title-{key}").set_value("Second <b>training</b>")
    page.text_area(key=f"links-{key}").set_value("no link at all")
    page.button(key="enter-training").click().run()
    assert "Enter a link that begins with" in read_plain(page)
    assert page.text_input(key=f"title-{key}").value == "Second <b>training</b>", "what was typed stays"
    page.text_area(key=f"links-{key}").set_value("https://drive.example.org/a")
    page.button(key="enter-training").click().run()
    made = next(each for each in list_trainings(group.app, group.team_id) if each.training_id != group.training_id)
    assert (made.title, made.minutes, len(made.attendees)) == ("Second <b>training</b>", 60, 3)
    assert page.query_params["training"] in (made.training_id, [made.training_id])
    assert "Second <b>training</b>" not in "".join(element.proto.body for element in page.get("html"))


def test_where_the_browser_tells_no_time_zone_it_is_the_servers(
    group: Class, run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    page = run_page("training", training=group.training_id)
    assert write_date_and_time(BEGINS, ZoneInfo("Asia/Kathmandu")) in read_plain(page)
    assert "Asia/Kathmandu" in read_file(write_person_export(group.app, group.people["Ana"], zone=find_zone()))


def test_the_trainer_marks_who_came_closes_and_corrects(group: Class, run_page: RunPage) -> None:
    group.go_to(BEGINS)
    page = run_page("training", training=group.training_id)
    assert "Not closed yet" in read_plain(page)
    key = f"{group.training_id}-0"
    page.button_group(f"tick-who-{key}").set_value([group.people["Ana"], group.people["Ben"]])
    tick_off(group.app, group.training_id, [group.people["Ana"]])
    page.button(key=f"tick-go-{key}").click().run()
    assert len(group.training.list_who(*CAME)) == 2, "someone who signed in meanwhile wipes nothing that was picked"
    group.go_to(BEGINS + timedelta(minutes=90))
    page.number_input(key=f"held-minutes-{group.training.number}").set_value(85)
    page.button(key="close-go").click().run()
    assert (group.training.state, group.training.minutes) == (TrainingState.HELD, 85)
    shown = read_plain(page)
    assert "85 min, entered by someone not signed in" in shown
    assert "Absent: Cy Park." in shown
    page.selectbox(key="correct-who").set_value(group.people["Cy"])
    page.selectbox(key="correct-to").set_value(Attendance.PRESENT)
    page.button(key="correct-go").click().run()
    assert "Enter a reason" in read_plain(page)
    find(page.text_input, "correct-why").set_value("came in late")
    page.button(key="correct-go").click().run()
    assert "came in late" in read_plain(page)
    page.text_input(key=f"place-{group.training_id}-{group.training.number}").set_value("Gym")
    page.button(key="change-go").click().run()
    assert (group.training.place, group.training.minutes) == ("Gym", 85), "another place leaves the minutes"
    offer = run_page("training", team=group.team_id, **{"for": group.training_id})
    assert offer.text_input(key=f"title-{group.team_id}-None-{group.training_id}").value == group.training.title


def test_more_minutes_than_have_passed_are_asked_about_and_certified(group: Class, run_page: RunPage) -> None:
    group.go_to(BEGINS + timedelta(minutes=28))
    tick_off(group.app, group.training_id, [group.people["Ana"]])
    page = run_page("training", training=group.training_id)
    field = f"held-minutes-{group.training.number}"
    page.number_input(key=field).set_value(28).run()
    assert "since the training began" not in read_plain(page)
    page.number_input(key=field).set_value(480).run()
    assert "480 minutes are more than the 28 since the training began" in read_plain(page)
    page.button(key="close-go").click().run()
    assert "480 minutes are more than the 28" in " ".join(each.value for each in page.error)
    assert group.training.state is not TrainingState.HELD
    page.text_input(key="longer-why").set_value("the first part was on Friday")
    page.button(key="close-go").click().run()
    assert (group.training.state, group.training.minutes) == (TrainingState.HELD, 480)
    said = "entered by someone not signed in (closed 28 min after it began: the first part was on Friday)"
    assert f"480 min, {said}" in read_plain(page)
    body = write_person_export(group.app, group.people["Ana"], kind=Format.CERTIFICATES_PDF)
    paper = read_file(body)
    assert f"480 minutes, {said}" in paper


def test_who_was_marked_by_mistake_keeps_no_training_from_being_canceled(group: Class, run_page: RunPage) -> None:
    group.go_to(BEGINS)
    tick_off(group.app, group.training_id, [group.people["Ana"]])
    page = run_page("training", training=group.training_id)
    assert "To cancel the training, correct their attendance first." in read_plain(page)
    page.selectbox(key="correct-who").set_value(group.people["Ana"])
    page.selectbox(key="correct-to").set_value(Attendance.INVITED)
    find(page.text_input, "correct-why").set_value("pressed the wrong name")
    page.button(key="correct-go").click().run()
    assert "To cancel the training, correct their attendance first." not in read_plain(page)
    page.text_input(key="cancel-why").set_value("snow day")
    page.button(key="cancel-go").click().run()
    assert group.training.state is TrainingState.CANCELED
    assert "Correct someone's attendance, or their minutes" not in [each.label for each in page.expander]


def test_another_day_is_offered_again_after_the_first_one_was_canceled(
    group: Class, run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    group.go_to(BEGINS)
    page = run_page("training", training=group.training_id)
    page.selectbox(key="correct-to").set_value(Attendance.INVITED)
    tick_off(group.app, group.training_id, [group.people["Ana"]])
    group.go_to(BEGINS + timedelta(minutes=90))
    page.run().button(key="close-go").click().run()
    assert group.training.state is TrainingState.HELD
    assert ATTENDANCE[Attendance.INVITED] not in page.selectbox(key="correct-to").options
    another = make_plan(group.team_id, begins_at=BEGINS + timedelta(days=7), makes_up=group.training_id)
    later = enter_training(group.app, another, person_ids=[group.people["Cy"]])
    assert any("Another day was offered" in each for each in list_links(page.run()))
    cancel_training(group.app, later, reason="snow day")
    assert "Offer another day to those who were absent" in list_links(page.run())
    monkeypatch.setattr("sim.features.training.page_one.get_viewer", lambda: NOBODY)
    assert "Offer another day to those who were absent" not in list_links(page.run())


def test_late_left_early_and_entered_minutes_are_told_apart_and_certified(group: Class, run_page: RunPage) -> None:
    def sign_in_as(name: str) -> AppTest:
        phone = run_page("training-sign-in", t=make_sign_in_code(group.app, group.training).token)
        phone.button_group("name").set_value(group.people[name]).run()
        return phone.button(key="take").click().run()

    group.go_to(BEGINS - timedelta(minutes=5))
    open_sign_in(group.app, group.training_id)
    early = sign_in_as("Ana").button(key="sign-out").click().run()
    assert "has not begun yet" in " ".join(each.value for each in early.error)
    group.go_to(BEGINS + timedelta(minutes=22))
    late = sign_in_as("Ben").button(key="sign-out").click().run()
    assert "Signed out at" in read_plain(late), "pressed too early"
    late.button(key="sign-out").click().run()
    assert "Signed out at" not in read_plain(late)
    group.go_to(BEGINS + timedelta(minutes=70))
    late.button(key="sign-out").click().run()
    page = run_page("training", training=group.training_id)
    page.selectbox(key="correct-who").set_value(group.people["Cy"])
    find(page.number_input, "correct-minutes").set_value(480)
    find(page.text_input, "correct-why").set_value("left for a parent")
    page.button(key="correct-go").click().run()
    assert "1 to 70, the training so far" in " ".join(each.value for each in page.error)
    find(page.number_input, "correct-minutes").set_value(40)
    page.button(key="correct-go").click().run()
    assert group.training.find(group.people["Cy"]).attendance is Attendance.PRESENT
    group.go_to(BEGINS + timedelta(minutes=90))
    page = run_page("training", training=group.training_id).button(key="close-go").click().run()
    begins = BEGINS.astimezone(find_zone())
    signed = [write_time_of_day(begins + timedelta(minutes=each)) for each in (22, 70)]
    told = f"48 of 90 min, measured: signed in {signed[0]}, signed out {signed[1]}"
    assert told in read_plain(page) and "40 of 90 min, entered by" in read_plain(page)
    assert "3 of 3, 2 of them partly" in read_plain(page)
    assert "there for at least 72 of 90 minutes (80% of its length)" in read_plain(page)
    key = f"least-{group.training_id}-{group.training.number}"
    page.number_input(key=key).set_value(91)
    page.button(key="change-go").click().run()
    assert "at most the training's 90 minutes" in " ".join(each.value for each in page.error)
    for name in ("Ben", "Cy"):
        paper = write_person_export(group.app, group.people[name], kind=Format.CERTIFICATES_PDF)
        assert "No certificate has been earned yet" in read_file(paper), "who was there for less attended partly"
    assert ", partly" in get_team_view(group.app, group.team_id, zone=UTC).people[1].trained
    page.number_input(key=key).set_value(40)
    page.button(key="change-go").click().run()
    assert "partly" not in write_came(group.training), "40 minutes are enough now"
    papers = {
        name: read_file(write_person_export(group.app, group.people[name], kind=Format.CERTIFICATES_PDF))
        for name in ("Ana", "Ben", "Cy")
    }
    assert "whole training; not signed in, chose the name" in papers["Ana"]
    assert "48 of 90 min, measured: signed in" in papers["Ben"]
    assert "40 of 90 min, entered by someone not signed in" in papers["Cy"]
    assert "Attended means there for at least 40 of 90 minutes" in papers["Cy"]
    assert "sign-out" not in [each.key for each in late.run().button], "closed is closed"


def make_photo(kind: str = "JPEG", size_wh: tuple[int, int] = (900, 1200), **more: object) -> bytes:
    picture, packed, exif = Image.new("RGB", size_wh, (240, 240, 235)), BytesIO(), Image.Exif()
    exif[0x010E] = "Room 7"
    picture.save(packed, format=kind, exif=exif, **more)
    return packed.getvalue()


def test_a_photo_of_the_signed_paper_is_made_anew_named_everywhere_and_taken_away(
    group: Class, run_page: RunPage, tmp_path: Path
) -> None:
    page, key = run_page("training", training=group.training_id), f"sheet-{group.training_id}-0"
    page.file_uploader(key=key).upload("sheet <b>.jpg", make_photo(), "image/jpeg").run()
    page.button(key="sheet-go").click().run()
    (sheet,) = group.training.sheets
    picture = load_sheet(group.app, sheet.sheet_id)
    assert picture is not None and sha256(picture).hexdigest() == sheet.sha256 and b"Room 7" not in picture
    told = f"sheet <b>.jpg ({sheet.size:,} bytes, SHA-256 {sheet.sha256})"
    assert told in read_plain(page) and len(page.get("image")) == 1
    assert sheet.sha256 in read_file(write_export(group.app, group.team_id, Format.PDF)).replace(" ", "")
    copy = tmp_path / "copy.db"
    save_backup(group.app.settings.database_url, copy)
    assert picture[:200] in copy.read_bytes(), "the backup has it"
    page.text_input(key="sheet-why").set_value("the paper of another day")
    page.button(key="sheet-remove-go").click().run()
    assert load_sheet(group.app, sheet.sheet_id) is None
    assert "the paper of another day" in read_plain(page) and not page.get("image")
    copy.unlink()
    save_backup(group.app.settings.database_url, copy)
    assert picture[:200] not in copy.read_bytes(), "what was taken away is gone from the file too"
    assert not verify(group.app.store).differences


FRAMES = [Image.new("RGB", (900, 1200), color) for color in ("white", "black")]


NO_PHOTOS = {
    "50 MB. Send one of at most 15 MB": b"\xff" * 50_000_000,
    "a PDF, whatever its name says": b"%PDF-1.7 and so on",
    "moves": make_photo("PNG", save_all=True, append_images=FRAMES),
    "damaged or cut short": make_photo(size_wh=(2000, 2000))[:6000],
    "SVG drawing or a web page": b"<svg onload=alert(1)>",
    "no photo": b"no picture",
}


def test_what_is_no_photo_of_a_paper_is_refused_in_words(group: Class) -> None:
    for said, sent in NO_PHOTOS.items():
        with pytest.raises(SimError, match=said):
            add_sheet(group.app, group.training_id, "sheet.jpg", sent)
        assert not group.training.sheets
        assert not list(group.app.settings.data.glob(f"{UPLOAD}*")), "nothing of it stays"


def test_a_picture_whose_server_was_killed_while_it_was_read_does_not_stay(tmp_path: Path) -> None:
    left = tmp_path / f"{UPLOAD}x"
    left.mkdir()
    (left / "sent").write_bytes(b"names and signatures")
    delete_left_uploads(tmp_path, now_s=left.stat().st_mtime + WALL_S)
    assert left.exists(), "another server may be reading it"
    delete_left_uploads(tmp_path, now_s=left.stat().st_mtime + WALL_S + 1)
    assert not left.exists()


def list_links(page: AppTest) -> list[str]:
    return [each.proto.label for each in page.get("page_link")]
