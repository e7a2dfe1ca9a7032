"""The before/after part of the team page: verdict, what decided and what it cannot show; then times and accuracy."""

from html import escape

import streamlit as st

from sim.services.comparison.view import ComparisonView
from sim.ui.parts.blocks import draw_facts, draw_quiet
from sim.ui.parts.charts import draw_completion, draw_measure_pairs, draw_time_pairs
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.team import team_wording as wording
from sim.ui.team.further_parts import draw_chart_and_table, draw_folded, draw_further_parts


def draw_before_after(view: ComparisonView, *, file_stem: str) -> None:
    """Draw the comparison; downloads are named after `file_stem`."""
    kind = "sl-card sl-verdict good" if view.is_good else "sl-card sl-verdict"
    st.html(
        f'<div class="{kind}" role="status"><strong>{escape(view.headline)}</strong><br>{escape(view.verdict)}</div>'
    )
    if view.has_pairs:
        draw_facts(view.facts)
        for sentence in (view.time_sentence, view.accuracy_sentence, *view.readings):
            st.write(escape_markdown(sentence))
    draw_quiet(" ".join((view.checks_sentence, *view.not_in_it)))
    st.subheader(wording.CANNOT, anchor=False)
    st.markdown("\n".join(f"- {escape_markdown(sentence)}" for sentence in view.cannot_show))
    for caution in view.cautions:
        st.html(f'<p class="sl-note">{escape(caution)}</p>')
    if view.has_pairs:
        _draw_times(view, file_stem)
        _draw_accuracy(view, file_stem)
        draw_folded(wording.FINISHED, lambda: _draw_completion(view, file_stem), key="finished")
        draw_further_parts(view, file_stem)
    _draw_design(view, file_stem)


def _draw_times(view: ComparisonView, file_stem: str) -> None:
    st.subheader(wording.TIMES, anchor=False)
    draw_quiet(wording.TIMES_NOTE)
    chart = draw_time_pairs(view.time_points, typical=view.time_typical)
    draw_chart_and_table(chart, view.time_table, alt_text=view.time_sentence, key="times", file_stem=file_stem)


def _draw_completion(view: ComparisonView, file_stem: str) -> None:
    draw_quiet(wording.FINISHED_NOTE)
    chart = draw_completion(view.curve, limit_s=view.limit_s)
    alt_text = "; ".join(f"by {time}: {before} before, {after} after" for time, before, after in view.share_table.rows)
    draw_chart_and_table(chart, view.share_table, alt_text=alt_text, key="finished", file_stem=file_stem)
    draw_text_table(view.at_risk_table)
    draw_download(view.at_risk_table, file_stem)


def _draw_accuracy(view: ComparisonView, file_stem: str) -> None:
    st.subheader(wording.ACCURACY, anchor=False)
    draw_quiet(wording.ACCURACY_NOTE)
    labels = [measure.label for measure in view.measures]
    chosen = st.selectbox(wording.MEASURE, labels, key="measure")
    measure = view.measures[labels.index(chosen)]
    if measure.points:
        alt_text = f"{measure.label}, before and after, one line a person"
        draw_chart_and_table(
            draw_measure_pairs(measure), view.accuracy_table, alt_text=alt_text, key="accuracy", file_stem=file_stem
        )
    else:
        st.info(wording.NO_MEASURE)
        draw_text_table(view.accuracy_table)


def _draw_design(view: ComparisonView, file_stem: str) -> None:
    with st.expander(wording.DESIGN, key="design"):
        for question, sentence, is_fine in view.design_lines:
            mark = wording.CHECK_FINE if is_fine else wording.CHECK_LOOK
            st.html(
                f'<p class="sl-check"><span>{escape(mark)}</span> <strong>{escape(question)}</strong> '
                f"{escape(sentence)}</p>"
            )
        if view.left_out_table.rows:
            st.markdown(f"**{wording.LEFT_OUT}**")
            draw_text_table(view.left_out_table)
    with st.expander(wording.DETAILS, key="details"):
        draw_quiet(wording.DETAILS_NOTE)
        draw_text_table(view.details_table)
        draw_download(view.details_table, file_stem)
