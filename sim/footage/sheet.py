"""A contact sheet: every camera at one busy moment, and four people close up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from sim.errors import RecordingError
from sim.footage.open import Recording, load_people, load_truth
from sim.footage.recording import GROUP_FRAMES
from sim.footage.still import load_still

CLOSE_UPS = 4
WIDTH_PX = 1920
GAP_PX = 16
CAPTION_PX = 34
_GROUND = (18, 20, 24)
_INK = (226, 229, 233)
_FAINT = (150, 156, 164)
_BLANK = (30, 33, 38)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUp:
    """A person to show large: where, when, and the box in pixels of the main stream."""

    camera_id: str
    frame: int
    person_id: str
    box_xyxy: tuple[float, float, float, float]


def choose_busy_frame(rows: pd.DataFrame, *, fps: float, frame_count: int) -> int:
    """Return the frame in the middle of the busiest second.

    A second's worth is the sum over cameras of the square root of the people well visible (0.5, 40 px high), so that
    people on every camera count for more than a crowd on one.
    """
    good = rows[(rows["visible"] >= 0.5) & (rows["y2"] - rows["y1"] >= 40)]
    per_second = round(fps)
    middles = good[good["frame"] % per_second == per_second // 2]
    if middles.empty:
        return frame_count // 2
    counts = middles.groupby(["frame", "camera_id"]).size().astype(float) ** 0.5
    worth = counts.groupby(level="frame").sum()
    return int(worth.index.to_numpy()[int(np.argmax(worth.to_numpy()))])


def choose_close_ups(
    rows: pd.DataFrame, *, picture_wh: dict[str, tuple[int, int]], count: int = CLOSE_UPS
) -> tuple[CloseUp, ...]:
    """Return people seen whole and large, everyone once, on as many cameras as there are; the largest first.

    They come towards the camera, so that faces show, and the frame is a key frame, the sharpest of its second. Whole
    means 98 % visible, away from the sides by 1 % of the picture, and clear of the text at its top and bottom.
    """
    width = rows["camera_id"].map({camera: wh[0] for camera, wh in picture_wh.items()}).astype(float)
    height = rows["camera_id"].map({camera: wh[1] for camera, wh in picture_wh.items()}).astype(float)
    inside = (rows["x1"] > 0.01 * width) & (rows["x2"] < 0.99 * width)
    inside &= (rows["y1"] > 0.08 * height) & (rows["y2"] < 0.92 * height)
    sharp = rows["frame"] % GROUP_FRAMES == 0
    whole = rows[inside & sharp & (rows["visible"] >= 0.98)].assign(share=(rows["y2"] - rows["y1"]) / height)
    later = rows[["camera_id", "person_id", "frame", "y2"]].assign(frame=rows["frame"] - GROUP_FRAMES)
    whole = whole.merge(later, on=["camera_id", "person_id", "frame"], suffixes=("", "_later"))
    whole = whole[whole["y2_later"] > whole["y2"] + 2]
    whole = whole.sort_values(["share", "camera_id", "person_id", "frame"], ascending=[False, True, True, True])
    largest = whole.drop_duplicates(["camera_id", "person_id"])
    chosen: list[pd.Series] = []
    for cameras_each in range(1, count + 1):
        for _, row in largest.iterrows():
            same_camera = sum(c["camera_id"] == row["camera_id"] for c in chosen)
            known = any(c["person_id"] == row["person_id"] for c in chosen)
            if len(chosen) < count and same_camera < cameras_each and not known:
                chosen.append(row)
    return tuple(
        CloseUp(
            camera_id=str(row["camera_id"]),
            frame=int(row["frame"]),
            person_id=str(row["person_id"]),
            box_xyxy=(float(row["x1"]), float(row["y1"]), float(row["x2"]), float(row["y2"])),
        )
        for row in chosen
    )


def draw_sheet(recording: Recording, *, at_s: float | None) -> Image.Image:
    """Return the contact sheet as a picture 1920 px wide; `at_s` None takes the busiest second.

    Raises:
        RecordingError: `at_s` lies outside the recording.
    """
    manifest = recording.manifest
    truth = load_truth(recording)
    if at_s is None:
        frame = choose_busy_frame(truth.rows, fps=manifest.fps, frame_count=manifest.frame_count)
    elif 0 <= at_s < manifest.duration_s:
        frame = int(at_s * manifest.fps + 0.5)
    else:
        raise RecordingError(f"second {at_s:g} is outside the recording", expected=f"0 to {manifest.duration_s:g}")
    close_ups = choose_close_ups(truth.rows, picture_wh={c.camera_id: c.size_wh for c in manifest.cameras})
    people_rows = load_people(recording)
    descriptors = dict(zip(people_rows["person_id"], people_rows["descriptor"], strict=True))
    title = f"{recording.site.name} · {manifest.title} · {_clock(recording, frame)}"
    cameras = [
        (load_still(recording, c.camera_id, min(frame, manifest.frame_count - 1)), f"{c.camera_id} · {c.name}")
        for c in manifest.cameras
    ]
    people = [
        (
            load_still(recording, c.camera_id, c.frame),
            c.box_xyxy,
            f"{c.camera_id} {_clock(recording, c.frame)}",
            descriptors.get(c.person_id, ""),
        )
        for c in close_ups
    ]
    return _compose(title, cameras, people)


def save_sheet(picture: Image.Image, path: Path) -> None:
    """Write the sheet as PNG with a palette-free, compact encoding, under a temporary name first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".tmp")
    try:
        picture.save(unfinished, "PNG", optimize=True)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _clock(recording: Recording, frame: int) -> str:
    moment = recording.manifest.start_time + timedelta(seconds=frame / recording.manifest.fps)
    return f"{moment.hour % 12 or 12}:{moment:%M:%S %p}"


def _compose(
    title: str,
    cameras: Sequence[tuple[np.ndarray, str]],
    people: Sequence[tuple[np.ndarray, tuple[float, float, float, float], str, str]],
) -> Image.Image:
    columns = 2 if len(cameras) <= 4 else 3 if len(cameras) <= 9 else 4
    tile_w = (WIDTH_PX - GAP_PX * (columns + 1)) // columns
    tile_h = tile_w * cameras[0][0].shape[0] // cameras[0][0].shape[1]
    person_w = (WIDTH_PX - GAP_PX * (CLOSE_UPS + 1)) // CLOSE_UPS
    person_h = person_w * 5 // 4
    rows = -(-len(cameras) // columns)
    top = 64
    height = top + rows * (tile_h + CAPTION_PX + GAP_PX) + person_h + 2 * CAPTION_PX + 2 * GAP_PX
    sheet = Image.new("RGB", (WIDTH_PX, height), _GROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP_PX, 18), title, font=ImageFont.load_default(size=28), fill=_INK)
    caption = ImageFont.load_default(size=18)
    for place, (rgb, text) in enumerate(cameras):
        row, column = divmod(place, columns)
        in_row = min(columns, len(cameras) - row * columns)
        indent = (columns - in_row) * (tile_w + GAP_PX) // 2
        x, y = GAP_PX + indent + column * (tile_w + GAP_PX), top + row * (tile_h + CAPTION_PX + GAP_PX)
        sheet.paste(Image.fromarray(rgb).resize((tile_w, tile_h), Image.Resampling.LANCZOS), (x, y))
        draw.text((x, y + tile_h + 6), text, font=caption, fill=_INK)
    y = top + rows * (tile_h + CAPTION_PX + GAP_PX)
    for place, (rgb, box, where, descriptor) in enumerate(people):
        x = GAP_PX + place * (person_w + GAP_PX)
        sheet.paste(_crop_person(rgb, box, (person_w, person_h)), (x, y))
        draw.text((x, y + person_h + 6), where, font=caption, fill=_INK)
        draw.text((x, y + person_h + 30), _shorten(descriptor, caption, person_w), font=caption, fill=_FAINT)
    return sheet


def _crop_person(rgb: np.ndarray, box: tuple[float, float, float, float], size_wh: tuple[int, int]) -> Image.Image:
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    height = max((box[3] - box[1]) * 1.2, (box[2] - box[0]) * 1.2 * size_wh[1] / size_wh[0])
    width = height * size_wh[0] / size_wh[1]
    left = min(max(0.0, middle_x - width / 2), max(0.0, rgb.shape[1] - width))
    upper = min(max(0.0, middle_y - height / 2), max(0.0, rgb.shape[0] - height))
    crop = Image.fromarray(rgb).crop((round(left), round(upper), round(left + width), round(upper + height)))
    ground = Image.new("RGB", size_wh, _BLANK)
    ground.paste(crop.resize(size_wh, Image.Resampling.LANCZOS))
    return ground


def _shorten(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width_px: int) -> str:
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(text + "…") > width_px:
        text = text[:-1]
    return text.rstrip(" ,") + "…"
