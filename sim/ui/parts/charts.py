"""Charts of a person's own drills, as Vega-Lite is sent to the browser: a library that builds it is slow."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from sim.ui.page.theme import SCREEN

Spec = dict[str, Any]
TYPES: Final = {"Q": "quantitative", "O": "ordinal", "N": "nominal"}
MINUTES = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + floor(datum.value % 60)"


def list_minute_ticks(top_s: float) -> list[float]:
    """Return round times in seconds from 0 to `top_s`."""
    step = next((step for step in (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0) if top_s / step <= 9.0), 7200.0)
    return [step * index for index in range(int(top_s // step) + 1)]


def field(name: str, **more: object) -> Spec:
    """Return what a channel shows, "time_s:Q": Q for a number, O for one in order, N for a name; and more about it."""
    column, kind = name.rsplit(":", 1)
    return {"field": column, "type": TYPES[kind], **more}


def finish_chart(rows: Sequence[Mapping[str, object]], layers: Sequence[Spec], *, height: int) -> Spec:
    """Return the layers as one chart in the pages' colours and type, `rows` for those without data of their own."""
    config = {
        "background": "transparent",
        "font": "Source Sans, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": SCREEN.ink,
            "titleColor": SCREEN.ink,
            "gridColor": SCREEN.line,
            "domainColor": SCREEN.line,
            "tickColor": SCREEN.line,
            "labelFontSize": 12,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
        },
        "legend": {"labelColor": SCREEN.ink, "labelFontSize": 13},
    }
    # the colors are names that the page's sheet gives values: SVG looks them up, a canvas would not
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": list(rows)},
        "layer": list(layers),
        "height": height,
        "config": config,
        "usermeta": {"embedOptions": {"renderer": "svg"}},
    }


def show_chart(chart: Spec, *, key: str, alt_text: str) -> None:
    """Draw a chart on the page, as wide as its place; `alt_text` says it in words."""
    st.vega_lite_chart(chart, width="stretch", theme=None, key=key, alt=alt_text)
