"""Boxes of the walker that another tool drew: MOTChallenge text and CVAT's XML for videos, as keyframes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element, ParseError, fromstring

from sim.clips.model import FPS, Box, Clip, Keyframe, Sight
from sim.errors import TruthError

MOST_BYTES = 20_000_000
KEYFRAME_S = 0.5
_MOT_COLUMNS = 6


class TrackFormat(StrEnum):
    """What another tool wrote."""

    MOT = "mot"
    CVAT = "cvat"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """One box as it was drawn: frame from 0 of the clip as it was sent, x1 y1 x2 y2 in pixels of it."""

    frame: int
    sight: Sight
    box_px: tuple[float, float, float, float]


def read_tracks(text: bytes, *, kind: TrackFormat, clip: Clip, track: str | None = None) -> tuple[Keyframe, ...]:
    """Return keyframes, at least one each half second, of one track of a file that was drawn on a clip.

    Frame numbers and pixels are those of the clip as it was sent. `track` is the id of the walker's; it may be left out
    where the file has one.
    """
    if len(text) > MOST_BYTES:
        raise TruthError("this file of tracks is too large", expected=f"at most {MOST_BYTES // 1_000_000} MB")
    spots = (_read_mot if kind is TrackFormat.MOT else _read_cvat)(text)
    if track is None and len(spots) == 1:
        track = next(iter(spots))
    if track is None or track not in spots:
        raise TruthError(
            f"the file has {len(spots)} tracks" if track is None else f"the file has no track {track}",
            expected=f"one of {', '.join(sorted(spots)[:20])}" if spots else "at least one track of a person",
            todo="choose the track of the walker",
        )
    keyframes = tuple(_thin(sorted(spots[track], key=lambda spot: spot.frame), clip))
    if not any(each.box for each in keyframes):
        raise TruthError(
            f"no box of the track {track} lies inside {clip.file_name}",
            expected=f"pixels of {clip.size_wh[0]} x {clip.size_wh[1]} and frames of {clip.duration_s:.0f} seconds",
            todo="export the track of this clip",
        )
    return keyframes


def _read_mot(text: bytes) -> dict[str, list[_Spot]]:
    found: dict[str, list[_Spot]] = {}
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise TruthError("this is no text file", expected="lines of MOTChallenge") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = line.replace(";", ",").split(",")
        try:
            frame, (left, top, width, height) = int(float(cells[0])), (float(cell) for cell in cells[2:_MOT_COLUMNS])
            who = str(int(float(cells[1])))
        except (ValueError, IndexError, OverflowError) as error:
            raise TruthError(
                f"line {number} is no line of MOTChallenge", expected="frame, id, left, top, width, height, ..."
            ) from error
        spot = _Spot(frame=frame - 1, sight=Sight.SEEN, box_px=(left, top, left + width, top + height))
        found.setdefault(who, []).append(spot)
    return found


def _read_cvat(text: bytes) -> dict[str, list[_Spot]]:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise TruthError("this XML has declarations of its own", expected="a file as CVAT exports it")
    try:
        root = fromstring(text)
        return {
            str(track.get("id", place)): [_read_box(box) for box in track.iter("box")]
            for place, track in enumerate(root.iter("track"))
        }
    except (ParseError, ValueError, KeyError) as error:
        raise TruthError(
            f"this is no export of CVAT for videos: {error}", todo="export as CVAT for video 1.1"
        ) from error


def _read_box(box: Element) -> _Spot:
    sight = Sight.OUT if box.attrib.get("outside") == "1" else Sight.SEEN
    sight = Sight.HIDDEN if sight is Sight.SEEN and box.attrib.get("occluded") == "1" else sight
    x1, y1, x2, y2 = (float(box.attrib[name]) for name in ("xtl", "ytl", "xbr", "ybr"))
    return _Spot(frame=int(box.attrib["frame"]), sight=sight, box_px=(x1, y1, x2, y2))


def _thin(spots: Sequence[_Spot], clip: Clip) -> Iterable[Keyframe]:
    """Yield a keyframe where something begins or ends, and each half second between."""
    last: _Spot | None = None
    kept_s = -KEYFRAME_S
    for place, spot in enumerate(spots):
        clip_s = spot.frame / clip.pictures_s
        following = spots[place + 1] if place + 1 < len(spots) else None
        is_end = following is None or following.sight is not spot.sight
        is_begin = last is None or last.sight is not spot.sight
        gap_s = 0.0 if following is None else (following.frame - spot.frame) / clip.pictures_s
        last = spot
        if not 0 <= clip_s < clip.duration_s:
            continue
        if is_begin or is_end or gap_s > KEYFRAME_S or clip_s - kept_s >= KEYFRAME_S - 1e-6:
            keyframe = _make_keyframe(spot, clip, clip_s)
            if keyframe is not None:
                kept_s = clip_s
                yield keyframe
        left_s = clip_s + 1 / FPS
        if spot.sight is Sight.SEEN and (following is None or gap_s > 2.0) and left_s < clip.duration_s:
            yield Keyframe(clip_id=clip.clip_id, clip_s=left_s, sight=Sight.OUT)


def _make_keyframe(spot: _Spot, clip: Clip, clip_s: float) -> Keyframe | None:
    if spot.sight is not Sight.SEEN:
        return Keyframe(clip_id=clip.clip_id, clip_s=clip_s, sight=spot.sight)
    sizes, bars = (*clip.size_wh, *clip.size_wh), (*clip.bars, *clip.bars)
    x1, y1, x2, y2 = (
        bar + min(max(value / size, 0.0), 1.0) * (1 - 2 * bar)
        for value, size, bar in zip(spot.box_px, sizes, bars, strict=True)
    )
    if not (x1 < x2 and y1 < y2):
        return None
    return Keyframe(clip_id=clip.clip_id, clip_s=clip_s, sight=Sight.SEEN, box=Box(x1=x1, y1=y1, x2=x2, y2=y2))
