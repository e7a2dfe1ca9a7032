"""A trainer marks the walker: where somebody crosses, hidden, out, by keys and by a finger, or from a file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.settings import DETECTOR_VARIABLE
from sim.app.wiring import App
from sim.clips.model import BlurMode, Rights, Sight
from sim.features.own_clips import annotating
from sim.features.own_clips.clip_jobs import get_people_path
from sim.features.own_clips.folder import change_track, get_folder, load_walk, make_walk, read_track
from sim.features.own_clips.importing import add_clip
from tests.support.barriers import list_barriers
from tests.support.server_process import ServerProcess, open_data
from tests.support.staged_clips import CLIPS, align_now, cut_clip, wait_imported
from tests.support.walk_page import SLOW_MS, WalkPage

SECONDS = 5.0
MOT = b"".join(b"%d,%d,%d,100,40,120,1,1,1\n" % (n, who, 100 * who + n) for who in (1, 2) for n in range(1, 22))


@pytest.fixture(scope="module")
def clip_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, App, str]]:
    folder = tmp_path_factory.mktemp("walk")
    with ServerProcess(folder / "data", settings={DETECTOR_VARIABLE: "off"}) as running:
        app = open_data(folder / "data")
        rights = Rights(may_use=True, everyone_agreed=True)
        walk_id = make_walk(app, "To the gym", rights=rights, blur=BlurMode.MOVING, by="")
        clip = cut_clip(folder / CLIPS[1].name, CLIPS[1], seconds=SECONDS)
        add_clip(app, walk_id, clip, file_name=clip.name, camera="Lobby")
        wait_imported(app, walk_id)
        frames = np.repeat(np.arange(0, 50, 2), 2)
        boxes = np.array([place_box(frame, number) for number, frame in enumerate(frames)])
        np.savez(
            get_people_path(get_folder(app, walk_id), "clip-01"),
            frames=frames.astype(np.int32),
            boxes=boxes.astype(np.float32),
            scores=np.full(len(frames), 0.8, dtype=np.float32),
        )
        align_now(app, walk_id)
        yield running, app, walk_id
        app.close()


def place_box(frame: int, number: int) -> tuple[float, float, float, float]:
    middle = 0.2 + 0.01 * frame if number % 2 == 0 else 0.6 - 0.01 * frame
    return middle - 0.03, 0.3, middle + 0.03, 0.7


@pytest.fixture
def walk(clip_server: tuple[ServerProcess, App, str]) -> str:
    server, app, walk_id = clip_server
    folder = get_folder(app, walk_id)
    track = read_track(folder)
    change_track(folder, base=track.revision, drop=[(key.clip_id, key.clip_s) for key in track.keyframes])
    return f"{server.url}/our-clips?walk={walk_id}&view=walker"


@pytest.fixture
def services(clip_server: tuple[ServerProcess, App, str]) -> App:
    return clip_server[1]


def open_walk(page: Page, address: str) -> WalkPage:
    page.goto(address)
    walk = WalkPage(page)
    walk.wait_footage()
    return walk


def test_where_two_cross_the_trainer_is_asked_and_hidden_and_out_are_kept(page: Page, walk: str) -> None:
    shown = open_walk(page, walk)
    shown.go_to(5)
    shown.drag((0.22, 0.3), (0.28, 0.7))
    page.keyboard.press("Enter")
    expect(shown.root).to_have_attribute("data-frame", "18")
    expect(shown.part("said")).to_contain_text("Someone crosses here. Which one is the walker?")
    expect(page.locator(".walk-choice")).to_have_count(2)
    assert list_barriers(page) == []
    page.keyboard.press("2")
    assert shown.read_box() == pytest.approx(place_box(18, 1), abs=0.01)
    shown.click_picture((0.36, 0.5))
    page.keyboard.press("1")
    assert shown.read_box() == pytest.approx(place_box(18, 0), abs=0.01)
    page.keyboard.press("Enter")
    expect(shown.root).to_have_attribute("data-frame", "33")
    expect(shown.part("said")).to_contain_text("Someone crosses here")
    expect(page.locator(".walk-choice")).to_have_count(2)
    shown.go_to(20)
    page.keyboard.press("h")
    expect(page.locator(".strip-mark[data-sight=hidden]")).to_have_count(1)
    expect(shown.root).to_have_attribute("data-frame", "35")
    shown.wait_footage()
    shown.go_to(26)
    shown.drag((0.43, 0.3), (0.49, 0.7))
    page.keyboard.press("Enter")
    expect(shown.root).to_have_attribute("data-frame", "41")
    expect(shown.part("said")).to_contain_text("Proposed: accept it, or move it.")
    assert shown.read_box() == pytest.approx(place_box(41, 0), abs=0.02)
    page.keyboard.press("Enter")
    expect(page.locator(".strip-mark")).to_have_count(5)
    shown.wait_footage()
    page.keyboard.press("o")
    expect(page.locator(".strip-mark[data-sight=out]")).to_have_count(1)
    expect(page.locator(".strip-mark")).to_have_count(6)
    assert shown.read_sights() == [(5, "seen"), (18, "seen"), (20, "hidden"), (26, "seen"), (41, "seen"), (49, "out")]
    shown.go_to(20)
    expect(shown.part("said")).to_have_text("Marked as hidden.")
    page.keyboard.press("Delete")
    expect(page.locator(".strip-mark")).to_have_count(5)


def test_a_box_is_drawn_and_moved_by_keys_alone(page: Page, walk: str, services: App) -> None:
    shown = open_walk(page, walk)
    shown.go_to(12)
    page.keyboard.press("f")
    first = shown.read_box()
    assert (first[0] + first[2]) / 2 == pytest.approx(0.5, abs=0.01)
    for key in ("Shift+ArrowLeft", "Shift+ArrowLeft", "ArrowLeft", "Shift+ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    moved = shown.read_box()
    assert (moved[0] - first[0], moved[1] - first[1]) == pytest.approx((-0.044, 0.016), abs=0.001)
    for _ in range(3):
        page.keyboard.press("]")
    larger = shown.read_box()
    assert larger[2] - larger[0] == pytest.approx((moved[2] - moved[0]) * 1.06**3, abs=0.002)
    page.keyboard.press("[")
    assert shown.read_box()[2] < larger[2]
    page.keyboard.press("Escape")
    expect(page.locator(".walk-box")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(shown.part("said")).to_contain_text("Draw a box around the walker first")
    page.keyboard.press("f")
    last = shown.read_box()
    page.keyboard.press("Enter")
    expect(page.locator(".strip-mark")).to_have_count(1)
    (key,) = annotating.get_track(services, walk_of(walk)).keyframes
    assert key.frame == 12
    assert key.box == pytest.approx(last, abs=0.002)


def test_a_box_that_was_not_saved_stays_where_it_was_drawn(page: Page, walk: str, services: App) -> None:
    shown = open_walk(page, walk)
    shown.go_to(12)
    shown.drag((0.3, 0.3), (0.4, 0.7))
    drawn = shown.read_box()
    base = annotating.get_track(services, walk_of(walk)).revision
    annotating.set_keyframe(services, walk_of(walk), camera_id="CAM-01", frame=30, sight=Sight.OUT, box=None, base=base)
    page.keyboard.press("Enter")
    expect(shown.part("said")).to_contain_text("changed in another window")
    expect(shown.root).to_have_attribute("data-frame", "12")
    assert shown.read_box() == pytest.approx(drawn, abs=0.001)
    page.keyboard.press("Enter")
    expect(page.locator(".strip-mark")).to_have_count(2)
    assert [key.frame for key in annotating.get_track(services, walk_of(walk)).keyframes] == [12, 30]


def walk_of(address: str) -> str:
    return address.partition("walk=")[2].partition("&")[0]


def test_a_box_is_drawn_moved_and_resized_by_a_finger(phone_context: BrowserContext, walk: str, services: App) -> None:
    page = phone_context.new_page()
    shown = open_walk(page, walk)
    shown.part("frameForward").tap()
    expect(shown.root).to_have_attribute("data-frame", "1")
    shown.finger_drag((0.3, 0.2), (0.5, 0.8))
    assert shown.read_box() == pytest.approx((0.3, 0.2, 0.5, 0.8), abs=0.02)
    at = page.evaluate("window.scrollY")
    shown.finger_drag((0.4, 0.5), (0.6, 0.45))
    assert shown.read_box() == pytest.approx((0.5, 0.15, 0.7, 0.75), abs=0.02)
    shown.finger_drag((0.5, 0.15), (0.45, 0.25))
    assert shown.read_box() == pytest.approx((0.45, 0.25, 0.7, 0.75), abs=0.02)
    assert page.evaluate("window.scrollY") == at
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("[data-step=accept]").tap()
    expect(page.locator(".strip-mark")).to_have_count(1)
    (key,) = annotating.get_track(services, walk_of(walk)).keyframes
    assert (key.frame, key.sight.value) == (1, "seen")
    page.locator("[data-step=undo]").tap()
    expect(page.locator(".strip-mark")).to_have_count(0)
    assert list_barriers(page) == []


def test_marks_come_from_a_file_of_another_tool(page: Page, walk: str, tmp_path: Path) -> None:
    shown = open_walk(page, walk)
    shown.go_to(30)
    shown.drag((0.22, 0.3), (0.28, 0.7))
    page.keyboard.press("Enter")
    expect(page.locator(".strip-mark")).to_have_count(1)
    page.get_by_text("Take marks from a file").click()
    (tmp_path / "walker.txt").write_bytes(MOT)
    page.locator("[data-testid=stFileUploader] input").set_input_files(tmp_path / "walker.txt")
    take = page.get_by_role("button", name="Take these marks")
    take.click()
    expect(page.get_by_text("the file has 2 tracks", exact=False)).to_be_visible(timeout=SLOW_MS)
    page.get_by_label("Number or label of the walker in the file").fill("2")
    take.click()
    expect(page.get_by_text("The marks were taken.")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".strip-mark")).to_have_count(6, timeout=SLOW_MS)
    assert [sight for _, sight in shown.read_sights()] == ["seen"] * 5 + ["out"]
    assert list_barriers(page) == []
    shown.wait_footage()
    shown.root.focus()
    page.keyboard.press("z")
    expect(page.locator(".strip-mark")).to_have_count(1)


def test_a_photo_of_the_walker_is_shown_by_choice(page: Page, walk: str, services: App, tmp_path: Path) -> None:
    page.goto(walk.replace("view=walker", "view=drill"))
    page.get_by_text("Photo of the walker (optional)").first.click()
    sent = page.locator("[data-testid=stFileUploader] input")
    (tmp_path / "words.png").write_text("no photo")
    sent.set_input_files(tmp_path / "words.png")
    page.get_by_role("button", name="Use this photo").click()
    refused = page.get_by_text("no photo that can be read", exact=False)
    expect(refused).to_be_visible(timeout=SLOW_MS)
    Image.new("RGB", (600, 800), "teal").save(tmp_path / "walker.png")
    sent.set_input_files(tmp_path / "walker.png")
    expect(page.get_by_text("walker.png")).to_be_visible(timeout=SLOW_MS)
    expect(refused).to_have_count(0, timeout=SLOW_MS)
    page.get_by_role("button", name="Use this photo").click()
    expect(page.get_by_text("A photo is stored.")).to_be_visible(timeout=SLOW_MS)
    assert load_walk(services, walk_of(walk)).has_photo
    assert list_barriers(page) == []
    page.get_by_role("button", name="Remove the photo").click()
    expect(page.get_by_text("A photo is stored.")).to_have_count(0, timeout=SLOW_MS)
    assert not load_walk(services, walk_of(walk)).has_photo
