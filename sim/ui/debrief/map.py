"""The debrief's map: the student's true way and the trainee's marks on the plan, with the marks as a table."""

from base64 import b64encode
from html import escape

import streamlit as st

from sim.services.debrief.map import MapMark, MapView
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_legend, draw_quiet, draw_table
from sim.ui.parts.plan_svg import find_floors, write_plan
from sim.ui.path_map.component import draw_path_map

MOST_ROWS = 40
"""A longer table of marks is folded away."""


def draw_map(view: MapView) -> None:
    floors = find_floors(view.plan, view.true_path, view.marks)
    if not floors:
        draw_quiet(wording.NO_PATHS)
        return
    draw_path_map(view, key="path_map")
    _draw_plans(view, floors)
    if view.more_marks:
        draw_quiet(wording.MORE_MARKS.format(count=len(view.marks), more=view.more_marks))
    _draw_marks(view.marks_listed)


def _draw_plans(view: MapView, floors: tuple[tuple[str, str], ...]) -> None:
    """Draw the plans that stand still, for paper; the screen has the moving map instead."""
    is_one = len(view.plan["floors"]) == 1
    figures = "".join(_write_figure(view, floor=floor, name="" if is_one else name) for floor, name in floors)
    with st.container(key="print_plans"):
        draw_legend(
            (
                ("line", wording.TRUE_PATH),
                ("dashed", wording.UNSEEN),
                ("mark", wording.MARK_RIGHT),
                ("diamond", wording.MARK_WRONG),
                ("ring", wording.MARK_NOBODY),
            )
        )
        st.html(f'<div class="sl-plans">{figures}</div>')


def _write_figure(view: MapView, *, floor: str, name: str) -> str:
    where = f"Map of {name}" if name else "Map"
    marks = sum(mark.floor == floor for mark in view.marks)
    title = f"{where} with the student's actual path and your {marks} mark{'' if marks == 1 else 's'}"
    svg = write_plan(view.plan, floor=floor, true_path=view.true_path, marks=view.marks, title=title)
    picture = b64encode(svg.encode()).decode()
    caption = f"<figcaption>{escape(name)}</figcaption>" if name else ""
    return (
        f'<figure>{caption}<img src="data:image/svg+xml;base64,{picture}" alt="{escape(title, quote=True)}"></figure>'
    )


def _draw_marks(marks: tuple[MapMark, ...]) -> None:
    st.subheader(wording.DEBRIEF_MARKS, anchor=False)
    if not marks:
        draw_quiet(wording.NO_MARKS)
        return
    rows = [
        (
            str(mark.number),
            f"{mark.camera_id} {mark.camera_name}",
            mark.clock,
            mark.words + (f" ({mark.count} marks)" if mark.count > 1 else ""),
        )
        for mark in marks
    ]
    place = st.expander(wording.ALL_MARKS.format(count=len(rows))) if len(rows) > MOST_ROWS else st.container()
    with place:
        draw_table(("Mark", "Camera", "Time", "Outcome"), rows, label=wording.DEBRIEF_MARKS)
