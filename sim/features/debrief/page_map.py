"""Registers the animated map with Streamlit and draws it."""

from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from sim.features.debrief.map import MapMark, MapSpan, MapView
from sim.features.debrief.page_plan_svg import find_floors, write_plan
from sim.ui.console.component import FOLDER as CONSOLE
from sim.ui.console.component import join_modules, read_texts
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_legend, draw_quiet, draw_table

FOLDER = Path(__file__).parent
SHARED = "dom.js"


@cache
def read_script(entry: str = "index.js") -> str:
    """Return the map's JavaScript, one module; it makes its elements with the console's `dom.js`."""
    own = read_texts(FOLDER / "js", suffix=".js")
    return join_modules({**own, SHARED: (CONSOLE / "js" / SHARED).read_text(encoding="utf-8")}, entry=entry)


_mount = st.components.v2.component(
    "sightline_path_map",
    html=(FOLDER / "map.html").read_text(encoding="utf-8"),
    css=(FOLDER / "map.css").read_text(encoding="utf-8"),
    js=read_script(),
    isolate_styles=True,
)


def draw_path_map(view: MapView, *, key: str) -> None:
    """Draw the map. Everything it needs is in its data: playing and scrubbing never rerun the page."""
    _mount(key=key, data=make_data(view))


def make_data(view: MapView) -> dict[str, Any]:
    """Return what the component draws, plain JSON.

    day_s is the time of day at site time 0, seconds. Coordinates are plan meters, times site seconds.
    path: [t_s, x, y, floor, is_seen]. Only floors that a path or a mark touches are listed; all zones are, so
    that every floor has the same frame.
    """
    start = view.start
    plan = view.plan
    return {
        "day_s": start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6,
        "window_s": list(view.window_s),
        "floors": [{"id": floor, "name": name} for floor, name in find_floors(plan, view.true_path, view.marks)],
        "has_floors": len(plan["floors"]) > 1,
        "zones": [{"name": z["name"], "floor": z["floor"], "polygon": z["polygon"]} for z in plan["zones"]],
        "walls": plan["walls"],
        "cameras": [{"id": c["camera_id"], "floor": c["floor"], "x": c["x"], "y": c["y"]} for c in plan["cameras"]],
        "path": [[round(p.t_s, 3), round(p.x_m, 3), round(p.y_m, 3), p.floor, p.seen] for p in view.true_path],
        "marks": [_describe_mark(mark) for mark in view.marks],
        "student": [_describe_span(span) for span in view.student],
        "watched": [_describe_span(span) for span in view.watched],
    }


def _describe_mark(mark: MapMark) -> dict[str, Any]:
    return {
        "number": mark.number,
        "kind": mark.kind,
        "words": mark.words,
        "count": mark.count,
        "t_s": round(mark.t_s, 3),
        "x": round(mark.x_m, 3),
        "y": round(mark.y_m, 3),
        "floor": mark.floor,
        "camera": f"{mark.camera_id} {mark.camera_name}",
    }


def _describe_span(span: MapSpan) -> dict[str, Any]:
    return {
        "id": span.camera_id,
        "name": f"{span.camera_id} {span.camera_name}",
        "from_s": round(span.from_s, 3),
        "to_s": round(span.to_s, 3),
    }


MOST_ROWS = 40
"""A longer table of marks is folded away."""


def draw_map(view: MapView) -> None:
    floors = find_floors(view.plan, view.true_path, view.marks)
    if not floors:
        draw_quiet("The student doesn't appear on any camera, and you marked no one.")
        return
    draw_path_map(view, key="path_map")
    _draw_plans(view, floors)
    if view.more_marks:
        draw_quiet(f"{len(view.marks)} of your marks are drawn; {view.more_marks} more are in the table.")
    _draw_marks(view.marks_listed)


def _draw_plans(view: MapView, floors: tuple[tuple[str, str], ...]) -> None:
    """Draw the plans that stand still, for paper; the screen has the moving map instead."""
    is_one = len(view.plan["floors"]) == 1
    figures = "".join(_write_figure(view, floor=floor, name="" if is_one else name) for floor, name in floors)
    with st.container(key="print_plans"):
        draw_legend(
            (
                ("line", "The student's actual path"),
                ("dashed", "on no camera here"),
                ("mark", "Your mark: correct"),
                ("diamond", "Your mark: wrong person"),
                ("ring", "Your mark: no one there"),
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
    place = st.expander(f"All {len(rows)} as a table") if len(rows) > MOST_ROWS else st.container()
    with place:
        draw_table(("Mark", "Camera", "Time", "Outcome"), rows, label=wording.DEBRIEF_MARKS)
