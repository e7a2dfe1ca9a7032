"""Who was trained in what, and keeping the record: verifying the ledger, its head, and legal holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from functools import partial
from typing import Any, Final

import streamlit as st

from sim.app.wiring import App
from sim.console.scores import settle_all
from sim.db.ledger import Gap, HoldRow, HoldScope
from sim.db.sessions import SessionRow
from sim.db.teams import TeamRow
from sim.features.comparison.handover import make_file_stem
from sim.features.record.drill_log import (
    LogTemplates,
    add_template,
    list_templates,
    read_template_file,
    remove_template,
)
from sim.features.record.exports import Format, write_export
from sim.features.record.tables import (
    COUNTS,
    ON_TIME,
    make_note_table,
    make_result_table,
    make_unscored_table,
    write_when,
)
from sim.features.record.view import TeamRecordView, list_refreshers, make_certificate_table, make_people_table
from sim.features.requirements.page import draw_requirements
from sim.features.session.attendance import settle_all_expired
from sim.ledger.holds import MOST_REASON, describe_hold, list_subjects, list_team_holds, place_hold, release_hold
from sim.ledger.pass_parts import name_skill
from sim.ledger.record import list_recorded, list_standing
from sim.ledger.verify import verify_app, write_head
from sim.program.plan import BoardState
from sim.program.session_day import KIND_WORDS
from sim.rules.school_rights import list_schools, name_school
from sim.rules.sessions import list_account_changes
from sim.rules.viewer import Duty, Viewer, may
from sim.text.tables import TextTable, make_table, own_columns, write_table_csv
from sim.text.times import write_date
from sim.text.words import write_count
from sim.ui.page.page_state import PERSON_PARAM, TEAM_PARAM, find_zone, get_app, get_viewer, go_to_page, make_file
from sim.ui.parts.actions import draw_flash, run_action, run_and_redraw
from sim.ui.parts.blocks import (
    choose_shown,
    choose_view,
    draw_error,
    draw_file,
    draw_quiet,
    draw_table,
    draw_text_table,
    escape_markdown,
)

PAGE_ROWS = 50
_URGENT = (BoardState.OVERDUE, BoardState.DUE)
Columns = Mapping[str, Callable[..., str]]
_TEAM: Final[Columns] = {"School": lambda team, _: name_school(team), "Team": lambda team, _: team.name}


LISTS: Final = {"sessions": "Sessions", "gaps": "Gaps", "refreshers": "Refreshers due", "requirements": "Requirements"}


class ListKind(StrEnum):
    SESSIONS = "sessions"
    GAPS = "gaps"
    REFRESHERS = "refreshers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolList:
    table: TextTable  # its rows; the first two columns are school and team
    teams: tuple[tuple[str, str], ...]  # id and name of each team on the page, in that order
    total: int  # rows of all pages
    pages: int  # how many pages there are, at least 1


def get_school_list(
    app: App, kind: ListKind, *, school: str | None = None, page: int = 0, size: int | None = PAGE_ROWS, zone: tzinfo
) -> SchoolList:
    """Return one page of what the teams of a school, or with None of all schools, have.

    What is over is settled first, so that the record has all that has ended.
    """
    settle_all(app)
    settle_all_expired(app)
    rows: list[tuple[Any, ...]]
    columns: Columns
    if kind is ListKind.REFRESHERS:
        due = list_refreshers(app, *_URGENT, school=school)
        rows = [*sorted(due, key=lambda each: _URGENT.index(each[2].state))]
        columns = {
            **own_columns(School="school", Team="team", Name="name"),
            "Refresher": lambda _, title, __: title,
            "When": lambda *each: each[2].text,
        }
    else:
        with app.store.read() as work:
            teams = {
                team.team_id: team
                for team in work.teams.list_all()
                if not team.is_demo and school in (None, name_school(team))
            }
            found = list_standing(work) if kind is ListKind.SESSIONS else work.gaps.list_all(Gap.closed_at.is_(None))
        rows = [(teams[each.team_id], each) for each in found if each.team_id in teams]
        if kind is ListKind.SESSIONS:
            rows.sort(key=lambda each: (each[1].begins_at, each[1].session_id), reverse=True)
            columns = {
                **_TEAM,
                "Session": lambda _, session: KIND_WORDS[session.kind],
                "Day": lambda _, session: write_when(session, zone),
                "Invited": lambda _, session: str(len(session.guests)),
                **{name: lambda _, session, tell=tell: tell(session) for name, tell in COUNTS.items()},
                "Instructor": lambda _, session: session.instructor or "-",
            }
        else:
            rows.sort(key=lambda each: (name_school(each[0]), each[0].name, each[1].name, name_skill(each[1].key)))
            rows.sort(key=lambda each: each[1].opened_at)
            columns = {
                **_TEAM,
                "Name": lambda _, gap: gap.name,
                "To practice": lambda _, gap: name_skill(gap.key),
                "Open since": lambda _, gap: write_date(gap.opened_at, zone),
                "Re-drill given": lambda _, gap: "-" if gap.redrill_at is None else write_date(gap.redrill_at, zone),
            }
    size = size or max(1, len(rows))
    pages = max(1, -(-len(rows) // size))
    first = min(max(page, 0), pages - 1) * size
    shown = rows[first : first + size]
    if kind is ListKind.SESSIONS:
        with app.store.read() as work:
            is_shown = SessionRow.session_id.in_([session.session_id for _, session in shown])
            told = {each.session_id: each for each in list_recorded(work, is_shown)}
        shown = [(team, told[session.session_id]) for team, session in shown]
    names = {(each[0].team_id, each[0].name if isinstance(each[0], TeamRow) else each[0].team): None for each in shown}
    return SchoolList(table=make_table("list", shown, columns), teams=tuple(names), total=len(rows), pages=pages)


def draw_people(view: TeamRecordView) -> None:
    shown = choose_shown(view.people, lambda line: line.name, key=f"record-people-{view.who.team_id}")
    people = make_people_table(shown)
    draw_table(people.header, people.rows, label="People")
    if view.former:
        st.subheader("Not on the team any more", anchor=False)
        draw_quiet("Their record stays as long as the law requires. Open it like everyone else's.")
        former = make_people_table(view.former, are_former=True)
        draw_table(former.header, former.rows, label="Not on the team any more")
    names = {line.person_id: line.name for line in view.people}
    names |= {line.person_id: f"{line.name} ({line.standing})" for line in view.former}
    chosen = st.selectbox(
        "Open one person's record",
        list(names),
        index=None,
        placeholder="Choose a name",
        format_func=lambda person_id: names.get(person_id, ""),
        key=f"record-person-{view.who.team_id}",
    )
    if chosen is not None:
        go_to_page("record", **{PERSON_PARAM: chosen})
    st.subheader("Recorded drills", anchor=False)
    results = make_result_table(view.record, find_zone())
    if results.rows:
        draw_quiet(ON_TIME)
        draw_text_table(results, label="Recorded drills")
    else:
        draw_quiet("No drill is recorded yet. Practice is never recorded.")
    for title, table in (
        ("Team exercises and getting to know the console", make_unscored_table(view.record, find_zone())),
        ("What was done and remarked", make_note_table(view.record, find_zone())),
    ):
        if table.rows:
            st.subheader(title, anchor=False)
            draw_text_table(table, label=title)


ALL = ""


def draw_school_lists() -> None:
    app, zone = get_app(), find_zone()
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    school = left.selectbox(
        "School", [ALL, *list_schools(app)], format_func=lambda each: each or "All schools", key="records-school"
    )
    with right:
        shown = choose_view("Show", LISTS, first="sessions", key="records-list")
    if shown == "requirements":
        settle_all(app)
        draw_requirements(school=school or None)
        return
    kind = ListKind(shown)
    get = partial(get_school_list, app, kind, school=school or None, zone=zone)
    page = get()
    if page.pages > 1:
        number = st.number_input(
            f"Page of {page.pages}",
            min_value=1,
            max_value=page.pages,
            value=1,
            key=f"records-page-{kind.value}-{school}",
        )
        page = page if number == 1 else get(page=int(number) - 1)
        first = (int(number) - 1) * PAGE_ROWS
        draw_quiet(f"{first + 1} to {first + len(page.table.rows)} of {page.total:,}.")
    if not page.table.rows:
        none = {
            ListKind.SESSIONS: "No session is recorded.",
            ListKind.GAPS: "No gaps are open.",
            ListKind.REFRESHERS: "No refresher is due. They come from the programs of the teams.",
        }
        st.info(none[kind])
        return
    draw_table(page.table.header, page.table.rows, label=LISTS[shown])
    names = dict(page.teams)
    chosen = st.selectbox(
        "Open a team's records",
        list(names),
        index=None,
        placeholder="Choose a team of this page",
        format_func=lambda team_id: names.get(team_id, ""),
        key="records-open-team",
    )
    if chosen is not None:
        go_to_page("records", **{TEAM_PARAM: chosen})
    made = make_file(lambda _, __: write_table_csv(get(size=None).table))
    draw_file("All rows (CSV)", made, f"records-{shown}.csv", key="records-list-file")


def draw_keeping(view: TeamRecordView, *, may_keep: bool) -> None:
    if st.button("Verify the ledger", key="verify", type="primary"):
        _verify()
    st.subheader("Legal holds", anchor=False)
    draw_quiet("While a hold lasts, nothing about its person, team or session is deleted.")
    holds = list_team_holds(get_app().store, view.who.team_id)
    if not holds:
        st.write("There is no hold on this team or anybody of it.")
    for hold, what in holds:
        _draw_hold(hold, what, may_keep=may_keep)
    if may_keep:
        _draw_place(view)
        table = list_account_changes(get_app(), get_viewer(), zone=find_zone())
        if table.rows:
            st.subheader("Changes of accounts", anchor=False)
            draw_quiet("Who could read and change what, of all teams, the latest fifty. No PIN or passphrase is in it.")
            draw_text_table(table, label="Changes of accounts")


def _verify() -> None:
    verdict = run_action(lambda: verify_app(get_app()))
    if verdict is None:
        return
    if verdict.broken is not None:
        st.error(
            f"Entry {verdict.broken.number} is broken: {escape_markdown(verdict.broken.what)}. Tell your IT "
            "department, and keep the database as it is."
        )
        return
    if verdict.differences:
        st.error(
            f"The ledger is intact, but {write_count(len(verdict.differences), 'row differs', 'rows differ')} from it: "
            f"{escape_markdown(verdict.differences[0].what)}. Tell your IT department, and keep the database as it is."
        )
        return
    st.success(f"The ledger is intact: {write_count(verdict.head.number, 'entry', 'entries')}.")
    draw_quiet("Head of the ledger, to be noted elsewhere")
    st.code(write_head(verdict.head), language=None, wrap_lines=True)


def _draw_hold(hold: HoldRow, what: str, *, may_keep: bool) -> None:
    said, change = st.columns([5, 2], vertical_alignment="center")
    said.write(f"{escape_markdown(what)}: {escape_markdown(describe_hold(hold))}.")
    if not may_keep:
        return
    with change.popover("Release", width="stretch", key=f"release-{hold.hold_id}"):
        reason = st.text_input("Why it is released", max_chars=MOST_REASON, key=f"release-reason-{hold.hold_id}")
        if st.button("Release the hold", key=f"release-sure-{hold.hold_id}"):
            app, by = get_app(), get_viewer().name
            run_and_redraw(lambda: release_hold(app.store, app.clock, hold.hold_id, reason=reason, by=by))


def _draw_place(view: TeamRecordView) -> None:
    known = list_subjects(get_app().store, view.who.team_id)
    subjects = {view.who.team_id: "The whole team", **{line.person_id: line.name for line in view.people}}
    subjects |= {key: name for key, (scope, name) in known.items() if scope in (HoldScope.SESSION, HoldScope.TRAINING)}
    with st.form("place-hold", border=False, clear_on_submit=True):
        chosen = st.selectbox("What is held", list(subjects), format_func=lambda each: subjects[each], key="hold-on")
        reason = st.text_input("Reason", max_chars=MOST_REASON, key="hold-reason")
        pressed = st.form_submit_button("Place a hold", key="hold-place")
    if pressed and chosen:
        app, scope, by = get_app(), known[chosen][0], get_viewer().name
        run_and_redraw(lambda: place_hold(app.store, app.clock, scope=scope, subject_id=chosen, reason=reason, by=by))


BUTTONS: Final = {
    "For the file (PDF)": (
        (Format.PDF, "Record", "record.pdf"),
        (Format.SUMMARY_PDF, "One page per person", "one-page.pdf"),
        (Format.LOG_PDF, "Drill log", "drill-log.pdf"),
        (Format.CERTIFICATES_PDF, "Certificates", "certificates.pdf"),
    ),
    "For a spreadsheet": (
        (Format.XLSX, "All tables (Excel)", "record.xlsx"),
        (Format.CSV, "All tables (CSV)", "record-tables.zip"),
        (Format.LOG_CSV, "Drill log (CSV)", "drill-log.csv"),
        (Format.CERTIFICATES_CSV, "Certificates (CSV)", "certificates.csv"),
    ),
    "For other systems (JSON)": ((Format.JSON, "Data to verify", "record.json"),),
}


def draw_exports(view: TeamRecordView) -> None:
    draw_flash()
    draw_quiet("Every export is recorded, and holds the ledger's head: keep one where nobody can change it.")
    templates = list_templates(get_app())
    log = st.selectbox(
        "Drill log as",
        list(templates.found),
        format_func=lambda key: templates.found[key].name if key in templates.found else "",
        key="export-log",
    )
    chosen = templates.found[log]
    if chosen.note or chosen.source:
        draw_quiet(" ".join(filter(None, (f"After: {chosen.source}." if chosen.source else "", chosen.note))))
    zone, stem = find_zone(), make_file_stem(view.who.team)
    for place, (group, buttons) in zip(st.columns(len(BUTTONS)), BUTTONS.items(), strict=True):
        with place:
            st.markdown(f"**{group}**")
            for kind, label, name in buttons:
                made, is_main = make_file(partial(_write, view.who.team_id, kind, zone, log=log)), kind is Format.PDF
                draw_file(label, made, f"{stem}-{name}", key=f"export-{kind.value}", is_main=is_main, is_wide=True)
    if may(get_viewer(), Duty.STATE_REQUIREMENTS):
        _draw_own_log(templates, log)
    table = make_certificate_table(view.record, now=get_app().clock.read().wall, zone=find_zone())
    if table.rows:
        st.subheader("Certificates", anchor=False)
        draw_text_table(table, label="Certificates")


def _draw_own_log(templates: LogTemplates, log: str) -> None:
    with st.expander("Columns and words of the drill log", key="own-log"):
        draw_quiet("Download one, change its words and columns with a text editor, and add it under another name.")
        made = make_file(lambda app, _: read_template_file(app, log))
        draw_file(f"Download “{templates.found[log].name}” (TOML)", made, f"{log}.toml", key="log-file")
        sent = st.file_uploader("A file of our own", type=["toml"], max_upload_size=5, key="log-own-file")
        if sent is not None and st.button("Add it", key="log-add"):
            name, data = sent.name, sent.getvalue()
            run_and_redraw(lambda: add_template(get_app(), get_viewer(), name, data), said="Added. Choose it above.")
        if log in templates.own and st.button("Remove the one chosen above", key="log-remove"):
            run_and_redraw(lambda: remove_template(get_app(), get_viewer(), log), said="Removed.")
        for problem in templates.problems:
            draw_error(problem)


def _write(team_id: str, kind: Format, zone: tzinfo, app: App, viewer: Viewer, *, log: str) -> bytes:
    return write_export(app, team_id, kind, zone=zone, by=viewer.name, log=log)
