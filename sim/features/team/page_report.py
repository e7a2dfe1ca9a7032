"""A comparison on a page: of one team or all schools, what is compared, and what can be taken along.

Comparisons are kept while the drills are the same.
"""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Protocol

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.app.wiring import App
from sim.columns import CHOSEN_BY
from sim.compare.checks import LOW_RESULTS, Finding
from sim.compare.comparison import Comparison
from sim.compare.counting import Conditions, list_conditions
from sim.compare.facts import is_drawn, is_one_scheme
from sim.compare.result import Plan
from sim.compare.verdict import Verdict
from sim.errors import ComparisonError
from sim.features.comparison.handover import (
    ReportExport,
    compare_table,
    make_file_stem,
    make_key,
    write_attempts_csv,
    write_conditions,
    write_json,
    write_tables,
)
from sim.features.comparison.pdf import Panel, list_first_panels, list_further_panels, write_report
from sim.features.comparison.tables import TABLE_TITLES, list_tables
from sim.features.team import team
from sim.features.team.attempts_table import export_team, load_plan
from sim.features.team.team import TeamCard, list_teams
from sim.features.team.team_view import DistrictView, compare_district, get_district_view, hide_schools, mark_district
from sim.rules.viewer import Duty, may
from sim.text.tables import TextTable
from sim.ui.page.page_state import find_zone, get_app, get_viewer, make_file
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import (
    choose_shown,
    draw_download,
    draw_facts,
    draw_file,
    draw_lead,
    draw_quiet,
    draw_text_table,
    escape_markdown,
)


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
        offer("Download all numbers (JSON)", f"{stem}.json", f"json-{key}", lambda _: write_json(found))
    offer("Download all drills (CSV)", "attempts.csv", "export", lambda _: write_attempts_csv(found.table))
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
            "Then the comparison will give no judgment: the slowest quarter of a team is 23 to 34% faster the "
            "next time anyway. Put these people on a new team, so that only new drills are compared, and "
            "choose the last answer there."
        )
    return answer or ""


def draw_chosen_by_of(card: TeamCard, *, is_named: bool = False) -> None:
    name = card.name if is_named else ""
    answer = draw_chosen_by(card.chosen_by, key=f"chosen-by-{card.team_id}", team_name=name)
    if answer != card.chosen_by:
        run_and_redraw(lambda: team.set_chosen_by(get_app(), card.team_id, answer))


KEPT_S = 3600  # names may be in what is kept
MOST_KEPT = 8
MOST_DISTRICT = 4


def draw_team_results(card: TeamCard, together: Mapping[str, str]) -> None:
    chosen = len(together) > 1 and st.selectbox(
        "People compared",
        ["", *together],
        format_func=lambda each: together.get(each, f"All {len(together)} schools of the plan"),
        help="The plan is about all of them. Each further comparison asks for a larger gain.",
        key=f"compared-people-{card.team_id}",
    )
    team_ids = (chosen,) if chosen else tuple(together)
    shown = st.container()
    by_name = st.toggle("Show names in charts, tables and the file", key="by-name", value=False)
    table = export_team(get_app(), team_ids, by_name=by_name)
    # hand-set groups differ from team to team; lots are drawn for all teams of a plan
    if len(team_ids) > 1 and not (is_drawn(table) or is_one_scheme(table)):
        table = table.assign(group="")
    if len(team_ids) > 1 and not by_name:
        table = hide_schools(table)
    plan = load_plan(get_app(), team_ids, table)
    title = ", ".join(together[each] for each in team_ids)
    compare = partial(_compare_team, table, make_key(table), title, by_name, plan)
    try:
        draw_compared(compare, shown=shown, key=card.team_id, file_stem="before-after")
    except ComparisonError as error:
        shown.error(escape_markdown(error.on_screen))


def draw_district() -> None:
    st.title("Results of all schools", anchor=False)
    draw_lead(
        "Every school's teams together: what was done, and what changed. Schools are never put in order by result."
    )
    view, fingerprint = _read_district(get_app())
    if view.attempts.empty:
        st.info("No drill of a team has ended yet. Make teams, give each its school, and their drills appear here.")
        draw_quiet("Demo teams are left aside.")
        st.page_link(find_script("team"), label="Go to the teams", icon=":material/group:")
        return
    draw_facts(view.facts)
    if view.has_results:
        if may(get_viewer(), Duty.TRAIN):
            _draw_chosen_by()
        _draw_comparison(view, fingerprint)
    else:
        st.info(
            "A comparison appears here as soon as someone has finished a drill before the training and "
            "another one after it."
        )
    st.subheader("Schools", anchor=False)
    draw_quiet("In the order of names. A team without a school stands under its own name.")
    draw_text_table(view.schools)
    draw_download(view.schools, "district")


@st.cache_resource(show_spinner=False, max_entries=MOST_KEPT, ttl=KEPT_S)
def _compare_team(
    _table: pd.DataFrame,
    fingerprint: str,
    title: str,
    by_name: bool,
    plan: Plan,
    *,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> ReportExport:
    """Return the comparison, kept while the drills are the same: a press elsewhere on the page computes nothing."""
    del fingerprint
    return compare_table(
        _table, title=title, by_name=by_name, conditions=conditions, are_different=are_different, plan=plan
    )


def _read_district(app: App) -> tuple[DistrictView, str]:
    return _view_district(app, mark_district(app))


def prepare_district(app: App) -> None:
    """Read and compare all schools, which is kept for whoever opens their results next."""
    view, fingerprint = _read_district(app)
    if view.has_results:
        _compare_district(view, fingerprint, False)


def _draw_chosen_by() -> None:
    not_told = [card for card in list_teams(get_app()) if not card.is_demo and not card.chosen_by]
    if not not_told:
        return
    with st.expander("How people were chosen", expanded=len(not_told) <= 3):
        draw_quiet("Teams for which nobody has said so yet. The comparison needs it before it can say improved.")
        for card in choose_shown(not_told, lambda card: card.name, key="chosen-by", page=10):
            draw_chosen_by_of(card, is_named=True)


def _draw_comparison(view: DistrictView, fingerprint: str) -> None:
    shown = st.container()
    by_school = st.toggle("Show the names of schools in charts, tables and files", key="by-school", value=False)
    draw_quiet("People always go by pseudonyms here.")
    if view.ignores_groups:
        draw_quiet(
            "Trained and waiting groups are not compared here, because not every school has both in the same "
            "way. People who waited count like everyone else. Each team's own results compare its groups."
        )
    compare = partial(_compare_district, view, fingerprint, by_school)
    try:
        draw_compared(compare, shown=shown, key="district", file_stem="district")
    except ComparisonError as error:
        shown.error(escape_markdown(error.on_screen))


@st.cache_resource(show_spinner=False, max_entries=2, ttl=KEPT_S)
def _view_district(_app: App, mark: str) -> tuple[DistrictView, str]:
    """Return all schools and the fingerprint of their drills: reading 40,000 drills takes most of a second."""
    del mark
    view = get_district_view(_app)
    return view, make_key(view.attempts)


@st.cache_resource(show_spinner=False, max_entries=MOST_DISTRICT)
def _compare_district(
    _view: DistrictView,
    fingerprint: str,
    by_school: bool,
    *,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> ReportExport:
    del fingerprint
    return compare_district(_view.attempts, by_school=by_school, conditions=conditions, are_different=are_different)
