"""Clips put on one clock: by what the clocks in their pictures say, and by moments that two clips share.

A clock in a picture is a camera's own, and cameras differ by minutes or an hour. One camera's is taken as right; how
far the others are off follows from moments that two clips show. A reading is an interval, since a clock of whole
seconds says nothing about tenths: a rate other than 1 is found only where no rate of 1 fits between the readings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.clips.model import FPS, Clip, ClockNotes, Reading, Walk
from sim.errors import RecordingError

FloatArray = NDArray[np.float64]

FRAME_S = 1 / FPS
EVENT_DOUBT_S = 0.05
FILE_DOUBT_S = 30.0
"""How well the time in a file is known: many recorders write the end, or when it was exported."""
FASTEST, SLOWEST = 1.1, 0.9
STRAY_S = 1.0
"""A reading or a shared moment that is farther off than this is told."""
_SOFT_S = 1e5
_FIRM_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipClock:
    """Where a clip lies on the site's clock: site time = `start_s` + `rate` * clip time."""

    start_s: float  # site time of its first picture
    rate: float  # seconds of the site's clock in a second of the clip
    off_s: float  # the clock in its picture minus the site's: 12.4 where it is 12.4 s fast
    doubt_s: float  # standard deviation of `start_s`, where it is tied
    # shared moments, or being the reference, tell how far its camera's clock is off; where not, the clock is taken as
    # right
    is_tied: bool

    def find_site_s(self, clip_s: float) -> float:
        return self.start_s + self.rate * clip_s

    def find_clip_s(self, site_s: float) -> float:
        """Return the clip time of a moment of the site's clock; below 0 or past the end where the clip has none."""
        return (site_s - self.start_s) / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFit:
    start_time: datetime  # the site's clock at site time 0, a whole second
    duration_s: float  # whole frames until the last clip ends
    clips: Mapping[str, ClipClock]  # by clip_id
    notes: tuple[str, ...]  # what is doubtful, sentences for people; the recording can be made all the same
    problems: tuple[str, ...]  # what has to be mended first, sentences for people

    @property
    def frame_count(self) -> int:
        return round(self.duration_s * FPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """A clip's readings as a line: clock = `base_s` + `rate` * clip time, `base_s` known to `doubt_s`."""

    base_s: float
    rate: float
    doubt_s: float


def fit_clocks(walk: Walk, notes: ClockNotes) -> ClockFit:
    if not walk.clips:
        raise RecordingError("there are no clips yet", todo="add the clips of the walk")
    clips = {clip.clip_id: clip for clip in walk.clips}
    for clip_id in (*(r.clip_id for r in notes.readings), *(i for e in notes.events for i in (e.clip_a, e.clip_b))):
        if clip_id not in clips:
            raise RecordingError(f"the clip {clip_id} is not part of this walk any more", todo="enter its times again")
    # a whole second near which everything lies, so that the numbers stay small
    whose = notes.reference or walk.clips[0].camera_id
    of_reference = {clip.clip_id for clip in walk.clips if clip.camera_id == whose}
    times = [r.clock for r in notes.readings if r.clip_id in of_reference] or [r.clock for r in notes.readings]
    times = times or [clip.recorded_at for clip in walk.clips if clip.recorded_at is not None]
    epoch = min(times, default=datetime(2000, 1, 1, 8)).replace(microsecond=0, tzinfo=None)
    problems: list[str] = []
    said: list[str] = []
    faces = {
        clip_id: _read_face(
            clip,
            [r for r in notes.readings if r.clip_id == clip_id],
            name=_name(walk, clip),
            epoch=epoch,
            said=said,
            problems=problems,
        )
        for clip_id, clip in clips.items()
    }
    reference = notes.reference or walk.clips[0].camera_id
    starts_s, offs_s, doubts_s = _solve(walk, notes, faces, reference)
    tied = _find_tied(walk, notes, reference)
    _tell_untied(walk, tied, faces, said, problems)
    _check_events(walk, notes, starts_s, faces, problems)
    zero_s = float(np.floor(min(starts_s.values())))
    ends_s = [starts_s[i] + _rate(faces[i]) * clip.duration_s - zero_s for i, clip in clips.items()]
    _check_span(walk, starts_s, max(ends_s), problems)
    _check_overlaps(walk, starts_s, faces, problems)
    return ClockFit(
        start_time=epoch + timedelta(seconds=zero_s),
        duration_s=float(np.ceil(max(ends_s) * FPS - 1e-6)) / FPS,
        clips={
            clip_id: ClipClock(
                start_s=starts_s[clip_id] - zero_s,
                rate=_rate(faces[clip_id]),
                off_s=offs_s[clip.camera_id],
                doubt_s=doubts_s[clip_id],
                is_tied=clip.camera_id in tied,
            )
            for clip_id, clip in clips.items()
        },
        notes=tuple(said),
        problems=tuple(problems),
    )


def _rate(face: _Face | None) -> float:
    return 1.0 if face is None else face.rate


def _name(walk: Walk, clip: Clip) -> str:
    camera = next((c.name for c in walk.cameras if c.camera_id == clip.camera_id), clip.camera_id)
    return f"{camera} ({clip.file_name})"


def _read_face(
    clip: Clip, readings: Sequence[Reading], *, name: str, epoch: datetime, said: list[str], problems: list[str]
) -> _Face | None:
    if not readings:
        if clip.recorded_at is None:
            return None
        said.append(f"{name}: no clock was typed, so the time in the file is used. Type the clock of its first frame.")
        return _Face(base_s=(clip.recorded_at - epoch).total_seconds(), rate=1.0, doubt_s=FILE_DOUBT_S)
    at_s = np.array([r.clip_s for r in readings])
    low_s = np.array([(r.clock.replace(tzinfo=None) - epoch).total_seconds() for r in readings])
    high_s = low_s + np.array([FRAME_S if r.is_tick or r.has_tenths else 1.0 for r in readings])
    if at_s.max() > clip.duration_s + FRAME_S:
        problems.append(f"{name} ends before {at_s.max():.1f} seconds: type the clock of a frame that it has.")
    least, most = float((low_s - at_s).max()), float((high_s - at_s).min())
    if least <= most + FRAME_S:
        return _Face(base_s=(least + most) / 2, rate=1.0, doubt_s=max(abs(most - least), FRAME_S) / np.sqrt(12))
    middle_s = (low_s + high_s) / 2
    if np.ptp(at_s) < 1.0:
        problems.append(f"{name}: two readings of the same second differ. Type them again.")
        return _Face(base_s=float((middle_s - at_s).mean()), rate=1.0, doubt_s=1.0)
    rate, base_s = (float(v) for v in np.polyfit(at_s, middle_s, 1))
    stray_s = np.abs(middle_s - base_s - rate * at_s)
    if not SLOWEST <= rate <= FASTEST or stray_s.max() > STRAY_S:
        played_s, went_s = float(np.ptp(at_s)), float(middle_s[at_s.argmax()] - middle_s[at_s.argmin()])
        problems.append(
            f"{name}: its clock goes on by {went_s:,.0f} seconds while the clip plays for {played_s:,.0f}. Check the "
            "times typed. If the clock jumps, or the camera records only when something moves, cut the clip there."
        )
        return _Face(base_s=float((middle_s - at_s).mean()), rate=1.0, doubt_s=abs(went_s - played_s))
    gained_s = (rate - 1) * clip.duration_s
    said.append(f"{name}: its clock runs {abs(gained_s):.1f} s {'faster' if gained_s > 0 else 'slower'} than the clip.")
    return _Face(base_s=base_s, rate=rate, doubt_s=0.3)


def _solve(
    walk: Walk, notes: ClockNotes, faces: Mapping[str, _Face | None], reference: str
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Return starts and their doubts by clip, and how far each camera's clock is off: weighted least squares.

    start + off = what the clock says; starts differ as shared moments say; the reference is not off, and the others
    only if something says so.
    """
    clip_ids = [clip.clip_id for clip in walk.clips]
    cameras = sorted({clip.camera_id for clip in walk.clips})
    place = {name: number for number, name in enumerate((*clip_ids, *cameras))}
    rows: list[tuple[dict[str, float], float, float]] = []
    for clip in walk.clips:
        face = faces[clip.clip_id]
        if face is None:
            rows.append(({clip.clip_id: 1.0}, 0.0, _SOFT_S))
        else:
            rows.append(({clip.clip_id: 1.0, clip.camera_id: 1.0}, face.base_s, face.doubt_s))
    for camera in cameras:
        rows.append(({camera: 1.0}, 0.0, _FIRM_S if camera == reference else _SOFT_S))
    for event in notes.events:
        between_s = _rate(faces[event.clip_b]) * event.b_s - _rate(faces[event.clip_a]) * event.a_s
        rows.append(({event.clip_a: 1.0, event.clip_b: -1.0}, between_s, EVENT_DOUBT_S))
    matrix, values = np.zeros((len(rows), len(place))), np.zeros(len(rows))
    for number, (terms, value, doubt_s) in enumerate(rows):
        for name, factor in terms.items():
            matrix[number, place[name]] += factor / doubt_s
        values[number] = value / doubt_s
    found = np.linalg.lstsq(matrix, values, rcond=None)[0]
    spread = np.sqrt(np.clip(np.diag(np.linalg.pinv(matrix.T @ matrix, rcond=1e-14)), 0, None))
    return (
        {name: float(found[place[name]]) for name in clip_ids},
        {name: float(found[place[name]]) for name in cameras},
        {name: float(spread[place[name]]) for name in clip_ids},
    )


def _find_tied(walk: Walk, notes: ClockNotes, reference: str) -> frozenset[str]:
    camera_of = {clip.clip_id: clip.camera_id for clip in walk.clips}
    tied = {reference}
    pairs = [(camera_of[e.clip_a], camera_of[e.clip_b]) for e in notes.events]
    for _ in pairs:
        tied |= {other for pair in pairs if tied & set(pair) for other in pair}
    return frozenset(tied)


def _tell_untied(
    walk: Walk, tied: frozenset[str], faces: Mapping[str, _Face | None], said: list[str], problems: list[str]
) -> None:
    for clip in walk.clips:
        if clip.camera_id not in tied and faces[clip.clip_id] is None:
            problems.append(
                f"{_name(walk, clip)}: nothing says when it was. Type the clock of its first frame, or a moment that "
                "another clip shows too."
            )
    for camera in walk.cameras:
        of_camera = [clip for clip in walk.clips if clip.camera_id == camera.camera_id]
        if of_camera and camera.camera_id not in tied and any(faces[clip.clip_id] for clip in of_camera):
            said.append(
                f"{camera.name}: its clock is taken as right, as no moment is entered that another camera shows."
            )


def _check_events(
    walk: Walk, notes: ClockNotes, starts_s: Mapping[str, float], faces: Mapping[str, _Face | None], problems: list[str]
) -> None:
    clips = {clip.clip_id: clip for clip in walk.clips}
    for event in notes.events:
        a_s = starts_s[event.clip_a] + _rate(faces[event.clip_a]) * event.a_s
        b_s = starts_s[event.clip_b] + _rate(faces[event.clip_b]) * event.b_s
        if abs(a_s - b_s) > STRAY_S / 2:
            problems.append(
                f"The shared moments of {_name(walk, clips[event.clip_a])} and {_name(walk, clips[event.clip_b])} "
                f"disagree by {abs(a_s - b_s):.1f} s. Look at them again and remove the wrong one."
            )


def _check_span(walk: Walk, starts_s: Mapping[str, float], span_s: float, problems: list[str]) -> None:
    if span_s <= 3600.0:
        return
    first = min(walk.clips, key=lambda clip: starts_s[clip.clip_id])
    last = max(walk.clips, key=lambda clip: starts_s[clip.clip_id])
    apart = timedelta(seconds=round(starts_s[last.clip_id] - starts_s[first.clip_id]))
    problems.append(
        f"{_name(walk, first)} and {_name(walk, last)} are {apart} apart, and one walk lasts at most an hour. Check "
        "the dates and times typed, enter a moment that both show, or remove the clip of another day."
    )


def _check_overlaps(
    walk: Walk, starts_s: Mapping[str, float], faces: Mapping[str, _Face | None], problems: list[str]
) -> None:
    for camera in walk.cameras:
        own = sorted(
            (clip for clip in walk.clips if clip.camera_id == camera.camera_id), key=lambda c: starts_s[c.clip_id]
        )
        for one, other in pairwise(own):
            end_s = starts_s[one.clip_id] + _rate(faces[one.clip_id]) * one.duration_s
            if starts_s[other.clip_id] < end_s - 2 * FRAME_S:
                problems.append(
                    f"{one.file_name} and {other.file_name} show {camera.name} at the same time. Check their clocks, "
                    "or give one of them another camera's name."
                )
