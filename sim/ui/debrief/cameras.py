"""The debrief's heat map: a row a camera, site time across, shades for what was watched, boxes for the student."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from sim.services.debrief.cameras import LEVELS, CameraRow, CamerasView
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_lead, draw_quiet, draw_table


def draw_cameras(view: CamerasView) -> None:
    draw_lead(view.sentence)
    if not view.rows:
        return
    st.html(f'<div class="sl-heat-block">{_write_legend(view)}{_write_map(view)}</div>')
    if view.left_out:
        draw_quiet(_write_left_out(view))
    with st.expander(wording.DEBRIEF_CAMERAS_TABLE):
        _draw_table(view)


def _write_legend(view: CamerasView) -> str:
    entries = [f'<span><i class="sl-heat-{n}"></i>{escape(LEVELS[n])}</span>' for n in range(1, len(LEVELS))]
    if any(row.student for row in view.rows):
        entries.append(f'<span><i class="sl-heat-student"></i>{escape(wording.STUDENT_HERE)}</span>')
    note = wording.ONE_CELL.format(span=view.slice_words)
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


def _write_left_out(view: CamerasView) -> str:
    return wording.LEFT_OUT[view.left_out == 1, view.has_appeared].format(count=view.left_out)


def _draw_table(view: CamerasView) -> None:
    header = ("Camera", "Watched", *(("Student there", "Of that, watched") if view.has_person else ()))
    rows = [tuple(_write_fields(row, has_person=view.has_person)) for row in view.rows]
    draw_table(header, rows, label=wording.DEBRIEF_CAMERAS)


def _write_fields(row: CameraRow, *, has_person: bool) -> Iterable[str]:
    yield f"{row.camera_id} {row.name}"
    yield row.watched
    if has_person:
        yield row.student_here or "not there"
        yield row.student_seen or "-"
