"""One person's ended drills over time, and handing over or deleting everything about them."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from sim.features.privacy.person_data import delete_person, export_person
from sim.features.team.team_view import PHASE_WORDS, PersonDrill, PersonDrills
from sim.rules.viewer import Duty, may
from sim.ui.page.page_state import get_app, get_viewer, keep_flash, make_file
from sim.ui.page.pages import find_script
from sim.ui.page.theme import SCREEN
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_download, draw_facts, draw_file, draw_quiet, draw_text_table, escape_markdown

Spec = dict[str, Any]
TYPES: Final = {"Q": "quantitative", "O": "ordinal", "N": "nominal"}
MINUTES = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + floor(datum.value % 60)"


def field(name: str, **more: object) -> Spec:
    """Return what a channel shows, "time_s:Q": Q for a number, O for one in order, N for a name; and more about it."""
    column, kind = name.rsplit(":", 1)
    return {"field": column, "type": TYPES[kind], **more}


def show_chart(chart: Spec, *, key: str, alt_text: str) -> None:
    st.vega_lite_chart(chart, width="stretch", theme=None, key=key, alt=alt_text)


TIMES_NOTE = "Open squares: before the training; dots: after; diamonds: later. A triangle: the time ran out."
ACCURACY = "Accuracy"
TABLE = "Every drill"
HEIGHT = 240
TIME_OUT = "Ran out of time"
KINDS = [*PHASE_WORDS.values(), TIME_OUT]
SHAPES = ["square", "circle", "diamond", "triangle-up"]
FILLS = [SCREEN.surface, SCREEN.ink, SCREEN.ink, SCREEN.surface]


def draw_person_drills(view: PersonDrills) -> None:
    draw_quiet(TIMES_NOTE)
    time, accuracy = st.columns(2, gap="large")
    with time:
        st.subheader("Time", anchor=False)
        show_chart(draw_own_times(view.drills), key="chart-own-times", alt_text=TIMES_NOTE)
    if any(drill.accuracy is not None for drill in view.drills):
        with accuracy:
            st.subheader(ACCURACY, anchor=False)
            show_chart(draw_own_accuracy(view.drills), key="chart-own-accuracy", alt_text=ACCURACY)
    st.subheader("Change, as far as it can be told", anchor=False)
    if view.change:
        draw_facts(view.change)
        draw_quiet(view.change_note)
    else:
        st.write("One person's drills vary much. With fewer than 4 drills on each side nothing can be told.")
    draw_quiet("These numbers are for training. They say nothing of how this person does beside others.")
    st.subheader(TABLE, anchor=False)
    draw_text_table(view.table, label=TABLE)
    draw_download(view.table, "drills")


def draw_person_data(person_id: str, name: str) -> bool:
    """Draw both, for anyone who may; return whether the person has just been deleted."""
    viewer = get_viewer()
    is_owner = may(viewer, Duty.KEEP_RECORD)
    if not is_owner and viewer.person_id != person_id:
        return False
    with st.expander(f"Everything stored about {escape_markdown(name)}", key=f"data-{person_id}"):
        draw_quiet(
            "A ZIP with one JSON file and a CSV for each kind of thing: for anyone who asks what is kept about them."
        )
        made = make_file(lambda app, asking: export_person(app, asking, person_id))
        draw_file("Download everything (ZIP)", made, "everything.zip", key=f"export-{person_id}")
        st.page_link(find_script("stored"), label="What is stored about people")
    return is_owner and _draw_delete(person_id, name)


def draw_own_times(drills: Sequence[PersonDrill]) -> Spec:
    top = max(drill.time_s for drill in drills) * 1.1
    step = next((step for step in (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0) if top / step <= 9.0), 7200.0)
    y = field(
        "value:Q",
        title="Time used (min:s)",
        scale={"domain": [0.0, top], "nice": False},
        axis={"labelExpr": MINUTES, "values": [step * index for index in range(int(top // step) + 1)]},
    )
    return _draw_drills(drills, [drill.time_s for drill in drills], y=y)


def draw_own_accuracy(drills: Sequence[PersonDrill]) -> Spec:
    defined = [drill for drill in drills if drill.accuracy is not None]
    y = field("value:Q", title="Match with the actual path (%)", scale={"domain": [0.0, 100.0], "nice": False})
    return _draw_drills(defined, [drill.accuracy or 0.0 for drill in defined], y=y)


def _draw_drills(drills: Sequence[PersonDrill], values: Sequence[float], *, y: Spec) -> Spec:
    rows = [
        {
            "number": drill.number,
            "value": value,
            "kind": TIME_OUT if drill.is_time_out else drill.phase,
            "day": drill.day,
            "text": drill.text,
        }
        for drill, value in zip(drills, values, strict=True)
    ]
    kinds = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    places = [KINDS.index(kind) for kind in kinds]
    x = field("number:O", title="Drill", axis={"labelAngle": 0, "labelOverlap": True})
    line = {"mark": {"type": "line", "color": SCREEN.line, "strokeWidth": 1.5}, "encoding": {"x": x, "y": y}}
    marks = {
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1.0},
        "encoding": {
            "x": x,
            "y": y,
            "shape": field(
                "kind:N",
                legend={"orient": "top", "title": None, "symbolSize": 140},
                scale={"domain": kinds, "range": [SHAPES[place] for place in places]},
            ),
            "fill": field("kind:N", legend=None, scale={"domain": kinds, "range": [FILLS[place] for place in places]}),
            "stroke": {"value": SCREEN.ink},
            "strokeWidth": {"value": 1.6},
            "tooltip": [field("number:O", title="Drill"), field("day:N", title="Day"), field("text:N", title="Result")],
        },
    }
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
        "layer": [line, marks],
        "height": HEIGHT,
        "config": config,
        "usermeta": {"embedOptions": {"renderer": "svg"}},
    }


def _draw_delete(person_id: str, name: str) -> bool:
    with st.expander("Delete this person", key=f"delete-{person_id}"):
        draw_quiet(
            f"Deletes {name} with account, drills, answers, logs and attendance. It cannot be undone. Entries "
            "of the training record stay for five years as evidence; the ledger says that someone was "
            "deleted, without the name. Team exercises they took part in are deleted as a whole. To only "
            "take someone off the list, use Change under Team, People."
        )
        with st.form(f"delete-form-{person_id}", border=False):
            typed = st.text_input("Type the name to confirm", key=f"delete-name-{person_id}")
            pressed = st.form_submit_button("Delete for good", key=f"delete-button-{person_id}")
        if not pressed:
            return False
        done = run_action(partial(delete_person, get_app(), get_viewer(), person_id, name=typed))
    if done is None:
        return False
    keep_flash(f"{name} was deleted. Entries of the training record stay as long as they must be kept.")
    return True
