"""Keeping the record: verifying the ledger, its head, and legal holds."""

from datetime import tzinfo
from functools import partial

import streamlit as st

from sim.db.ledger import HoldScope
from sim.services.accounts.viewer import Viewer
from sim.services.app.wiring import App
from sim.services.comparison.handover import make_file_stem
from sim.services.ledger.holds import MOST_REASON, HoldLine, list_events, list_team_holds, place_hold, release_hold
from sim.services.ledger.verify import verify_app, write_head
from sim.services.training_record.certificates import make_certificate_table
from sim.services.training_record.exports.write import Format, write_export
from sim.services.training_record.view import TeamRecordView, list_account_changes
from sim.text.words import write_count
from sim.ui.page.page_state import find_zone, get_app, get_viewer, make_file
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet, draw_text_table, escape_markdown
from sim.ui.records import wording


def draw_keeping(view: TeamRecordView, *, may_keep: bool) -> None:
    """Draw the button that verifies, and the holds; only who may keep the record places and releases them."""
    if st.button("Verify the ledger", key="verify", type="primary"):
        _verify()
    st.subheader("Legal holds", anchor=False)
    draw_quiet(wording.HOLDS_NOTE)
    holds = list_team_holds(get_app().store, view.team_id)
    if not holds:
        st.write("There is no hold on this team or anybody of it.")
    for hold in holds:
        _draw_hold(hold, may_keep=may_keep)
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
    st.success("The ledger is intact: {entries}.".format(entries=write_count(verdict.entries, "entry", "entries")))
    draw_quiet(wording.HEAD)
    st.code(write_head(verdict.head), language=None, wrap_lines=True)


def _draw_hold(hold: HoldLine, *, may_keep: bool) -> None:
    said, change = st.columns([5, 2], vertical_alignment="center")
    said.write(f"{escape_markdown(hold.what)}: {escape_markdown(hold.said)}.")
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
    events = list_events(get_app().store, view.team_id)
    subjects = {view.team_id: "The whole team", **{line.person_id: line.name for line in view.people}}
    subjects |= {event_id: name for event_id, (_, name) in events.items()}
    with st.form("place-hold", border=False, clear_on_submit=True):
        chosen = st.selectbox("What is held", list(subjects), format_func=lambda each: subjects[each], key="hold-on")
        reason = st.text_input("Reason", max_chars=MOST_REASON, key="hold-reason")
        pressed = st.form_submit_button(wording.HOLD, key="hold-place")
    if pressed and chosen:
        app, scope = get_app(), HoldScope.TEAM if chosen == view.team_id else HoldScope.PERSON
        scope = events[chosen][0] if chosen in events else scope
        placed = run_action(
            lambda: place_hold(
                app.store, app.clock, scope=scope, subject_id=chosen, reason=reason, by=get_viewer().name
            )
        )
        if placed is not None:
            st.rerun()


PDF_TYPE, CSV_TYPE = "application/pdf", "text/csv"
BUTTONS = (
    (Format.PDF, "Record (PDF)", "record.pdf", PDF_TYPE),
    (Format.LOG_PDF, "Drill log (PDF)", "drill-log.pdf", PDF_TYPE),
    (Format.LOG_CSV, "Drill log (CSV)", "drill-log.csv", CSV_TYPE),
    (Format.CERTIFICATES_PDF, "Certificates (PDF)", "certificates.pdf", PDF_TYPE),
    (Format.CERTIFICATES_CSV, "Certificates (CSV)", "certificates.csv", CSV_TYPE),
    (Format.CSV, "Tables (CSV)", "record-tables.zip", "application/zip"),
    (Format.JSON, "Data to verify (JSON)", "record.json", "application/json"),
)


def draw_exports(view: TeamRecordView) -> None:
    draw_quiet(wording.EXPORT_NOTE)
    zone, stem = find_zone(), make_file_stem(view.team)
    with st.container(horizontal=True, key="record-exports"):
        for kind, label, name, mime in BUTTONS:
            st.download_button(
                label,
                data=make_file(partial(_write, view.team_id, kind, zone)),
                file_name=f"{stem}-{name}",
                mime=mime,
                type="primary" if kind is Format.PDF else "secondary",
                key=f"export-{kind.value}",
                on_click="ignore",
            )
    _draw_certificates(view)


def _draw_certificates(view: TeamRecordView) -> None:
    table = make_certificate_table(view.record, now=get_app().clock.read().wall, zone=find_zone())
    if table.rows:
        st.subheader(wording.CERTIFICATES, anchor=False)
        draw_text_table(table, label=wording.CERTIFICATES)


def _write(team_id: str, kind: Format, zone: tzinfo, app: App, viewer: Viewer) -> bytes:
    return write_export(app, team_id, kind, zone=zone, by=viewer.name)
