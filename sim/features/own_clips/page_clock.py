"""The step Clocks: what the clocks in the pictures say, moments that two cameras show, and what follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from html import escape

import streamlit as st

from sim.clips.clocks import ClipClock, ClockFit
from sim.clips.keyframes import Speed
from sim.clips.model import Clip, ClockNotes, Reading, SharedEvent, Walk
from sim.features.own_clips import clocks
from sim.features.own_clips.page_steps import draw_align
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_lead, draw_list, draw_quiet, draw_table, escape_markdown

AT = "Seconds into the clip"
CLOCK = "Clock in this picture"
FITTED = "What follows"
UNKNOWN = "not entered"
_TYPED = re.compile(r"(\d{1,2})[:.](\d\d)[:.](\d\d)(?:[.,](\d{1,2}))?\s*(?:([ap])\.?\s*m\.?)?", re.IGNORECASE)
FRAME_S = 0.1
_DRAWN = "clocks-drawn"


def draw_clock_step(walk: Walk) -> None:
    draw_lead(
        "Read the clock in the first and the last picture of each clip, and enter one moment that "
        "neighboring cameras both show: the walker raises both arms, or passes a door."
    )
    if not walk.clips:
        st.info("Import the clips first, under Clips.")
        return
    view = run_action(lambda: clocks.get_clocks(get_app(), walk.walk_id))
    if view is None:
        return
    drawn = _find_drawn(walk, view.notes)
    mark = f"{walk.walk_id}-{drawn.turn}"
    names = {clip.clip_id: _name(walk, clip) for clip in walk.clips}
    known = [r.clock for r in view.notes.readings] or [clip.recorded_at for clip in walk.clips if clip.recorded_at]
    known_day = known[0].date() if known else datetime.now(tz=UTC).date()
    day = st.date_input("Day of the walk", value=known_day, key=f"day-{mark}", format="MM/DD/YYYY")
    readings = []
    for clip in walk.clips:
        with st.expander(escape_markdown(names[clip.clip_id]), expanded=len(walk.clips) <= 4, key=f"c-{clip.clip_id}"):
            own = sorted((r for r in view.notes.readings if r.clip_id == clip.clip_id), key=lambda r: r.clip_s)
            readings += _draw_readings(walk, clip, own, later=day - known_day, mark=mark, day=day)
    ids = [camera.camera_id for camera in walk.cameras]
    titles = {camera.camera_id: camera.name for camera in walk.cameras}
    place = ids.index(view.notes.reference) if view.notes.reference in ids else 0
    chosen = st.selectbox(
        "Camera whose clock is right", ids, index=place, format_func=lambda each: titles[each], key=f"reference-{mark}"
    )
    reference = chosen if chosen != ids[0] or view.notes.reference is not None else None
    entered = view.notes.readings if set(readings) == set(view.notes.readings) else tuple(readings)
    notes = view.notes.model_copy(update={"readings": entered, "reference": reference})
    changed = _draw_events(walk, notes, names)
    if changed != view.notes:
        view = run_action(lambda: clocks.set_clocks(get_app(), walk.walk_id, changed)) or view
        drawn.notes = view.notes
    if changed.events != notes.events:
        st.rerun()
    _draw_fit(walk, view, names)
    _draw_align(walk, view)


def read_clock(text: str, *, day: date) -> tuple[datetime, bool] | None:
    """Return the moment, and whether tenths were typed; None where it is no time of day.

    "8:02:13 AM", "20.02.13" and "8:02:13.4 pm" are.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    tenths, half = found[4], (found[5] or "").lower()
    if half and not 1 <= hours <= 12:
        return None
    hours = hours % 12 + (12 if half == "p" else 0) if half else hours
    try:
        at = time(hours, minutes, seconds, round(float(f"0.{tenths or 0}") * 1_000_000))
    except ValueError:
        return None
    return datetime.combine(day, at), tenths is not None


def write_reading(clock: datetime, *, has_tenths: bool) -> str:
    tenths = f".{clock.microsecond // 100_000}" if has_tenths else ""
    return f"{clock.hour % 12 or 12}:{clock:%M:%S}{tenths} {'AM' if clock.hour < 12 else 'PM'}"


@dataclass(slots=True)
class _Drawn:
    """What the fields of a walk show, changed in place: the next press may stop a run at each use of the state."""

    notes: ClockNotes
    turn: int = 0  # what the keys of the fields end with


def _find_drawn(walk: Walk, notes: ClockNotes) -> _Drawn:
    """Return what the fields show, with other keys where somebody else has changed that.

    A field that was drawn keeps what stands in it, and would write that over what was entered in another window.
    """
    drawn: _Drawn = st.session_state.setdefault(f"{_DRAWN}-{walk.walk_id}", _Drawn(notes))
    if clocks.leave_out_gone(drawn.notes, walk) != notes:
        drawn.notes, drawn.turn = notes, drawn.turn + 1
        st.warning("The clocks were changed in another window. This is how they are now.")
    return drawn


def _name(walk: Walk, clip: Clip) -> str:
    camera = next((each.name for each in walk.cameras if each.camera_id == clip.camera_id), clip.camera_id)
    others = [each for each in walk.clips if each.camera_id == clip.camera_id]
    return camera if len(others) == 1 else f"{camera}, {clip.file_name}"


def _draw_readings(
    walk: Walk, clip: Clip, own: list[Reading], *, day: date, later: timedelta, mark: str
) -> list[Reading]:
    own = [each.model_copy(update={"clock": each.clock + later}) for each in own]
    found = own[1:-1]
    last_s = max(0.0, round(clip.duration_s - FRAME_S, 1))
    places = (
        ("First picture", 0.0, own[0] if own else None),
        ("Last picture", last_s, own[-1] if len(own) > 1 else None),
    )
    for column, (title, usual_s, before) in zip(st.columns(2), places, strict=True):
        key = f"{clip.clip_id}-{title}-{mark}"
        with column:
            at_s = st.number_input(
                f"{title}: {AT.lower()}",
                min_value=0.0,
                max_value=last_s,
                value=min(before.clip_s if before else usual_s, last_s),
                step=FRAME_S,
                format="%.1f",
                key=f"at-{key}",
            )
            _draw_picture(walk, clip, at_s)
            known = write_reading(before.clock, has_tenths=before.has_tenths) if before else ""
            typed = st.text_input(
                f"{title}: {CLOCK.lower()}",
                value=known,
                max_chars=20,
                key=f"clock-{key}",
                help="As it stands there, such as 8:02:13 AM or 14:30:05. Leave it empty where there is no clock.",
            )
            if not typed.strip():
                continue
            if before is not None and (at_s, typed) == (before.clip_s, known):
                found.append(before)
                continue
            read = read_clock(typed, day=before.clock.date() if before else day)
            if read is None:
                draw_error(f"“{typed.strip()}” is not a time. Type it like 8:02:13 AM or 14:30:05.")
                if before is not None:
                    found.append(before)
                continue
            clock, has_tenths = read
            found.append(Reading(clip_id=clip.clip_id, clip_s=at_s, clock=clock, has_tenths=has_tenths))
    return found


def _draw_picture(walk: Walk, clip: Clip, at_s: float) -> None:
    address = f"/api/walks/{walk.walk_id}/frame?clip={clip.clip_id}&tenths={round(at_s / FRAME_S)}"
    alt = f"{clip.file_name}, {at_s:.1f} s"
    st.html(
        f'<img src="{escape(address)}" alt="{escape(alt)}" width="960" height="540" '
        'style="width: 100%; height: auto; border-radius: 8px; background: #14191f">'
    )


def _draw_events(walk: Walk, notes: ClockNotes, names: Mapping[str, str]) -> ClockNotes:
    st.header("Moments that two cameras show", anchor=False)
    kept = list(notes.events)
    for number, event in enumerate(notes.events):
        line, button = st.columns([5, 1], vertical_alignment="center")
        a, b = escape_markdown(names[event.clip_a]), escape_markdown(names[event.clip_b])
        line.write(f"{a} at {event.a_s:.1f} s and {b} at {event.b_s:.1f} s")
        if button.button("Remove", key=f"drop-event-{number}-{walk.walk_id}"):
            kept.remove(event)
    if not notes.events:
        draw_quiet("None yet.")
    if len(walk.clips) > 1:
        sides = [_draw_side(walk, names, column, place) for place, column in enumerate(st.columns(2))]
        if st.button("Add this moment", key=f"add-event-{walk.walk_id}"):
            (clip_a, a_s), (clip_b, b_s) = sides
            if clip_a == clip_b:
                draw_error("Choose two different cameras.")
            else:
                kept.append(SharedEvent(clip_a=clip_a, a_s=a_s, clip_b=clip_b, b_s=b_s))
    return notes.model_copy(update={"events": tuple(kept)})


def _draw_side(
    walk: Walk, names: Mapping[str, str], column: "st.delta_generator.DeltaGenerator", place: int
) -> tuple[str, float]:
    with column:
        clip_id = st.selectbox(
            "One camera" if place == 0 else "The other camera",
            list(names),
            index=min(place, len(names) - 1),
            format_func=lambda each: names[each],
            key=f"event-clip-{place}-{walk.walk_id}",
        )
        clip = next(each for each in walk.clips if each.clip_id == clip_id)
        last_s = max(FRAME_S, round(clip.duration_s - FRAME_S, 1))
        at_s = st.number_input(
            AT, 0.0, last_s, value=0.0, step=FRAME_S, format="%.1f", key=f"event-at-{place}-{clip_id}"
        )
        _draw_picture(walk, clip, at_s)
    return clip_id, at_s


def _draw_fit(walk: Walk, view: clocks.ClockView, names: Mapping[str, str]) -> None:
    if view.fit is None:
        return
    st.header(FITTED, anchor=False)
    for problem in view.problems:
        st.warning(escape_markdown(problem))
    rows = [(names[clip_id], *_write_clock(view.fit, clock)) for clip_id, clock in view.fit.clips.items()]
    draw_table(("Clip", "Starts at", "Camera clock", "How sure"), rows, label=FITTED)
    draw_list(view.fit.notes)
    if view.speeds:
        cameras = {camera.camera_id: camera.name for camera in walk.cameras}
        draw_table(
            ("From", "To", "Seconds", "Meters", "Speed"),
            [_write_speed(speed, cameras) for speed in view.speeds],
            label="Walking speeds between cameras",
        )


def _write_clock(fit: ClockFit, clock: ClipClock) -> tuple[str, str, str]:
    shown = fit.start_time + timedelta(seconds=clock.start_s)
    off = (
        "right"
        if abs(clock.off_s) < FRAME_S / 2
        else "{seconds:.1f} s fast"
        if clock.off_s > 0
        else "{seconds:.1f} s slow"
    )
    sure = f"within {2 * clock.doubt_s:.2f} s" if clock.is_tied else "taken as right"
    return write_reading(shown, has_tenths=True), off.format(seconds=abs(clock.off_s)), sure


def _write_speed(speed: Speed, cameras: Mapping[str, str]) -> tuple[str, str, str, str, str]:
    how = "{speed:.1f} m/s, too fast" if speed.is_too_fast else "{speed:.1f} m/s"
    unknown = "both show the walker" if speed.seconds < 0 else UNKNOWN
    said = unknown if speed.m_s is None else how.format(speed=speed.m_s)
    meters = UNKNOWN if speed.meters is None else f"{speed.meters:g}"
    return cameras[speed.camera_a], cameras[speed.camera_b], f"{speed.seconds:.1f}", meters, said


def _draw_align(walk: Walk, view: clocks.ClockView) -> None:
    if draw_align(walk.walk_id):
        return
    if clocks.is_aligned(get_app(), walk.walk_id):
        st.success("The clips are on one clock. Look through the blurring next.")
        return
    draw_quiet("This takes about as long as the import. Marks you already made are kept.")
    if st.button("Put the clips on one clock", key="align", type="primary", disabled=bool(view.problems)):
        run_and_redraw(lambda: clocks.start_align(get_app(), walk.walk_id))
