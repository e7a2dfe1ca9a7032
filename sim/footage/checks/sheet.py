"""A contact sheet: every camera at one busy moment, and four people close up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from sim.errors import RecordingError
from sim.footage.recording.open import Recording, load_events, load_people, load_truth
from sim.footage.video.still import load_still

CLOSE_UPS = 4
_STEP_FRAMES = 10
"""Every so many frames are looked at, and how far ahead for the way that somebody goes."""
_TRAITS = ("role", "top_kind", "top_colour", "bottom_kind", "bottom_colour", "hair_colour", "bag_kind")
_WHOLE = 0.98
_LEAST_SPEED_M_S = 0.4
_FACING = float(np.cos(np.deg2rad(28)))
_LARGEST_SHARE = 0.8
_SAME_CAMERA = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUp:
    """A person to show large: where, when, and the box in pixels of the main stream."""

    camera_id: str
    frame: int
    person_id: str
    box_xyxy: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """A camera as close-ups need it: its picture, pixels, and where it hangs in plan, meters."""

    size_wh: tuple[int, int]
    at_xy_m: tuple[float, float]


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
    rows: pd.DataFrame,
    people: pd.DataFrame,
    *,
    cameras: Mapping[str, Standpoint],
    fps: float,
    spoilt: Collection[str] = (),
    count: int = CLOSE_UPS,
) -> tuple[CloseUp, ...]:
    """Return people seen whole and large, everyone once: first the largest, then those who differ most from the chosen.

    Whole means 98 % visible, away from the sides by 1 % of the picture, and clear of the text at its top and bottom.
    They walk within 28 degrees of towards the camera, so that faces show, and the frame is a key frame. What counts
    for the others is size (up to 0.8 of the picture's height) times the share of traits (role, clothes, hair, bag) in
    which they differ from each one chosen; less on a camera that has one already.
    """
    able = rows[rows["camera_id"].isin(list(cameras))]
    best = _list_candidates(able[~able["camera_id"].isin(list(spoilt))], cameras, fps=fps)
    if best.empty:
        best = _list_candidates(able, cameras, fps=fps)
    looks = {row["person_id"]: [row[trait] for trait in _TRAITS] for row in people.to_dict("records")}
    chosen: list[int] = []
    while len(chosen) < count and len(chosen) < best["person_id"].nunique():
        worth = np.array([_rate(best, place, chosen, looks) for place in range(len(best))])
        chosen.append(int(np.argmax(worth)))
    return tuple(
        CloseUp(
            camera_id=str(row["camera_id"]),
            frame=int(row["frame"]),
            person_id=str(row["person_id"]),
            box_xyxy=(float(row["x1"]), float(row["y1"]), float(row["x2"]), float(row["y2"])),
        )
        for row in (best.iloc[place] for place in chosen)
    )


def _list_candidates(rows: pd.DataFrame, cameras: Mapping[str, Standpoint], *, fps: float) -> pd.DataFrame:
    """Return each person's best row on each camera, with `share` of the picture's height."""
    facts = {camera_id: (*stand.size_wh, *stand.at_xy_m) for camera_id, stand in cameras.items()}
    framed = rows.assign(
        **{
            name: rows["camera_id"].map({camera_id: fact[place] for camera_id, fact in facts.items()}).astype(float)
            for place, name in enumerate(("width", "height", "camera_x", "camera_y"))
        }
    )
    inside = (framed["x1"] > 0.01 * framed["width"]) & (framed["x2"] < 0.99 * framed["width"])
    inside &= (framed["y1"] > 0.08 * framed["height"]) & (framed["y2"] < 0.92 * framed["height"])
    whole = framed[inside & (framed["frame"] % _STEP_FRAMES == 0) & (framed["visible"] >= _WHOLE)]
    later = rows[["camera_id", "person_id", "frame", "floor_x_m", "floor_y_m"]]
    later = later.assign(frame=rows["frame"] - _STEP_FRAMES)
    walked = whole.merge(later, on=["camera_id", "person_id", "frame"], suffixes=("", "_later"))
    step = walked[["floor_x_m_later", "floor_y_m_later"]].to_numpy() - walked[["floor_x_m", "floor_y_m"]].to_numpy()
    ahead = walked[["camera_x", "camera_y"]].to_numpy() - walked[["floor_x_m", "floor_y_m"]].to_numpy()
    length = np.linalg.norm(step, axis=1)
    towards = (step * ahead).sum(axis=1) >= _FACING * length * np.linalg.norm(ahead, axis=1)
    moving = length >= _LEAST_SPEED_M_S * _STEP_FRAMES / fps
    share = ((walked["y2"] - walked["y1"]) / walked["height"]).clip(upper=_LARGEST_SHARE)
    facing: pd.DataFrame = walked.assign(share=share).loc[towards & moving]
    order = ["share", "camera_id", "person_id", "frame"]
    ranked = facing.sort_values(order, ascending=[False, True, True, True])
    largest: pd.DataFrame = ranked.drop_duplicates(["camera_id", "person_id"]).reset_index(drop=True)
    return largest


def _rate(best: pd.DataFrame, place: int, chosen: Sequence[int], looks: Mapping[str, list[object]]) -> float:
    row = best.iloc[place]
    mine = looks.get(str(row["person_id"]), [])
    worth = float(row["share"])
    for other in (best.iloc[number] for number in chosen):
        if other["person_id"] == row["person_id"]:
            return -1.0
        theirs = looks.get(str(other["person_id"]), [])
        worth *= sum(a != b for a, b in zip(mine, theirs, strict=False)) / len(_TRAITS)
        if other["camera_id"] == row["camera_id"]:
            worth *= _SAME_CAMERA
    return worth


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
    night = {c.camera_id for c in recording.site.cameras if c.mode == "night"}
    events = load_events(recording)
    places = {c.camera_id: recording.site.get_camera(c.camera_id).position_m for c in recording.manifest.cameras}
    close_ups = choose_close_ups(
        truth.rows,
        people_rows,
        cameras={
            c.camera_id: Standpoint(size_wh=c.size_wh, at_xy_m=places[c.camera_id][:2])
            for c in recording.manifest.cameras
        },
        fps=manifest.fps,
        spoilt=frozenset(night | set(events.loc[events["kind"].isin(_SPOILING), "camera_id"])),
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
    """Write the sheet as PNG, or as WebP where the name ends so, under a temporary name first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".tmp")
    try:
        picture.save(unfinished, "WEBP" if path.suffix == ".webp" else "PNG", optimize=True, quality=85)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


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
