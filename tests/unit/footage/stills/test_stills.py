import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image
from shapely.geometry import Polygon

from sim.app.settings import PROJECT
from sim.errors import RecordingError
from sim.footage.paint.camera_effects import DAY, choose_optics
from sim.footage.paint.plate import FAR_M, read_plate_files
from sim.footage.stills import person_detector
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.footage.stills.plate_files import compute_empty_picture
from sim.footage.stills.uploaded import Kind, Uploaded, convert
from sim.footage.video.still import decode_frame
from sim.site.coverage import Block
from sim.site.model import SITE_SCHEMA, CameraSpec, Floor, Furnishing, Opening, Site, Space, WalkNode, load_site
from tests.support.dismissal_clip import FPS, HALL, LOBBY, PLATES, find_busy_frame, find_clip, find_empty_frame
from tests.support.turned_clips import turn_away, write_clip
from tools.bench.site import SITES, compare_depths

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
)


def make_picture(size_wh: tuple[int, int], *, mode: str = "RGB") -> bytes:
    width, height = size_wh
    pixels = (np.arange(height * width).reshape(height, width) % 251).astype(np.uint8)
    return save(Image.fromarray(pixels if mode == "L" else np.dstack([pixels, 0 * pixels, 255 - pixels])))


def save(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def make_pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(612, 792)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., Uploaded]:
    def take(data: bytes, kind: Kind = Kind.PLAN, page: int = 0) -> Uploaded:
        source = tmp_path / "sent.png"
        source.write_bytes(data)
        return convert(source, tmp_path / "made.webp", kind=kind, page=page)

    return take


def test_a_wide_still_keeps_its_shape_a_narrow_one_gets_bars(send: Callable[..., Uploaded], tmp_path: Path) -> None:
    assert send(make_picture((1280, 720)), Kind.STILL).bars == (0.0, 0.0)
    tall = send(make_picture((768, 576)), Kind.STILL)
    assert tall.size_wh == (1024, 576)
    assert tall.bars == pytest.approx((0.125, 0.0))
    with Image.open(tmp_path / "made.webp") as made:
        assert made.size == (1024, 576)
        assert np.asarray(made)[:, :100].max() < 12
    portrait = send(make_picture((720, 1280)), Kind.STILL)
    assert portrait.size_wh[0] / portrait.size_wh[1] == pytest.approx(16 / 9, abs=0.01)


def test_black_pictures_and_those_without_colors_are_noted_and_the_round_one_of_a_fisheye_refused(
    send: Callable[..., Uploaded],
) -> None:
    assert "almost one color" in send(save(Image.new("RGB", (640, 360))), Kind.STILL).notes[0]
    assert "no colors" in send(make_picture((640, 360), mode="L"), Kind.STILL).notes[0]
    rows, columns = np.mgrid[0:360, 0:640]
    inside = np.hypot(rows - 180, columns - 320) < 178
    pixels = np.where(inside, 90 + (rows + columns) % 80, 0).astype(np.uint8)
    data = save(Image.fromarray(np.dstack([pixels] * 3)))
    with pytest.raises(RecordingError, match="round picture of a fisheye"):
        send(data, Kind.STILL)
    assert send(data, Kind.PLAN).size_wh == (640, 360)


def test_a_page_of_a_pdf_is_a_plan_a_locked_one_and_a_picture_too_large_to_decode_are_refused(
    send: Callable[..., Uploaded],
) -> None:
    assert send(make_pdf(1)).size_wh[1] > 2000
    assert send(make_pdf(3), page=2).pages == 3
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(io.BytesIO(make_pdf(1)))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    with pytest.raises(RecordingError, match="locked with a password"):
        send(file.getvalue())
    with pytest.raises(RecordingError, match=r"20000 x 20000 pixels|too many pixels"):
        send(save(Image.new("1", (20_000, 20_000))))


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (make_pdf(300), Kind.PLAN, "300 pages"),
        (make_pdf(3), Kind.PLAN, "Enter the page"),
        (make_pdf(1), Kind.STILL, "This is a PDF"),
        (b"%PDF-1.7 nothing", Kind.PLAN, "PDF is damaged"),
        (SVG, Kind.PLAN, "SVG drawing or a web page"),
        (b"<html><body>plan</body></html>", Kind.STILL, "web page"),
        (make_picture((64, 40)), Kind.STILL, "at least"),
        (make_picture((640, 360))[:900], Kind.STILL, "damaged or cut short"),
        (b"words, no picture", Kind.STILL, "neither a picture nor a clip"),
        (b"words, no picture", Kind.PLAN, "no picture and no PDF"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    send: Callable[..., Uploaded], tmp_path: Path, data: bytes, kind: Kind, words: str
) -> None:
    with pytest.raises(RecordingError, match=words):
        send(data, kind)
    assert not (tmp_path / "made.webp").exists()


def test_a_clip_that_its_file_turns_and_a_photo_give_an_upright_view(tmp_path: Path) -> None:
    upright = np.random.default_rng(3).integers(60, 90, (180, 320, 3), dtype=np.uint8)
    upright[:90, :160] += 120
    stored = turn_away(upright, degrees=90, is_mirrored=True)
    clip = write_clip(tmp_path / "phone.mov", [stored] * 20, degrees=90, is_mirrored=True)
    photo, orientation = tmp_path / "phone.jpg", Image.Exif()
    orientation[0x0112] = 6
    on_side = turn_away(upright, degrees=-90, is_mirrored=False)
    Image.fromarray(on_side[..., ::-1]).save(photo, exif=orientation, quality=95)
    for sent in (clip, photo):
        made = convert(sent, tmp_path / "made.webp", kind=Kind.STILL)
        assert (made.size_wh, made.bars) == ((320, 180), (0.0, 0.0))
        with Image.open(tmp_path / "made.webp") as opened:
            gray = np.asarray(opened.convert("L"), dtype=float)
        assert gray[20:70, 20:140].mean() > gray[110:160, 20:300].mean() + 80


SIZE_WH = (160, 90)
MIDDLE = (45, 80)
CAMERA = CameraSpec(
    camera_id="CAM-01", name="Hall", floor="1", position_m=(1, 3, 2.5), yaw_deg=0, pitch_deg=0, hfov_deg=90
)


def make_hall(*, furnishings: tuple[Furnishing, ...] = (), doors: tuple[Opening, ...] = ()) -> Site:
    return Site(
        schema_version=SITE_SCHEMA,
        site_id="hall",
        name="Hall",
        notice="fictional",
        floors=(Floor(floor_id="1", name="First", elevation_m=0, height_m=3),),
        spaces=(
            Space(zone_id="hall", name="Hall", kind="hall", floor="1", polygon=((0, 0), (12, 0), (12, 6), (0, 6))),
        ),
        openings=doors,
        furnishings=furnishings,
        walk_nodes=(WalkNode(node_id="a", floor="1", at=(2, 3)),),
        walk_edges=(),
        cameras=(CAMERA,),
    )


def compute(site: Site, *, pitch_deg: float = 0.0, drawn: tuple[Block, ...] = ()) -> np.ndarray:
    camera = CAMERA.model_copy(update={"pitch_deg": pitch_deg})
    return compute_plan_depth(site, camera, size_wh=SIZE_WH, drawn=drawn)


def test_walls_floor_and_ceiling_are_where_geometry_says() -> None:
    depth_m = compute(make_hall())
    assert depth_m[MIDDLE] == pytest.approx(12 - 0.1 - 1, abs=0.01)
    # half a pixel above the lower edge: 2.5 m down at a slope of (1 - 1/90) * 9 / 16
    assert depth_m[-1, 80] == pytest.approx(2.5 / ((1 - 1 / 90) * 9 / 16), rel=0.01)
    assert depth_m[0, 80] == pytest.approx(0.5 / ((1 - 1 / 90) * 9 / 16), rel=0.01)
    # a side wall's face is 2.9 m away
    assert depth_m[45, 0] == pytest.approx(2.9 / (1 - 1 / 160), rel=0.01)


def test_a_cupboard_hides_the_wall_and_a_table_only_its_top() -> None:
    cupboard = Furnishing(kind="lockers", floor="1", at=(8, 3), facing_deg=180, size_m=(2, 1, 2.9))
    assert compute(make_hall(furnishings=(cupboard,)))[MIDDLE] == pytest.approx(6.0, abs=0.01)
    table = Furnishing(kind="table", floor="1", at=(6, 3), facing_deg=180, size_m=(3, 2, 0.75))
    below = compute(make_hall(furnishings=(table,)), pitch_deg=-25)
    bare = compute(make_hall(), pitch_deg=-25)
    on_top = below < bare - 0.05
    assert 0.02 < on_top.mean() < 0.2
    poster = Furnishing(kind="poster", floor="1", at=(11.9, 3), facing_deg=180, size_m=(2, 0.03, 2.5))
    assert np.array_equal(compute(make_hall(furnishings=(poster,))), compute(make_hall()))


def test_a_closed_door_and_what_is_drawn_end_a_line_of_sight_and_an_open_door_shows_a_room() -> None:
    door = Opening(
        door_id="d", name="Room 1", floor="1", at=(12, 3), facing_deg=180, width_m=2, height_m=2.9, kind="classroom"
    )
    opened = compute(make_hall(doors=(door,)))
    closed = compute(make_hall(doors=(door.model_copy(update={"leaf": "closed"}),)))
    assert opened[MIDDLE] == pytest.approx(11 + 2.4, abs=0.05)
    assert closed[MIDDLE] == pytest.approx(11.05, abs=0.02)
    post = Block(outline=Polygon([(5, 2.9), (5.2, 2.9), (5.2, 3.1), (5, 3.1)]), low_m=0.0, high_m=3.0)
    assert compute(make_hall(), drawn=(post,))[MIDDLE] == pytest.approx(4.0, abs=0.01)


def test_outdoors_there_is_nothing_above_the_horizon() -> None:
    site = make_hall()
    yard = site.model_copy(update={"spaces": (site.spaces[0].model_copy(update={"kind": "outdoor"}),)})
    depth_m = compute_plan_depth(yard, CAMERA, size_wh=SIZE_WH)
    assert (depth_m[:44] == FAR_M).all()


@pytest.mark.parametrize("name", ["birch-elementary", "maple-ridge"])
def test_little_that_hides_people_is_missing_in_shipped_schools(name: str) -> None:
    folder: Path = SITES / name
    site = load_site(folder)
    shares = list(compare_depths(site.keep_cameras([c.camera_id for c in site.cameras[2:5]]), folder))
    assert len(shares) == 3
    assert max(each.missing for each in shares) < 0.08
    assert max(each.extra for each in shares) < 0.04


def test_a_model_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no network")
    (tmp_path / "broken.onnx.xz").write_bytes(b"not compressed")
    for name in ("broken.onnx", "none.onnx", "broken.onnx.xz"):
        with pytest.raises(RecordingError, match=name):
            person_detector.PersonDetector(tmp_path / name)


def make_scene(*, blur_px: float, noise: float) -> np.ndarray:
    dice = np.random.default_rng(5)
    scene = np.full((720, 1280), 110, dtype=np.float32)
    for left in range(20, 1240, 60):
        scene[60:660, left : left + 30] = dice.uniform(30, 220)
    soft = cv2.GaussianBlur(scene, (0, 0), blur_px) if blur_px else scene
    return soft + dice.normal(0, noise, soft.shape).astype(np.float32)


def test_noise_is_what_was_added_and_blur_what_was_done() -> None:
    for noise in (1.0, 3.0, 6.0):
        assert person_detector.measure_noise(make_scene(blur_px=0.8, noise=noise)) == pytest.approx(noise, rel=0.2)
    for blur_px in (0.8, 1.2, 1.8):
        assert person_detector.measure_blur_px(make_scene(blur_px=blur_px, noise=1.0), noise=1.0) == pytest.approx(
            blur_px, rel=0.3
        )


def test_a_look_takes_the_place_of_the_usual_and_dims_no_corner_twice(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    Image.fromarray(np.clip(make_scene(blur_px=1.0, noise=4.0), 0, 255).astype(np.uint8)).save(path)
    camera = load_site(PROJECT / "scenarios" / "sites" / "birch-elementary").cameras[1]
    assert choose_optics(camera) == DAY
    optics = choose_optics(camera.model_copy(update={"look": person_detector.measure_look(path)}))
    assert (optics.noise, optics.vignette) == (pytest.approx(4.0, rel=0.25), 0.0)
    path.write_bytes(b"no picture")
    with pytest.raises(RecordingError):
        person_detector.measure_look(path)


CLIP = find_clip(HALL)


@pytest.fixture(scope="module")
def detector() -> person_detector.PersonDetector:
    """Looks once at each picture, however often it is asked about."""
    whole = person_detector.PersonDetector()
    look = cache(lambda data, shape, how: whole.find(np.frombuffer(data, dtype=np.uint8).reshape(shape), **dict(how)))
    find = lambda bgr, **how: look(bgr.tobytes(), bgr.shape, tuple(how.items()))  # noqa: E731
    return SimpleNamespace(find=find)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def busy() -> person_detector.Bgr:
    return np.ascontiguousarray(decode_frame(CLIP, frame=find_busy_frame(HALL), fps=FPS)[..., ::-1])


@pytest.fixture(scope="module")
def empty() -> person_detector.Bgr:
    return np.ascontiguousarray(decode_frame(CLIP, frame=find_empty_frame(HALL), fps=FPS)[..., ::-1])


@pytest.fixture(scope="module")
def boxes(busy: person_detector.Bgr, detector: person_detector.PersonDetector) -> tuple[person_detector.Box, ...]:
    return person_detector.find_people(busy, detector)


def measure_off(bgr: person_detector.Bgr, other: person_detector.Bgr, box: person_detector.Box) -> float:
    height, width = bgr.shape[:2]
    place = slice(int(box[1] * height), int(box[3] * height)), slice(int(box[0] * width), int(box[2] * width))
    return float((np.abs(bgr[place].astype(np.int16) - other[place]).max(axis=2) > 40).mean())


def test_people_are_found_and_an_empty_hall_has_none(
    detector: person_detector.PersonDetector, boxes: tuple[person_detector.Box, ...]
) -> None:
    assert len(boxes) >= 3
    assert all(0 <= left < right <= 1 and 0 <= top < bottom <= 1 for left, top, right, bottom in boxes)
    plate, _ = read_plate_files(PLATES, HALL)
    assert person_detector.find_people(np.ascontiguousarray(plate), detector) == ()


def test_painted_out_people_are_found_no_more(
    detector: person_detector.PersonDetector,
    busy: person_detector.Bgr,
    empty: person_detector.Bgr,
    boxes: tuple[person_detector.Box, ...],
) -> None:
    painted = person_detector.paint_out(busy, boxes)
    assert len(person_detector.find_people(painted, detector)) < len(boxes) / 2
    before, after = ([measure_off(each, empty, box) for box in boxes] for each in (busy, painted))
    assert np.mean(after) < 0.8 * np.mean(before)
    assert all(now < was for now, was in zip(after, before, strict=True) if was > 0.35), "where somebody stands out"
    assert np.array_equal(painted[:20], busy[:20]), "what is far from a box stays as it is"
    assert np.array_equal(person_detector.paint_out(busy, ()), busy)
    assert person_detector.paint_out(busy, ((0.0, 0.0, 1.0, 1.0), (0.2, 0.2, 0.2, 0.2))).shape == busy.shape


def test_who_stands_still_is_replaced_by_what_other_pictures_show(
    detector: person_detector.PersonDetector,
    busy: person_detector.Bgr,
    empty: person_detector.Bgr,
    boxes: tuple[person_detector.Box, ...],
) -> None:
    mended, left = person_detector.take_from_others(busy, [busy] * 4 + [empty] * 3, boxes, detector)
    assert left == ()
    assert all(measure_off(mended, empty, box) < 0.02 for box in boxes)
    kept, stay = person_detector.take_from_others(busy, [busy] * 4 + [empty] * 2, boxes, detector)
    assert stay == boxes
    assert np.array_equal(kept, busy)


@pytest.mark.slow
def test_what_is_sent_comes_with_the_people_in_it(tmp_path: Path, busy: person_detector.Bgr) -> None:
    person_detector.write_picture(tmp_path / "busy.webp", busy)
    still = convert(tmp_path / "busy.webp", tmp_path / "made.webp", kind=Kind.STILL)
    assert len(still.people) >= 3
    clip = convert(CLIP, tmp_path / "clip.webp", kind=Kind.STILL)
    assert clip.people == ()
    assert person_detector.read_picture(tmp_path / "clip.webp").shape == busy.shape
    assert convert(tmp_path / "busy.webp", tmp_path / "plan.webp", kind=Kind.PLAN).people == ()


LOBBY_CLIP = find_clip(LOBBY)
OFF = 28
TEXT_ROWS = 40


def compute_wrong(bgr: np.ndarray) -> float:
    plate, _ = read_plate_files(PLATES, LOBBY)
    fits = [np.polyfit(plate[::7, ::7, k].ravel(), bgr[::7, ::7, k].ravel(), 1) for k in range(3)]
    same = np.stack([np.polyval(fit, plate[..., k]) for k, fit in enumerate(fits)], axis=2)
    soft = [cv2.GaussianBlur(each.astype(np.float32), (0, 0), 2) for each in (bgr, same)]
    off = np.abs(soft[0] - soft[1]).max(axis=2)[TEXT_ROWS:-TEXT_ROWS]
    return float((off > OFF).mean())


def test_people_who_walk_by_are_gone() -> None:
    empty = compute_empty_picture(LOBBY_CLIP, most=31)
    busiest = max(
        compute_wrong(decode_frame(LOBBY_CLIP, frame=frame, fps=FPS)[..., ::-1]) for frame in range(100, 1700, 200)
    )
    left = compute_wrong(empty.bgr)
    assert empty.pictures == 31
    assert busiest > 0.005
    assert left < 0.3 * busiest
    assert left < 0.004
    assert empty.changing.mean() < 0.01


def test_a_file_that_is_no_clip_or_has_too_few_pictures_is_refused(tmp_path: Path) -> None:
    whole = LOBBY_CLIP.read_bytes()
    for name, data in (("empty.mp4", b""), ("text.mp4", b"hello " * 400), ("cut.mp4", whole[: len(whole) // 3])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(RecordingError, match=name):
            compute_empty_picture(tmp_path / name)
    with pytest.raises(RecordingError, match="cannot be read"):
        compute_empty_picture(tmp_path / "none.mp4")
    with pytest.raises(RecordingError, match="has 5 pictures"):
        compute_empty_picture(LOBBY_CLIP, most=5)
