"""The parts of a comparison that only some have: drill by drill, later, kinds of task, schools, single people."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from sim.services.comparison.figures import ForestView, TrendView
from sim.services.comparison.view import ComparisonView
from sim.text.tables import TextTable
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.charts import Spec, show_chart
from sim.ui.parts.further_charts import draw_forest, draw_trend_accuracy, draw_trend_times
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.team import team_wording as wording


def draw_further_parts(view: ComparisonView, file_stem: str) -> None:
    """Draw what the comparison has of these, each closed at first; downloads are named after `file_stem`."""
    for trend, title, note, key in (
        (view.learning, wording.LEARNING, wording.LEARNING_NOTE, "learning"),
        (view.retention, wording.RETENTION, wording.RETENTION_NOTE, "retention"),
    ):
        if trend is not None:
            draw_folded(title, partial(_draw_trend, trend, title, note, key=key, file_stem=file_stem), key=key)
    for forest, title, note, key in (
        (view.task_types, wording.TASK_TYPES, wording.TASK_TYPES_NOTE, "types"),
        (view.schools, wording.SCHOOLS, wording.SCHOOLS_NOTE, "schools"),
    ):
        if forest is not None:
            draw_folded(title, partial(_draw_forest, forest, title, note, key=key, file_stem=file_stem), key=key)
    if view.people_table.rows:
        draw_folded(wording.PEOPLE, partial(_draw_people, view, file_stem), key="people")


def draw_folded(title: str, draw: Callable[[], None], *, key: str) -> None:
    """Draw a part that is closed at first; nothing of it is computed or sent before it is opened."""
    part = st.expander(title, key=f"part-{key}", on_change="rerun")
    if part.open:
        with part:
            draw()


def draw_chart_and_table(chart: Spec, table: TextTable, *, alt_text: str, key: str, file_stem: str) -> None:
    """Draw a chart with its table and the table's download beside it."""
    picture, beside = st.columns([3, 2], gap="large", vertical_alignment="top")
    with picture:
        show_chart(chart, key=f"chart-{key}", alt_text=alt_text)
    with beside:
        draw_text_table(table)
        draw_download(table, file_stem)


def _draw_trend(trend: TrendView, title: str, note: str, *, key: str, file_stem: str) -> None:
    draw_quiet(note)
    time, accuracy = st.columns(2, gap="large")
    with time:
        show_chart(draw_trend_times(trend), key=f"chart-{key}-time", alt_text=f"{title}: mean time")
    if trend.accuracy:
        with accuracy:
            alt_text = f"{title}: match with the actual path"
            show_chart(draw_trend_accuracy(trend), key=f"chart-{key}-accuracy", alt_text=alt_text)
    draw_text_table(trend.table, label=title)
    draw_download(trend.table, file_stem)


def _draw_forest(forest: ForestView, title: str, note: str, *, key: str, file_stem: str) -> None:
    draw_quiet(note)
    alt_text = f"{title}, change of the mean time: " + "; ".join(f"{row.label}, {row.text}" for row in forest.rows)
    show_chart(draw_forest(forest), key=f"chart-{key}", alt_text=alt_text)
    draw_text_table(forest.table, label=title)
    draw_download(forest.table, file_stem)


def _draw_people(view: ComparisonView, file_stem: str) -> None:
    draw_quiet(view.people_note or wording.PEOPLE_NOTE)
    draw_text_table(view.people_table)
    draw_download(view.people_table, file_stem)
