"""A contact sheet: every camera at one busy moment, and four people close up."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sim.errors import RecordingError
from sim.footage.checks.sheet_choice import CLOSE_UPS, Standpoint, choose_busy_frame, choose_close_ups
from sim.footage.recording.open import Recording, load_events, load_people, load_truth
from sim.footage.video.still import load_still

WIDTH_PX = 1920
GAP_PX = 16
CAPTION_PX = 34
LARGEST_SCALE = 2.0
_AROUND = 1.2
_SPOILING = ("dirty-lens", "glare", "low-light")
_GROUND = (18, 20, 24)
_INK = (226, 229, 233)
_FAINT = (150, 156, 164)
_BLANK = (30, 33, 38)


def draw_sheet(recording: Recording, *, at_s: float | None) -> Image.Image:
    """Return the contact sheet as a picture 1920 px wide; `at_s` None takes the busiest second."""
    manifest = recording.manifest
    truth = load_truth(recording)
    if at_s is None:
        frame = choose_busy_frame(truth.rows, fps=manifest.fps, frame_count=manifest.frame_count)
    elif 0 <= at_s < manifest.duration_s:
        frame = int(at_s * manifest.fps + 0.5)
    else:
        raise RecordingError(f"second {at_s:g} is outside the recording", expected=f"0 to {manifest.duration_s:g}")
    people_rows = load_people(recording)
    close_ups = choose_close_ups(
        truth.rows,
        people_rows,
        cameras=_list_standpoints(recording),
        fps=manifest.fps,
        spoilt=_list_spoilt(recording),
    )
    descriptors = dict(zip(people_rows["person_id"], people_rows["descriptor"], strict=True))
    title = f"{recording.site.name} · {manifest.title} · {_clock(recording, frame)}"
    cameras = [
        (load_still(recording, camera_id, min(frame, manifest.frame_count - 1)), caption)
        for camera_id, caption in write_captions(recording).items()
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


def _list_standpoints(recording: Recording) -> dict[str, Standpoint]:
    places = {c.camera_id: recording.site.get_camera(c.camera_id).position_m for c in recording.manifest.cameras}
    return {
        c.camera_id: Standpoint(size_wh=c.size_wh, at_xy_m=places[c.camera_id][:2]) for c in recording.manifest.cameras
    }


def _list_spoilt(recording: Recording) -> frozenset[str]:
    """Return the cameras whose pictures show people badly: at night, or with a fault that changes the picture."""
    night = {c.camera_id for c in recording.site.cameras if c.mode == "night"}
    events = load_events(recording)
    return frozenset(night | set(events.loc[events["kind"].isin(_SPOILING), "camera_id"]))


def write_captions(recording: Recording) -> dict[str, str]:
    """Return number and name of each camera, in the order of the wall; day or night too where there are both."""
    modes = {c.camera_id: recording.site.get_camera(c.camera_id).mode for c in recording.manifest.cameras}
    told = len(set(modes.values())) > 1
    return {
        c.camera_id: f"{c.camera_id} · {c.name}" + (f" · {modes[c.camera_id]}" if told else "")
        for c in recording.manifest.cameras
    }


def choose_columns(count: int) -> int:
    """Return how many pictures stand side by side: 4 for 16 and 32, else what leaves the fewest places empty."""
    for most, columns in ((1, 1), (4, 2), (9, 3), (16, 4)):
        if count <= most:
            return columns
    return min((4, 5, 6), key=lambda columns: (-count % columns, columns))


def _clock(recording: Recording, frame: int) -> str:
    moment = recording.manifest.start_time + timedelta(seconds=frame / recording.manifest.fps)
    return f"{moment.hour % 12 or 12}:{moment:%M:%S %p}"


def _compose(
    title: str,
    cameras: Sequence[tuple[np.ndarray, str]],
    people: Sequence[tuple[np.ndarray, tuple[float, float, float, float], str, str]],
) -> Image.Image:
    columns = choose_columns(len(cameras))
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
    """Return the person with some of the surroundings; more of them rather than more than twofold enlargement."""
    left, upper, width, height = find_crop(box, picture_wh=(rgb.shape[1], rgb.shape[0]), size_wh=size_wh)
    ground = Image.new("RGB", size_wh, _BLANK)
    crop = Image.fromarray(rgb).resize(size_wh, Image.Resampling.LANCZOS, (left, upper, left + width, upper + height))
    ground.paste(crop)
    return ground


def find_crop(
    box_xyxy: tuple[float, float, float, float], *, picture_wh: tuple[int, int], size_wh: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the part of a picture that shows a box at `size_wh`.

    It has the shape of `size_wh`, a fifth more than the box needs, is enlarged at most twofold, and lies inside.
    """
    shape = size_wh[0] / size_wh[1]
    wide, high = box_xyxy[2] - box_xyxy[0], box_xyxy[3] - box_xyxy[1]
    height = max(high * _AROUND, wide * _AROUND / shape, size_wh[1] / LARGEST_SCALE)
    height = min(height, picture_wh[1], picture_wh[0] / shape)
    width = height * shape
    left = min(max(0.0, (box_xyxy[0] + box_xyxy[2] - width) / 2), picture_wh[0] - width)
    upper = min(max(0.0, (box_xyxy[1] + box_xyxy[3] - height) / 2), picture_wh[1] - height)
    return left, upper, width, height


def _shorten(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width_px: int) -> str:
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(text + "…") > width_px:
        text = text[:-1]
    return text.rstrip(" ,") + "…"
