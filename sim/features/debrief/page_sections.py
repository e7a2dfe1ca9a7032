"""The debrief's list of moments: each opens its pictures, which are loaded only then."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape

import streamlit as st

from sim.errors import RecordingError
from sim.features.debrief.facts import MomentsView, MomentView, load_stills
from sim.features.debrief.map import LEVELS, CameraRow, CamerasView, TimeBudgetView, TimeLine
from sim.ui.page import wording
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import fragment
from sim.ui.parts.blocks import draw_lead, draw_quiet, draw_table, escape_markdown

FOLD_KEY = "moments-folded"
PAGE = 10
"""Moments listed at once."""
ALONE = (2, 1)
"""A picture that stands alone takes two thirds of the width, and all of it on a phone."""
GOOD_SIGN, LOOK_SIGN = ":material/check_circle:", ":material/search:"


@fragment()
def draw_moments_folded(view: MomentsView) -> None:
    if not view.moments:
        draw_quiet("Nothing to look at again: no mistake.")
        return
    label = wording.FOLDED.format(
        title=wording.DEBRIEF_MOMENTS, summary=sum(not moment.is_good for moment in view.moments) or "none"
    )
    box = st.expander(label, key=FOLD_KEY, on_change="rerun")
    with box:
        _draw_moments(view, is_shown=bool(box.open))


def _draw_moments(view: MomentsView, *, is_shown: bool) -> None:
    # in which order they are, where that is to be told, and that they open, where there is a picture
    order = ""
    if len(view.moments) > 1 and any(moment.place for moment in view.moments):
        order = "In the order you worked." if view.is_as_worked else "In the order of the footage."
    has_picture = any(moment.scenes for moment in view.moments)
    note = " ".join(part for part in (order, "Open one to see the picture." if has_picture else "") if part)
    if note:
        draw_quiet(note)
    _draw_page(view, is_shown=is_shown)


@fragment()
def _draw_page(view: MomentsView, *, is_shown: bool) -> None:
    starts = range(0, len(view.moments), PAGE)
    start = 0
    if len(starts) > 1:
        total = len(view.moments)
        start = st.selectbox(
            "Which part of the list",
            starts,
            format_func=lambda n: f"{n + 1} to {min(n + PAGE, total)} of {total}",
            key="moments-page",
        )
    first = next((n for n, moment in enumerate(view.moments) if not moment.is_good), 0)
    with st.container(gap="xsmall"):
        for number, moment in enumerate(view.moments[start : start + PAGE], start=start):
            _draw_moment(view, moment, number, is_open=number == first, is_shown=is_shown)


@fragment()
def _draw_moment(view: MomentsView, moment: MomentView, number: int, *, is_open: bool, is_shown: bool) -> None:
    box = st.expander(_write_label(moment), expanded=is_open, key=f"moment-{number}", on_change="rerun")
    with box:
        if moment.text:
            st.write(escape_markdown(moment.text))
        if is_shown and box.open and moment.scenes:
            _draw_stills(view, moment)


def _write_label(moment: MomentView) -> str:
    sign = GOOD_SIGN if moment.is_good else LOOK_SIGN
    if not moment.place:
        return f"{sign} **{escape_markdown(moment.title[0].upper() + moment.title[1:])}**"
    return f"{sign} {escape_markdown(moment.place)}: **{escape_markdown(moment.title)}**"


def _draw_stills(view: MomentsView, moment: MomentView) -> None:
    try:
        stills = load_stills(get_app(), view, moment)
    except RecordingError as error:
        st.warning(f"{wording.MOMENT_PICTURE_LOST} {error.on_screen}")
        return
    places = st.columns((1,) * len(stills) if len(stills) > 1 else ALONE, gap="small")
    for still, place in zip(stills, places, strict=False):
        boxed = f" Boxed: {'; '.join(still.boxed)}." if still.boxed else ""
        # inside the page: under an address of its own it would open to anyone who is told that
        picture = f"data:image/jpeg;base64,{b64encode(still.jpeg).decode('ascii')}"
        place.image(picture, width="stretch", caption=escape_markdown(still.caption), alt=f"{still.caption}.{boxed}")


NAMED_FROM = 0.16
"""Parts of the bar at least this wide have their percentage on them."""


def draw_time_budget(view: TimeBudgetView) -> None:
    parts = "".join(_write_part(line) for line in view.lines if line.share > 0)
    rows = "".join(
        f'<tr><th scope="row"><span class="sl-swatch sl-use-{escape(line.use)}"></span>{escape(line.name)}'
        f"<small>{escape(line.meaning)}</small></th><td>{escape(line.time)}</td><td>{line.percent}%</td></tr>"
        for line in view.lines
    )
    label = escape(", ".join(f"{line.name} {line.percent}%" for line in view.lines), quote=True)
    st.html(
        f'<div class="sl-time-bar" role="img" aria-label="{label}">{parts}</div>'
        f'<div class="sl-table sl-time-table"><table><thead><tr><th scope="col">What the time went on</th>'
        f'<th scope="col">Time</th><th scope="col">Share</th></tr></thead><tbody>{rows}'
        f'<tr><th scope="row">All</th><td>{escape(view.total)}</td><td>100%</td></tr></tbody></table></div>'
    )


def _write_part(line: TimeLine) -> str:
    words = f"<b>{line.percent}%</b>" if line.share >= NAMED_FROM else ""
    return f'<span class="sl-use-{escape(line.use)}" style="flex-grow: {line.share:.5f}">{words}</span>'


def draw_cameras(view: CamerasView) -> None:
    draw_lead(view.sentence)
    st.html(f'<div class="sl-heat-block">{_write_legend(view)}{_write_map(view)}</div>')
    if view.left_out:
        draw_quiet(wording.LEFT_OUT[view.left_out == 1, view.has_appeared].format(count=view.left_out))
    with st.expander(wording.DEBRIEF_CAMERAS_TABLE):
        header = ("Camera", "Watched", *(("Student there", "Of that, watched") if view.has_person else ()))
        rows = [tuple(_write_fields(row, has_person=view.has_person)) for row in view.rows]
        draw_table(header, rows, label=wording.DEBRIEF_CAMERAS)


def _write_legend(view: CamerasView) -> str:
    entries = [f'<span><i class="sl-heat-{n}"></i>{escape(LEVELS[n])}</span>' for n in range(1, len(LEVELS))]
    if any(row.student for row in view.rows):
        entries.append(f'<span><i class="sl-heat-student"></i>{escape("the student was on this camera")}</span>')
    note = f"One cell is {view.slice_words} of footage."
    return f'<div class="sl-legend sl-heat-legend">{"".join(entries)}<span>{escape(note)}</span></div>'


def _write_map(view: CamerasView) -> str:
    rows = "".join(_write_row(row) for row in view.rows)
    ticks = "".join(
        f'<span style="left: {100 * place:.3f}%"{_end_class(place)}>{escape(clock)}</span>'
        for place, clock in view.ticks
    )
    label = escape(f"{wording.DEBRIEF_CAMERAS}, {view.span_words}. {view.sentence}", quote=True)
    return (
        f'<div class="sl-heat" role="img" aria-label="{label}">{rows}'
        f'<div class="sl-heat-row"><span></span><div class="sl-heat-ticks">{ticks}</div></div></div>'
    )


def _end_class(place: float) -> str:
    if place < 0.04:
        return ' class="first"'
    return ' class="last"' if place > 0.96 else ""


def _write_row(row: CameraRow) -> str:
    cells = "".join(
        f'<span class="sl-heat-{cell.level}" title="{escape(cell.words, quote=True)}" '
        f'style="{_write_place(cell.from_share, cell.to_share)}"></span>'
        for cell in row.cells
    )
    boxes = "".join(f'<span class="sl-heat-student" style="{_write_place(*span)}"></span>' for span in row.student)
    return (
        f'<div class="sl-heat-row"><span class="sl-heat-name"><b>{escape(row.camera_id)}</b> '
        f"<i>{escape(row.name)}</i></span><div>{cells}{boxes}</div></div>"
    )


def _write_place(from_share: float, to_share: float) -> str:
    return f"left: {100 * from_share:.3f}%; width: {100 * (to_share - from_share):.3f}%"


def _write_fields(row: CameraRow, *, has_person: bool) -> Iterable[str]:
    yield f"{row.camera_id} {row.name}"
    yield row.watched
    if has_person:
        yield row.student_here or "not there"
        yield row.student_seen or "-"
