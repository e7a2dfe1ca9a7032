"""What somebody sends as a plan or a camera's picture: each odd file is refused in words, and good ones are used."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from sim.errors import RecordingError
from sim.footage.stills.uploaded import Kind, Uploaded, convert
from tests.support.turned_clips import turn_away, write_clip

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


def draw_view() -> np.ndarray:
    bgr = np.random.default_rng(3).integers(60, 90, (180, 320, 3), dtype=np.uint8)
    bgr[:90, :160] += 120
    return bgr


def test_a_clip_that_its_file_turns_and_a_photo_give_an_upright_view(tmp_path: Path) -> None:
    upright = draw_view()
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
