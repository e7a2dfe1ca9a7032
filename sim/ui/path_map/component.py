"""Registers the animated map with Streamlit and draws it."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from sim.services.debrief.map import MapMark, MapSpan, MapView
from sim.ui.console.bundle import join_modules, read_texts
from sim.ui.console.component import FOLDER as CONSOLE
from sim.ui.parts.plan_svg import find_floors

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
