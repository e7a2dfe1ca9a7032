"""A comparison on a page: what is compared, the comparison itself, and what can be taken along."""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.app.wiring import App
from sim.columns import CHOSEN_BY
from sim.compare.checks import LOW_RESULTS, Finding
from sim.compare.comparison import Comparison
from sim.compare.counting import Conditions, list_conditions
from sim.compare.verdict import Verdict
from sim.features.comparison.handover import (
    ReportExport,
    make_file_stem,
    write_attempts_csv,
    write_conditions,
    write_json,
    write_tables,
)
from sim.features.comparison.pdf import Panel, list_first_panels, list_further_panels, write_report
from sim.features.comparison.tables import TABLE_TITLES, list_tables
from sim.features.team import team
from sim.features.team.team import TeamCard
from sim.text.tables import TextTable
from sim.ui.page.page_state import find_zone, get_app, make_file
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_download, draw_file, draw_quiet, draw_text_table, escape_markdown


class Compare(Protocol):
    """Makes the comparison of a page, under one console and options: the usual ones if None."""

    def __call__(self, *, conditions: Conditions | None = None, are_different: bool = False) -> ReportExport:
        """Return the comparison; `are_different` when people who look like one person are known not to be."""


def draw_compared(compare: Compare, *, shown: DeltaGenerator, key: str, file_stem: str) -> None:
    found = compare()
    with shown:
        are_different, same_people = False, found.comparison.same_people
        if same_people:
            question = f"{same_people}. Are they the same person? If so, remove one of the two from the team."
            st.warning(escape_markdown(question))
            are_different = st.checkbox("They are different people", key=f"different-{key}")
        if are_different:
            found = compare(are_different=True)
        choices = {f"{each.profile} {each.options}": each for each in list_conditions(found.table)}
        if len(choices) > 1:
            found = _choose_compared(compare, found, choices, key=key, are_different=are_different)
        draw_before_after(found.comparison, file_stem=file_stem)
    st.subheader("Download", anchor=False)
    people = "Names are shown." if found.by_name else "People go by pseudonyms."
    draw_quiet(f"The report is one page for a board, and an appendix. {people} The files hold everything shown here.")
    stem, zone = make_file_stem(found.title), find_zone()

    def offer(label: str, name: str, own_key: str, make: Callable[[App], bytes]) -> None:
        draw_file(label, make_file(lambda app, _: make(app)), name, key=own_key, is_main=name.endswith(".pdf"))

    def make_report(app: App) -> bytes:
        return write_report(found, made_at=app.clock.read().wall, zone=zone)

    def make_tables(app: App) -> bytes:
        return write_tables(found, made_at=app.clock.read().wall)

    with st.container(horizontal=True, key=f"take-{key}"):
        offer("Download the report (PDF)", f"{stem}-report.pdf", f"report-{key}", make_report)
        offer("Download all tables (ZIP)", f"{stem}-tables.zip", f"bundle-{key}", make_tables)
        numbers = "Download all numbers (JSON)"
        offer(numbers, f"{stem}.json", f"json-{key}", lambda _: write_json(found))
    drills = "Download all drills (CSV)"
    offer(drills, "attempts.csv", "export", lambda _: write_attempts_csv(found.table))
    people = "names" if found.by_name else "pseudonyms"
    draw_quiet(f"One row a drill, with {people}. Nothing else about anybody is in the file.")


def draw_before_after(comparison: Comparison, *, file_stem: str) -> None:
    kind = "sl-card sl-verdict good" if comparison.word is Verdict.IMPROVED else "sl-card sl-verdict"
    st.html(
        f'<div class="{kind}" role="status"><strong>{escape(comparison.headline)}</strong><br>'
        f"{escape(comparison.verdict)}</div>"
    )
    for sentence in comparison.sentences:
        st.write(escape_markdown(sentence))
    draw_quiet(" ".join((comparison.checks_sentence, *comparison.not_in_it)))
    tables = {table.name: table for table in list_tables(comparison)}
    for panel in list_first_panels(comparison):
        st.subheader(panel.title, anchor=False)
        draw_panel(panel, tables, file_stem=file_stem)
    if "plan" in tables:
        st.subheader(TABLE_TITLES["plan"], anchor=False)
        draw_text_table(tables["plan"])
    st.subheader("What this comparison cannot show", anchor=False)
    st.markdown("\n".join(f"- {escape_markdown(sentence)}" for sentence in comparison.cannot_show))
    for caution in comparison.warnings:
        st.html(f'<p class="sl-note">{escape(caution)}</p>')
    for panel in list_further_panels(comparison):
        draw_folded(panel.title, partial(draw_panel, panel, tables, file_stem=file_stem), key=panel.key)
    for key, title, note in (("accuracy", "Accuracy", ""), ("people", "Single people", comparison.changes_note)):
        if key in tables:
            draw_folded(title, partial(_draw_table, tables[key], note, file_stem), key=key)
    with st.expander("What was checked, and what was left out", key="design"):
        for check in comparison.checks:
            mark = "Fine:" if check.finding is Finding.FINE else "Look:"
            st.html(
                f'<p class="sl-check"><span>{mark}</span> <strong>{escape(check.question)}</strong> '
                f"{escape(check.sentence)}</p>"
            )
        if "left-out" in tables:
            st.markdown("**Left out of the comparison**")
            draw_text_table(tables["left-out"])
        if "remarks" in tables:
            st.markdown(f"**{TABLE_TITLES['remarks']}**")
            draw_text_table(tables["remarks"])
    with st.expander("Technical details", key="details"):
        draw_quiet("Each number with its interval, method and number of people.")
        if "details" in tables:
            _draw_table(tables["details"], "", file_stem)


def draw_panel(panel: Panel, tables: Mapping[str, TextTable], *, file_stem: str) -> None:
    """Draw pictures as the report has them on paper; their table and its download beside one picture, below two."""
    if panel.note:
        draw_quiet(panel.note)
    drawn = "".join(
        f'<img alt="{escape(picture.alt, quote=True)}" style="flex:1 1 {picture.width_pt:.0f}pt;min-width:0;'
        f'max-width:{1.6 * picture.width_pt:.0f}pt;width:100%" src="data:image/svg+xml;base64,'
        f'{base64.b64encode(picture.svg.encode()).decode()}">'
        for picture in panel.pictures
    )
    first, second = st.columns(2) if len(panel.pictures) == 1 else (st.container(), st.container())
    first.html(f'<div class="sl-card" style="background:#fff;display:flex;flex-wrap:wrap;gap:1rem">{drawn}</div>')
    if panel.table in tables:
        with second:
            draw_text_table(tables[panel.table], label=panel.title)
            draw_download(tables[panel.table], file_stem)


def _choose_compared(
    compare: Compare, found: ReportExport, choices: Mapping[str, Conditions], *, key: str, are_different: bool
) -> ReportExport:
    used = found.comparison.left.conditions
    compared = f"{used.profile} {used.options}" if found.comparison.people else ""
    names = list(choices)
    chosen = st.selectbox(
        "Console and options compared",
        names,
        index=names.index(compared) if compared in names else 0,
        format_func=lambda name: write_conditions(choices[name].profile, choices[name].options.split()),
        key=f"compared-{key}",
    )
    if chosen == compared:
        return found
    return compare(conditions=choices[chosen], are_different=are_different)


def draw_folded(title: str, draw: Callable[[], None], *, key: str) -> None:
    """Draw a part that is closed at first; nothing of it is computed or sent before it is opened."""
    part = st.expander(title, key=f"part-{key}", on_change="rerun")
    if part.open:
        with part:
            draw()


def _draw_table(table: TextTable, note: str, file_stem: str) -> None:
    if note:
        draw_quiet(note)
    draw_text_table(table)
    draw_download(table, file_stem)


QUESTION = "How were these people chosen?"


CHOSEN_BY_WORDS = {
    "all": "Everyone on the staff who should know this",
    "volunteers": "They volunteered",
    "low results": "For low results in drills of this team",
    "low results earlier": "For low results somewhere else, before these drills",
}


def draw_chosen_by(said: str, *, key: str, team_name: str = "") -> str:
    """Draw the question with what was said so far, behind a team's name if any; return the answer, "" if none yet."""
    options = list(CHOSEN_BY)
    answer = st.selectbox(
        f"{escape_markdown(team_name)}: {QUESTION}" if team_name else QUESTION,
        options,
        index=options.index(said) if said in options else None,
        format_func=lambda each: CHOSEN_BY_WORDS[each],
        placeholder="Choose an answer",
        help="The comparison says so. Without an answer it cannot say that the team improved.",
        key=key,
    )
    if answer == LOW_RESULTS:
        st.warning(
            "Then the comparison will give no word: the slowest quarter of a team is 23 to 34% faster the "
            "next time anyway. Put these people on a new team, so that only new drills are compared, and "
            "choose the last answer there."
        )
    return answer or ""


def draw_chosen_by_of(card: TeamCard, *, is_named: bool = False) -> None:
    name = card.name if is_named else ""
    answer = draw_chosen_by(card.chosen_by, key=f"chosen-by-{card.team_id}", team_name=name)
    if answer != card.chosen_by:
        run_and_redraw(lambda: team.set_chosen_by(get_app(), card.team_id, answer))
