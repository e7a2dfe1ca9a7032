"""Who was trained in what, and keeping the record: verifying the ledger, its head, and legal holds."""

from datetime import tzinfo
from functools import partial
from typing import Final

import streamlit as st

from sim.app.wiring import App
from sim.db.ledger import HoldRow, HoldScope
from sim.features.comparison.handover import make_file_stem
from sim.features.record import wording
from sim.features.record.certificates import make_certificate_table
from sim.features.record.exports import Format, write_export
from sim.features.record.school_lists import PAGE_ROWS, ListKind, SchoolList, get_school_list
from sim.features.record.tables import ON_TIME, make_note_table, make_result_table, make_unscored_table
from sim.features.record.view import TeamRecordView, make_former_table, make_people_table
from sim.ledger.holds import MOST_REASON, describe_hold, list_subjects, list_team_holds, place_hold, release_hold
from sim.ledger.verify import verify_app, write_head
from sim.rules.school_rights import list_schools
from sim.rules.sessions import list_account_changes
from sim.rules.viewer import Viewer
from sim.text.tables import write_table_csv
from sim.text.words import write_count
from sim.ui.page.page_state import PERSON_PARAM, TEAM_PARAM, find_zone, get_app, get_viewer, go_to_page, make_file
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import choose_shown, choose_view, draw_quiet, draw_table, draw_text_table, escape_markdown


def draw_people(view: TeamRecordView) -> None:
    shown = choose_shown(view.people, lambda line: line.name, key=f"record-people-{view.team_id}")
    people = make_people_table(shown)
    draw_table(people.header, people.rows, label="People")
    if view.former:
        st.subheader(wording.FORMER, anchor=False)
        draw_quiet(wording.FORMER_NOTE)
        former = make_former_table(view.former)
        draw_table(former.header, former.rows, label=wording.FORMER)
    names = {line.person_id: line.name for line in view.people}
    names |= {line.person_id: f"{line.name} ({line.standing})" for line in view.former}
    chosen = st.selectbox(
        "Open one person's record",
        list(names),
        index=None,
        placeholder="Choose a name",
        format_func=lambda person_id: names.get(person_id, ""),
        key=f"record-person-{view.team_id}",
    )
    if chosen is not None:
        go_to_page("record", **{PERSON_PARAM: chosen})
    st.subheader(wording.DRILLS, anchor=False)
    results = make_result_table(view.record, find_zone())
    if results.rows:
        draw_quiet(ON_TIME)
        draw_text_table(results, label=wording.DRILLS)
    else:
        draw_quiet("No drill is recorded yet. Practice is never recorded.")
    for title, table in (
        ("Team exercises and getting to know the console", make_unscored_table(view.record, find_zone())),
        ("What was done and remarked", make_note_table(view.record, find_zone(), with_names=True)),
    ):
        if table.rows:
            st.subheader(title, anchor=False)
            draw_text_table(table, label=title)


ALL = ""


def draw_school_lists() -> None:
    app, zone = get_app(), find_zone()
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    school = left.selectbox(
        wording.SCHOOL,
        [ALL, *list_schools(app)],
        format_func=lambda each: each or "All schools",
        key="records-school",
    )
    with right:
        kind = ListKind(choose_view(wording.VIEW, wording.LISTS, first="sessions", key="records-list"))
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
        draw_quiet(
            "{first} to {last} of {total}.".format(
                first=first + 1, last=first + len(page.table.rows), total=f"{page.total:,}"
            )
        )
    _draw_page(page, kind)
    if page.total:
        st.download_button(
            "All rows (CSV)",
            data=make_file(lambda _, __: write_table_csv(get(size=None).table)),
            file_name=f"records-{kind.value}.csv",
            mime="text/csv",
            key="records-list-file",
            on_click="ignore",
        )


def _draw_page(page: SchoolList, kind: ListKind) -> None:
    if not page.table.rows:
        st.info(wording.LIST_NONE[kind.value])
        return
    draw_table(page.table.header, page.table.rows, label=wording.LISTS[kind.value])
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


def draw_keeping(view: TeamRecordView, *, may_keep: bool) -> None:
    """Draw the button that verifies, and the holds; only who may keep the record places and releases them."""
    if st.button("Verify the ledger", key="verify", type="primary"):
        _verify()
    st.subheader("Legal holds", anchor=False)
    draw_quiet(wording.HOLDS_NOTE)
    holds = list_team_holds(get_app().store, view.team_id)
    if not holds:
        st.write("There is no hold on this team or anybody of it.")
    for hold, what in holds:
        _draw_hold(hold, what, may_keep=may_keep)
    if may_keep:
        _draw_place(view)
        _draw_account_changes()


def _verify() -> None:
    verdict = run_action(lambda: verify_app(get_app()))
    if verdict is None:
        return
    if verdict.broken is not None:
        st.error(wording.BROKEN.format(number=verdict.broken.number, what=escape_markdown(verdict.broken.what)))
        return
    if verdict.differences:
        st.error(
            wording.DIFFERS.format(
                what=escape_markdown(verdict.differences[0].what),
                rows=write_count(len(verdict.differences), "row differs", "rows differ"),
            )
        )
        return
    st.success("The ledger is intact: {entries}.".format(entries=write_count(verdict.entries, "entry", "entries")))
    draw_quiet(wording.HEAD)
    st.code(write_head(verdict.head), language=None, wrap_lines=True)


def _draw_hold(hold: HoldRow, what: str, *, may_keep: bool) -> None:
    said, change = st.columns([5, 2], vertical_alignment="center")
    said.write(f"{escape_markdown(what)}: {escape_markdown(describe_hold(hold))}.")
    if not may_keep:
        return
    with change.popover("Release", width="stretch", key=f"release-{hold.hold_id}"):
        reason = st.text_input("Why it is released", max_chars=MOST_REASON, key=f"release-reason-{hold.hold_id}")
        if st.button("Release the hold", key=f"release-sure-{hold.hold_id}"):
            app = get_app()
            done = run_action(
                lambda: release_hold(app.store, app.clock, hold.hold_id, reason=reason, by=get_viewer().name)
            )
            if done is not None:
                st.rerun()


def _draw_account_changes() -> None:
    table = list_account_changes(get_app(), get_viewer(), zone=find_zone())
    if table.rows:
        st.subheader(wording.ACCOUNTS, anchor=False)
        draw_quiet(wording.ACCOUNTS_NOTE)
        draw_text_table(table, label=wording.ACCOUNTS)


def _draw_place(view: TeamRecordView) -> None:
    known = list_subjects(get_app().store, view.team_id)
    subjects = {view.team_id: "The whole team", **{line.person_id: line.name for line in view.people}}
    subjects |= {key: name for key, (scope, name) in known.items() if scope in (HoldScope.SESSION, HoldScope.TRAINING)}
    with st.form("place-hold", border=False, clear_on_submit=True):
        chosen = st.selectbox("What is held", list(subjects), format_func=lambda each: subjects[each], key="hold-on")
        reason = st.text_input("Reason", max_chars=MOST_REASON, key="hold-reason")
        pressed = st.form_submit_button(wording.HOLD, key="hold-place")
    if pressed and chosen:
        app, scope = get_app(), known[chosen][0]
        placed = run_action(
            lambda: place_hold(
                app.store, app.clock, scope=scope, subject_id=chosen, reason=reason, by=get_viewer().name
            )
        )
        if placed is not None:
            st.rerun()


PDF_TYPE, CSV_TYPE = "application/pdf", "text/csv"
BUTTONS: Final = {
    "For the file (PDF)": (
        (Format.PDF, "Record", "record.pdf", PDF_TYPE),
        (Format.LOG_PDF, "Drill log", "drill-log.pdf", PDF_TYPE),
        (Format.CERTIFICATES_PDF, "Certificates", "certificates.pdf", PDF_TYPE),
    ),
    "For a spreadsheet (CSV)": (
        (Format.CSV, "All tables", "record-tables.zip", "application/zip"),
        (Format.LOG_CSV, "Drill log", "drill-log.csv", CSV_TYPE),
        (Format.CERTIFICATES_CSV, "Certificates", "certificates.csv", CSV_TYPE),
    ),
    "For other systems (JSON)": ((Format.JSON, "Data to verify", "record.json", "application/json"),),
}


def draw_exports(view: TeamRecordView) -> None:
    draw_quiet(wording.EXPORT_NOTE)
    zone, stem = find_zone(), make_file_stem(view.team)
    for place, (group, buttons) in zip(st.columns(len(BUTTONS)), BUTTONS.items(), strict=True):
        with place:
            st.markdown(f"**{group}**")
            for kind, label, name, mime in buttons:
                st.download_button(
                    label,
                    data=make_file(partial(_write, view.team_id, kind, zone)),
                    file_name=f"{stem}-{name}",
                    mime=mime,
                    type="primary" if kind is Format.PDF else "secondary",
                    key=f"export-{kind.value}",
                    on_click="ignore",
                    width="stretch",
                )
    _draw_certificates(view)


def _draw_certificates(view: TeamRecordView) -> None:
    table = make_certificate_table(view.record, now=get_app().clock.read().wall, zone=find_zone())
    if table.rows:
        st.subheader(wording.CERTIFICATES, anchor=False)
        draw_text_table(table, label=wording.CERTIFICATES)


def _write(team_id: str, kind: Format, zone: tzinfo, app: App, viewer: Viewer) -> bytes:
    return write_export(app, team_id, kind, zone=zone, by=viewer.name)
