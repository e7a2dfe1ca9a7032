"""Things with words and drawings on them: room signs, notices, posters, banners, clock, crest."""

from functools import cache
from typing import assert_never

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from sim.site.model import Emblem
from tools.authoring.materials import Colour, as_bytes

Bytes3 = tuple[int, int, int]
Shape = tuple[tuple[float, float], ...]

LEAF_TOP: Shape = ((0, -1), (0.14, -0.62), (0.34, -0.72), (0.30, -0.28), (0.62, -0.52), (0.66, -0.30), (0.98, -0.22))
LEAF_HALF: Shape = (*LEAF_TOP, (0.78, 0.05), (0.86, 0.20), (0.36, 0.42), (0.42, 0.60), (0.06, 0.52), (0.06, 1.0))
PAD_HALF: Shape = ((0, -0.02), (0.30, 0.04), (0.56, 0.28), (0.68, 0.56), (0.58, 0.82), (0.32, 0.88), (0, 0.78))
TOES = ((0.24, -0.49, 0.17, 0.27), (0.66, -0.18, 0.15, 0.24))
"""Middle and half axes of the toes on the right; the fifth, short one is left out as in most emblems."""
CLAW = 0.2
HEAD_TOP: Shape = ((0, -0.46), (0.22, -0.52), (0.44, -1.0), (0.66, -0.34), (0.72, 0.02), (0.96, 0.34), (0.70, 0.36))
HEAD_HALF: Shape = (*HEAD_TOP, (0.80, 0.66), (0.50, 0.58), (0.30, 0.84), (0, 0.94))
EAR_HALF: Shape = ((0.32, -0.52), (0.44, -0.80), (0.55, -0.40))
EYE_HALF: Shape = ((0.14, 0.02), (0.40, -0.12), (0.46, -0.02), (0.24, 0.10))
NOSE_HALF: Shape = ((0, 0.60), (0.15, 0.40), (0, 0.38))
MOUTH_HALF: Shape = ((0, 0.58), (0.03, 0.58), (0.03, 0.70), (0.22, 0.76), (0.20, 0.82), (0, 0.74))


def draw_emblem(
    draw: ImageDraw.ImageDraw, emblem: Emblem, at: tuple[float, float], size: float, *, colour: Bytes3, ground: Bytes3
) -> None:
    """Draw an emblem about `at`, `size` pixels from its middle to its top; what is cut out of it shows `ground`."""
    match emblem:
        case "maple-leaf":
            _fill(draw, LEAF_HALF, at, size, colour)
        case "bear-paw":
            _draw_paw(draw, at, size, colour)
        case "lynx":
            _fill(draw, HEAD_HALF, at, size, colour)
            for part in (EAR_HALF, EYE_HALF):
                for side in (1, -1):
                    draw.polygon([_place((side * a, b), at, size) for a, b in part], fill=ground)
            for part in (NOSE_HALF, MOUTH_HALF):
                _fill(draw, part, at, size, ground)
        case _:
            assert_never(emblem)


def _draw_paw(draw: ImageDraw.ImageDraw, at: tuple[float, float], size: float, colour: Bytes3) -> None:
    _fill(draw, PAD_HALF, at, size, colour)
    for x, y, half_x, half_y in TOES:
        for side in (1, -1):
            box = [_place((side * x - half_x, y - half_y), at, size), _place((side * x + half_x, y + half_y), at, size)]
            draw.ellipse(box, fill=colour)
            top = y - half_y - 0.04
            claw = ((side * x - 0.06, top), (side * x + 0.06, top), (side * x * 1.06, top - CLAW))
            draw.polygon([_place(point, at, size) for point in claw], fill=colour)


def _fill(draw: ImageDraw.ImageDraw, half: Shape, at: tuple[float, float], size: float, colour: Bytes3) -> None:
    """Fill a shape whose right half goes from the top to the foot."""
    outline = [*half, *((-a, b) for a, b in reversed(half))]
    draw.polygon([_place(point, at, size) for point in outline], fill=colour)


def _place(point: tuple[float, float], at: tuple[float, float], size: float) -> tuple[float, float]:
    return at[0] + point[0] * size, at[1] + point[1] * size


ByteArray = NDArray[np.uint8]
PAPERS = ((242, 240, 232), (250, 224, 120), (150, 205, 235), (244, 160, 150), (170, 220, 160), (230, 190, 230))
CREST_GROUND = (232, 226, 208)
INKS = ((40, 60, 120), (150, 30, 40), (30, 110, 70), (200, 120, 20), (70, 40, 110))


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size_px)


def _finish(image: Image.Image) -> ByteArray:
    return np.asarray(image.convert("RGB"), dtype=np.uint8)


def _write(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], text: str, colour: tuple[int, int, int]
) -> None:
    x1, y1, x2, y2 = box
    lines = text.split("/")
    size = int((y2 - y1) / len(lines) * 0.86)
    while size > 6 and max(draw.textlength(line, font=_font(size)) for line in lines) > x2 - x1:
        size -= 2
    step = (y2 - y1) / len(lines)
    for number, line in enumerate(lines):
        center = ((x1 + x2) / 2, y1 + step * (number + 0.5))
        draw.text(center, line, fill=colour, font=_font(size), anchor="mm")


def draw_sign(text: str, colour: Colour, *, size_px: tuple[int, int] = (256, 192)) -> ByteArray:
    """Return a plate with white words on a colour; "/" begins a new line."""
    width, height = size_px
    image = Image.new("RGB", size_px, as_bytes(colour))
    draw = ImageDraw.Draw(image)
    draw.rectangle((3, 3, width - 4, height - 4), outline=(225, 225, 220), width=3)
    _write(draw, (width * 0.08, height * 0.1, width * 0.92, height * 0.9), text, (245, 245, 240))
    return _finish(image)


def draw_exit_sign() -> ByteArray:
    image = Image.new("RGB", (320, 160), (245, 244, 238))
    _write(ImageDraw.Draw(image), (20, 10, 300, 150), "EXIT", (205, 20, 25))
    return _finish(image)


def draw_notice_board(rng: np.random.Generator, title: str, colour: Colour, *, aspect: float) -> ByteArray:
    """Return a board of cloth in a colour with a scalloped border, a title and pinned papers."""
    height = 512
    width = int(height * aspect)
    image = Image.new("RGB", (width, height), as_bytes(colour))
    draw = ImageDraw.Draw(image)
    band = PAPERS[int(rng.integers(1, len(PAPERS)))]
    for x in range(0, width, 32):
        draw.ellipse((x, -16, x + 32, 16), fill=band)
        draw.ellipse((x, height - 16, x + 32, height + 16), fill=band)
    for y in range(0, height, 32):
        draw.ellipse((-16, y, 16, y + 32), fill=band)
        draw.ellipse((width - 16, y, width + 16, y + 32), fill=band)
    top = 30
    if title:
        draw.rectangle((width * 0.15, 26, width * 0.85, 104), fill=(248, 246, 238))
        _write(draw, (width * 0.17, 30, width * 0.83, 100), title, INKS[int(rng.integers(len(INKS)))])
        top = 118
    columns = max(2, int(width / 150))
    rows = max(1, (height - top) // 175)
    step_x, step_y = (width - 60) / columns, (height - top - 25) / rows
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.08:
                continue
            sheet = _draw_sheet(rng, int(step_x * rng.uniform(0.68, 0.86)), int(step_y * rng.uniform(0.78, 0.92)))
            turned = sheet.rotate(float(rng.uniform(-5, 5)), expand=True, resample=Image.Resampling.BICUBIC)
            left = 30 + column * step_x + (step_x - turned.width) / 2 + rng.uniform(-6, 6)
            upper = top + row * step_y + (step_y - turned.height) / 2
            shadow = Image.new("L", turned.size, 0)
            shadow.paste(90, mask=turned.getchannel("A"))
            image.paste((10, 10, 10), (int(left) + 4, int(upper) + 5), shadow)
            image.paste(turned, (int(left), int(upper)), turned)
            draw.ellipse(
                (left + turned.width / 2 - 5, upper + 6, left + turned.width / 2 + 5, upper + 16), fill=(200, 40, 40)
            )
    return _finish(image)


def _draw_sheet(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    sheet = Image.new(
        "RGBA", (width, height), (*PAPERS[int(rng.choice(6, p=[0.4, 0.16, 0.12, 0.12, 0.12, 0.08]))], 255)
    )
    draw = ImageDraw.Draw(sheet)
    ink = INKS[int(rng.integers(len(INKS)))]
    kind = int(rng.integers(4))
    if kind == 0:
        draw.rectangle((8, 8, width - 8, height * 0.22), fill=ink)
    if kind == 1:
        draw.ellipse((width * 0.2, height * 0.12, width * 0.8, height * 0.5), fill=ink)
    if kind == 2:
        draw.rectangle((width * 0.12, height * 0.1, width * 0.88, height * 0.55), fill=PAPERS[int(rng.integers(6))])
        draw.polygon(
            [(width * 0.15, height * 0.53), (width * 0.5, height * 0.2), (width * 0.85, height * 0.53)], fill=ink
        )
    start = height * (0.28 if kind == 0 else 0.62)
    for y in np.arange(start, height - 12, 11):
        draw.line((10, y, 10 + (width - 20) * rng.uniform(0.5, 1.0), y), fill=(70, 70, 75), width=3)
    return sheet


def draw_poster(rng: np.random.Generator, text: str, colour: Colour) -> ByteArray:
    """Return a poster: a field of colour with simple shapes and large words."""
    width, height = 384, 512
    image = Image.new("RGB", (width, height), as_bytes(colour))
    draw = ImageDraw.Draw(image)
    for _ in range(5):
        x, y, r = rng.uniform(0, width), rng.uniform(120, height), rng.uniform(30, 110)
        tone = PAPERS[int(rng.integers(len(PAPERS)))]
        if rng.random() < 0.5:
            draw.ellipse((x - r, y - r, x + r, y + r), fill=tone)
        else:
            draw.polygon([(x - r, y + r), (x, y - r), (x + r, y + r)], fill=tone)
    draw.rectangle((0, 0, width, 150), fill=(245, 243, 236))
    _write(draw, (16, 10, width - 16, 142), text, INKS[int(rng.integers(len(INKS)))])
    draw.rectangle((0, height - 54, width, height), fill=INKS[int(rng.integers(len(INKS)))])
    draw.rectangle((0, 0, width - 1, height - 1), outline=(230, 230, 225), width=6)
    return _finish(image)


def draw_banner(text: str, colour: Colour, *, size_px: tuple[int, int]) -> ByteArray:
    """Return a cloth banner with a gold edge and words; "/" begins a new line."""
    width, height = size_px
    image = Image.new("RGB", size_px, as_bytes(colour))
    draw = ImageDraw.Draw(image)
    draw.rectangle((8, 8, width - 9, height - 9), outline=(226, 184, 66), width=7)
    _write(draw, (width * 0.08, height * 0.12, width * 0.92, height * 0.88), text, (250, 246, 230))
    return _finish(image)


def draw_pennant(colour: Colour, second: Colour, text: str, *, emblem: Emblem) -> ByteArray:
    """Return a tall hanging banner with a chevron foot and the school's emblem."""
    width, height = 256, 640
    image = Image.new("RGB", (width, height), as_bytes(colour))
    draw = ImageDraw.Draw(image)
    light = as_bytes(second)
    draw.rectangle((0, 0, width, 40), fill=light)
    draw.polygon(
        [(0, height), (0, height - 150), (width / 2, height - 60), (width, height - 150), (width, height)], fill=light
    )
    draw_emblem(draw, emblem, (width / 2, 210), 88, colour=light, ground=as_bytes(colour))
    _write(draw, (14, 330, width - 14, 470), text, (250, 246, 230))
    return _finish(image)


def draw_crest(text: str, *, colour: Colour, emblem: Emblem) -> ByteArray:
    """Return the school's round crest; its corners are cut off when it is laid."""
    size = 768
    image = Image.new("RGB", (size, size), as_bytes((0.50, 0.47, 0.41)))
    draw = ImageDraw.Draw(image)
    draw.ellipse((6, 6, size - 6, size - 6), fill=as_bytes(colour))
    draw.ellipse((26, 26, size - 26, size - 26), outline=(222, 178, 60), width=10)
    draw.ellipse((150, 150, size - 150, size - 150), fill=CREST_GROUND, outline=(222, 178, 60), width=10)
    draw_emblem(draw, emblem, (size / 2, size / 2), 190, colour=(170, 62, 22), ground=CREST_GROUND)
    _write_round(image, text, size / 2, size / 2 - 92)
    return _finish(image)


def _write_round(image: Image.Image, text: str, center: float, radius: float) -> None:
    step = 2 * np.pi / max(len(text) + 1, 24)
    for number, letter in enumerate(text):
        angle = (number - (len(text) - 1) / 2) * step
        glyph = Image.new("L", (100, 100), 0)
        ImageDraw.Draw(glyph).text((50, 50), letter, fill=255, font=_font(62), anchor="mm")
        turned = glyph.rotate(-float(np.rad2deg(angle)), resample=Image.Resampling.BICUBIC)
        x, y = center + radius * np.sin(angle), center - radius * np.cos(angle)
        image.paste((245, 238, 215), (int(x) - 50, int(y) - 50), turned)


def draw_clock(hour: float) -> ByteArray:
    size = 256
    image = Image.new("RGB", (size, size), (240, 240, 236))
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, size - 4, size - 4), outline=(25, 25, 28), width=12)
    for mark in range(12):
        angle = mark * np.pi / 6
        s, c = np.sin(angle), -np.cos(angle)
        draw.line((128 + 92 * s, 128 + 92 * c, 128 + 108 * s, 128 + 108 * c), fill=(20, 20, 20), width=7)
    for turns, length, width in ((hour / 12, 58, 12), (hour % 1, 88, 8)):
        s, c = np.sin(turns * 2 * np.pi), -np.cos(turns * 2 * np.pi)
        draw.line((128, 128, 128 + length * s, 128 + length * c), fill=(15, 15, 15), width=width)
    return _finish(image)


def draw_mat(text: str) -> ByteArray:
    image = Image.new("RGB", (1024, 420), (44, 46, 52))
    draw = ImageDraw.Draw(image)
    draw.rectangle((22, 22, 1001, 397), outline=(150, 118, 46), width=10)
    _write(draw, (150, 120, 874, 300), text, (176, 150, 92))
    noise = np.random.default_rng(3).normal(0, 9, (420, 1024, 1))
    return np.asarray(np.clip(_finish(image) + noise, 0, 255), dtype=np.uint8)


def draw_blinds() -> ByteArray:
    """Return a window with half-drawn blinds and a lit room behind."""
    rows = np.arange(256)
    shade = np.where((rows % 12) < 9, 205, 120)[:, None, None] * np.array([1.0, 0.98, 0.92])
    image = np.broadcast_to(shade, (256, 384, 3)).copy()
    image[150:] = np.array([74, 78, 80])
    cv2.rectangle(image, (40, 190), (150, 256), (48, 42, 38), -1)
    cv2.rectangle(image, (210, 170), (290, 256), (110, 96, 78), -1)
    return np.asarray(image, dtype=np.uint8)


def draw_mural(rng: np.random.Generator, text: str) -> ByteArray:
    """Return a wall painting: hills under a wide sky, a ridge of maples, words across."""
    width, height = 1536, 480
    y = np.linspace(0, 1, height)[:, None, None]
    sky = (1 - y) * np.array([120, 175, 215]) + y * np.array([250, 222, 170])
    image = Image.fromarray(np.broadcast_to(sky, (height, width, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    x = np.arange(width)
    for level, colour in ((0.50, (96, 128, 140)), (0.62, (76, 118, 92)), (0.78, (52, 92, 56))):
        ridge = height * (level + 0.07 * np.sin(x / 170 + level * 9) + 0.03 * np.sin(x / 61 + level * 30))
        draw.polygon([(0, height), *zip(x.tolist(), ridge.tolist(), strict=True), (width, height)], fill=colour)
    for _ in range(46):
        px, py, size = rng.uniform(0, width), rng.uniform(height * 0.72, height * 0.95), rng.uniform(22, 50)
        tone = ((190, 70, 30), (214, 120, 36), (170, 44, 34), (222, 164, 52))[int(rng.integers(4))]
        draw.rectangle((px - 4, py, px + 4, py + size), fill=(70, 48, 34))
        draw.ellipse((px - size * 0.7, py - size * 1.2, px + size * 0.7, py + size * 0.3), fill=tone)
    _write(draw, (width * 0.08, height * 0.06, width * 0.92, height * 0.36), text, (250, 248, 238))
    return _finish(image)
