"""A comparison on a page: what is compared, the comparison itself, and what can be taken along."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.compare.data.conditions import Conditions
from sim.services.comparison.figures import ForestView, TrendView
from sim.services.comparison.handover import (
    Compared,
    ReportExport,
    make_file_stem,
    write_json,
    write_report,
    write_tables,
)
from sim.services.comparison.view import ComparisonView
from sim.text.tables import TextTable
from sim.ui.page.page_state import find_zone, make_file
from sim.ui.parts.blocks import draw_download, draw_facts, draw_quiet, draw_text_table, escape_markdown
from sim.ui.parts.charts import (
    Spec,
    draw_completion,
    draw_forest,
    draw_measure_pairs,
    draw_time_pairs,
    draw_trend_accuracy,
    draw_trend_times,
    show_chart,
)


class Compare(Protocol):
    """Makes the comparison of a page, under one console and options: the usual ones if None."""

    def __call__(self, *, conditions: Conditions | None = None, are_different: bool = False) -> Compared:
        """Return the comparison; `are_different` when people who look like one person are known not to be."""
        ...


def draw_compared(compare: Compare, *, shown: DeltaGenerator, key: str, file_stem: str) -> None:
    """Draw a comparison and its downloads; the choice of console and options where drills were given on several."""
    found = compare()
    with shown:
        are_different = bool(found.same_people) and _ask_different(found.same_people, key=key)
        if are_different:
            found = compare(are_different=True)
        if len(found.choices) > 1:
            found = _choose_compared(compare, found, key=key, are_different=are_different)
        draw_before_after(found.comparison, file_stem=file_stem)
    draw_downloads(found.handover, key=key)
    st.download_button(
        "Download all drills (CSV)",
        data=make_file(lambda _, __: found.export_csv),
        file_name="attempts.csv",
        mime="text/csv",
        key="export",
        on_click="ignore",
    )
    draw_quiet(f"One row a drill, with {found.people}. Nothing else about anybody is in the file.")


def draw_downloads(handover: ReportExport, *, key: str) -> None:
    """Draw the buttons; each file is made only when its button is pressed."""
    stem = make_file_stem(handover.title)
    zone = find_zone()
    st.subheader("Download", anchor=False)
    draw_quiet(
        (
            "The report is two pages for a superintendent, and an appendix with every number, the methods "
            "and what was left out. {people} The files hold everything shown here."
        ).format(people="Names are shown." if handover.by_name else "People go by pseudonyms.")
    )
    with st.container(horizontal=True, key=f"take-{key}"):
        st.download_button(
            "Download the report (PDF)",
            data=make_file(lambda app, _: write_report(handover, made_at=app.clock.read().wall, zone=zone)),
            file_name=f"{stem}-report.pdf",
            mime="application/pdf",
            type="primary",
            key=f"report-{key}",
            on_click="ignore",
        )
        st.download_button(
            "Download all tables (ZIP)",
            data=make_file(lambda app, _: write_tables(handover, made_at=app.clock.read().wall)),
            file_name=f"{stem}-tables.zip",
            mime="application/zip",
            key=f"bundle-{key}",
            on_click="ignore",
        )
        st.download_button(
            "Download all numbers (JSON)",
            data=make_file(lambda _, __: write_json(handover)),
            file_name=f"{stem}.json",
            mime="application/json",
            key=f"json-{key}",
            on_click="ignore",
        )


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
    st.subheader("What this comparison cannot show", anchor=False)
    st.markdown("\n".join(f"- {escape_markdown(sentence)}" for sentence in view.cannot_show))
    for caution in view.cautions:
        st.html(f'<p class="sl-note">{escape(caution)}</p>')
    if view.has_pairs:
        _draw_times(view, file_stem)
        _draw_accuracy(view, file_stem)
        draw_folded("Who had finished by when", lambda: _draw_completion(view, file_stem), key="finished")
        draw_further_parts(view, file_stem)
    _draw_design(view, file_stem)


def draw_further_parts(view: ComparisonView, file_stem: str) -> None:
    """Draw what the comparison has of these, each closed at first; downloads are named after `file_stem`."""
    for trend, title, note, key in (
        (
            view.learning,
            "Drill by drill",
            (
                "Everybody's first, second, third drill and so on: means with their 95% intervals. Open squares: "
                "before; dots: after. What changes among the drills before is practice, not training."
            ),
            "learning",
        ),
        (
            view.retention,
            "Weeks and months later",
            (
                "Those who came back, right after the training and later. Where it was not the same people each "
                "time, look at the changes in the table: they compare each of them with themselves. Accuracy "
                "often fades sooner than speed."
            ),
            "retention",
        ),
    ):
        if trend is not None:
            draw_folded(title, partial(_draw_trend, trend, title, note, key=key, file_stem=file_stem), key=key)
    for forest, title, note, key in (
        (
            view.task_types,
            "By kind of task",
            (
                "Every kind of task there is in the drills, not a choice of them. The lines are 95% intervals; "
                "rows are not tested one by one."
            ),
            "types",
        ),
        (
            view.schools,
            "By school",
            (
                "In the order of names. Few people stand behind each school, so the lines are long; look at all "
                "together."
            ),
            "schools",
        ),
    ):
        if forest is not None:
            draw_folded(title, partial(_draw_forest, forest, title, note, key=key, file_stem=file_stem), key=key)
    if view.people_table.rows:
        draw_folded("Single people", partial(_draw_people, view, file_stem), key="people")


def _ask_different(same_people: str, *, key: str) -> bool:
    """Draw who may be one person under two ids; return whether they are said to be different people."""
    st.warning(escape_markdown(f"{same_people}. Are they the same person? If so, remove one of the two from the team."))
    return st.checkbox("They are different people", key=f"different-{key}")


def _choose_compared(compare: Compare, found: Compared, *, key: str, are_different: bool) -> Compared:
    """Draw the choice of the console and options whose drills are compared; return that comparison."""
    cards = {card.name: card for card in found.choices}
    names = list(cards)
    chosen = st.selectbox(
        "Console and options compared",
        names,
        index=names.index(found.compared) if found.compared in names else 0,
        format_func=lambda name: cards[name].title,
        key=f"compared-{key}",
    )
    if chosen == found.compared:
        return found
    return compare(conditions=cards[chosen].conditions, are_different=are_different)


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
    draw_quiet(
        view.people_note or "In the order of the list, not by result. What practice alone would bring is taken off."
    )
    draw_text_table(view.people_table)
    draw_download(view.people_table, file_stem)


def _draw_times(view: ComparisonView, file_stem: str) -> None:
    st.subheader("Time, person by person", anchor=False)
    draw_quiet(
        "One line per person. A triangle at the top: ran out of time. The broad line is the typical time "
        "of finished drills."
    )
    chart = draw_time_pairs(view.time_points, typical=view.time_typical)
    draw_chart_and_table(chart, view.time_table, alt_text=view.time_sentence, key="times", file_stem=file_stem)


def _draw_completion(view: ComparisonView, file_stem: str) -> None:
    draw_quiet(
        "Dashed: before; solid: after. The shaded bands show how uncertain each line is. Drills that ran "
        "out of time count as not finished, whatever they would have needed."
    )
    chart = draw_completion(view.curve, limit_s=view.limit_s)
    alt_text = "; ".join(f"by {time}: {before} before, {after} after" for time, before, after in view.share_table.rows)
    draw_chart_and_table(chart, view.share_table, alt_text=alt_text, key="finished", file_stem=file_stem)
    draw_text_table(view.at_risk_table)
    draw_download(view.at_risk_table, file_stem)


def _draw_accuracy(view: ComparisonView, file_stem: str) -> None:
    st.subheader("Accuracy, person by person", anchor=False)
    draw_quiet("Speed alone is no gain if the wrong person was followed. The first measure decides.")
    labels = [measure.label for measure in view.measures]
    chosen = st.selectbox("Measure in the chart", labels, key="measure")
    measure = view.measures[labels.index(chosen)]
    if measure.points:
        alt_text = f"{measure.label}, before and after, one line a person"
        draw_chart_and_table(
            draw_measure_pairs(measure), view.accuracy_table, alt_text=alt_text, key="accuracy", file_stem=file_stem
        )
    else:
        st.info("Nobody has this measure in both phases.")
        draw_text_table(view.accuracy_table)


def _draw_design(view: ComparisonView, file_stem: str) -> None:
    with st.expander("What was checked, and what was left out", key="design"):
        for question, sentence, is_fine in view.design_lines:
            mark = "Fine:" if is_fine else "Look:"
            st.html(
                f'<p class="sl-check"><span>{escape(mark)}</span> <strong>{escape(question)}</strong> '
                f"{escape(sentence)}</p>"
            )
        if view.left_out_table.rows:
            st.markdown("**Left out of the comparison**")
            draw_text_table(view.left_out_table)
    with st.expander("Technical details", key="details"):
        draw_quiet(
            "Each number with its interval, method and number of people. The command python -m sim compare "
            "prints the same from the downloaded drills."
        )
        draw_text_table(view.details_table)
        draw_download(view.details_table, file_stem)
