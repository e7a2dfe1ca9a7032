"""One person: their record, read by them through their link, and for their trainer their drills over time as well."""

from datetime import tzinfo
from functools import partial

import streamlit as st

from sim.app.links import read_link, show_link
from sim.app.wiring import App
from sim.db.programs import LinkKind, LinkRow
from sim.features.comparison.handover import make_file_stem
from sim.features.people.apply import get_address, set_address
from sim.features.program.page_one import draw_chosen
from sim.features.program.program_view import list_chosen_of_person
from sim.features.record.exports import Format, write_person_export
from sim.features.record.load import MOST_WORDS, acknowledge, may_acknowledge
from sim.features.record.tables import (
    EMPTY,
    ON_TIME,
    make_gap_table,
    make_note_table,
    make_own_sessions,
    make_result_table,
    make_training_table,
    make_unscored_table,
)
from sim.features.record.view import PersonRecordView, get_person_view
from sim.features.team.page_person import draw_person_data, draw_person_drills
from sim.features.team.team_view import get_person_drills
from sim.rules.held import sees_answers
from sim.rules.sessions import is_set_up
from sim.rules.viewer import Duty, Viewer, limit_app, may, may_change, require
from sim.ui.page.page_state import (
    JOIN_PARAM,
    PERSON_PARAM,
    TEAM_PARAM,
    find_zone,
    get_app,
    get_limited_app,
    get_param,
    get_viewer,
    go_to_page,
    keep_flash,
    make_address,
    make_file,
    make_sign_in_address,
)
from sim.ui.page.pages import find_script
from sim.ui.page.wording import HOME
from sim.ui.parts.access import draw_link
from sim.ui.parts.account_wording import MINE_BACK, SIGN_IN
from sim.ui.parts.actions import draw_flash, run_action, run_and_redraw
from sim.ui.parts.address_card import draw_send
from sim.ui.parts.blocks import (
    draw_drill_link,
    draw_facts,
    draw_file,
    draw_lead,
    draw_quiet,
    draw_text_table,
    escape_markdown,
)

PAPERS = (
    (Format.PDF, "This record (PDF)", "record-pdf", "training-record"),
    (Format.SUMMARY_PDF, "On one page (PDF)", "summary-pdf", "one-page"),
    (Format.CERTIFICATES_PDF, "Certificates (PDF)", "certificates-pdf", "certificates"),
)


def draw() -> None:
    viewer, token = get_viewer(), get_param(JOIN_PARAM)
    link = None if token is None else read_link(get_app(), token, LinkKind.RECORD)
    if link is not None:
        person_id, is_own = link.person_id, True
    else:
        named = get_param(PERSON_PARAM) or viewer.person_id
        if named is None:
            _draw_none(viewer)
            return
        person_id, is_own = named, named == viewer.person_id
        if not is_own:
            require(viewer, Duty.READ_RECORD)
    app = get_app() if is_own else get_limited_app()
    view = get_person_view(app, person_id, zone=find_zone(), is_redacted=not sees_answers(app, viewer, person_id))
    is_trainer = token is None and may(viewer, Duty.READ_RECORD)
    if is_trainer:
        label = f"Back to the records of {escape_markdown(view.who.team)}"
        st.page_link(
            find_script("records"),
            label=label,
            icon=":material/arrow_back:",
            query_params={TEAM_PARAM: view.who.team_id},
        )
    elif is_own and token is None:
        st.page_link(find_script("mine"), label=MINE_BACK, icon=":material/arrow_back:")
    st.title(f"Training record of {escape_markdown(view.who.name)}", anchor=False)
    draw_lead(f"{view.who.team}. What is recorded of this training, and what is still to be practiced.")
    if view.line.standing:
        st.info(f"{escape_markdown(view.who.name)}: {view.line.standing}.")
    _draw_record(view, is_own=is_own, link=link)
    _draw_acknowledgement(view, viewer, is_own=is_own, token=token)
    papers = PAPERS[:2] if view.newest else ()
    for kind, label, key, stem in (*papers, *(PAPERS[2:] if view.has_certificates else ())):
        made = make_file(partial(_write_pdf, view, token, find_zone(), kind=kind))
        draw_file(label, made, f"{make_file_stem(view.who.name)}-{stem}.pdf", key=key)
    if is_trainer and view.who.row is not None:
        if may_change(viewer):
            draw_send(
                "Link to send",
                f"With this link {escape_markdown(view.who.name)} can read this record. Without an account they can "
                "also acknowledge it, and the record says that it was by your link. It works for 30 days; Team, People "
                "lists it and can end it.",
                partial(_make_record_address, view.line.person_id),
                key="send-record",
            )
        if may(viewer, Duty.TRAIN) and not view.line.standing:
            draw_flash()
            draw_person_address(view.line.person_id)
        _draw_drills(app, view)


def draw_person_address(person_id: str) -> None:
    app = get_limited_app()
    known = get_address(app, person_id)
    with st.form(f"address-form-{person_id}", border=False):
        typed = st.text_input(
            "Mail address", value=known, placeholder="name@school.example", key=f"address-{person_id}"
        )
        draw_quiet("Reminders go here. Where people sign in with the school's account, it is that account's address.")
        pressed = st.form_submit_button("Save the address", key=f"address-save-{person_id}")
    if not pressed:
        return
    kept = run_action(lambda: set_address(app, person_id, typed))
    if kept is not None:
        keep_flash(
            f"Mail goes to {kept} from now on." if kept else "The address was removed. No mail goes to this person."
        )
        st.rerun()


def _draw_drills(app: App, view: PersonRecordView) -> None:
    drills = get_person_drills(app, view.line.person_id, zone=find_zone())
    st.header("Drills over time", anchor=False)
    draw_facts(drills.facts)
    if drills.drills:
        draw_person_drills(drills)
    else:
        st.info("No drill has ended yet. Give one under Team, People.")
    draw_chosen(list_chosen_of_person(app, view.line.person_id, zone=find_zone()))
    if draw_person_data(view.line.person_id, view.who.name):
        go_to_page("team", **{TEAM_PARAM: view.who.team_id})


def _write_pdf(
    view: PersonRecordView, token: str | None, zone: tzinfo, app: App, viewer: Viewer, *, kind: Format
) -> bytes:
    is_own = token is not None or viewer.person_id == view.line.person_id
    if token is not None:
        read_link(app, token, LinkKind.RECORD)
    elif not is_own:
        require(viewer, Duty.READ_RECORD)
        app = limit_app(app, viewer)
    by = viewer.name or (f"a link to {view.who.name}" if token is not None else "")
    is_redacted = not sees_answers(app, viewer, view.line.person_id)
    return write_person_export(app, view.line.person_id, kind=kind, zone=zone, by=by, is_redacted=is_redacted)


def _draw_none(viewer: Viewer) -> None:
    st.title("Training record", anchor=False)
    draw_lead("A person's record is opened by the link that the trainer sends, or from My results after signing in.")
    if may(viewer, Duty.READ_RECORD):
        st.page_link(find_script("records"), label="Go to the records of all")
    elif viewer.role is None and is_set_up(get_app()):
        draw_link(make_sign_in_address(), SIGN_IN, kind="primary narrow")
    st.page_link(find_script("start"), label=HOME)


def _draw_record(view: PersonRecordView, *, is_own: bool, link: LinkRow | None) -> None:
    if view.line.refresher:
        st.write(f"Next refresher: {escape_markdown(view.line.refresher)}.")
    if view.waiting is not None and not is_own:
        draw_quiet(f"Re-drill given on {view.waiting.day}, not done yet.")
    elif view.waiting is not None:
        draw_drill_link(
            view.waiting.attempt_id,
            f"A re-drill of {view.waiting.day} waits for you: open it",
            is_open=True,
            # from the person who gave out the link to the record
            link=""
            if link is None
            else show_link(
                get_app(), LinkKind.DRILL, link.person_id, attempt_id=view.waiting.attempt_id, by=link.issued_by
            ),
        )
    record, zone = view.record, find_zone()
    parts = (
        ("Still to practice, and what was closed", make_gap_table(record.gaps, zone)),
        ("Trainings", make_training_table(record, zone)),
        ("Sessions", make_own_sessions(record, zone)),
        ("Drills", make_result_table(record, zone)),
        ("Team exercises and getting to know the console", make_unscored_table(record, zone)),
        ("What was done and remarked", make_note_table(record, zone)),
    )
    for title, table in parts:
        if table.rows:
            st.subheader(title, anchor=False)
            if table.name == "drills":
                draw_quiet(ON_TIME)
            draw_text_table(table, label=title)
    if not any(table.rows for _, table in parts):
        st.info(EMPTY)


def _draw_acknowledgement(view: PersonRecordView, viewer: Viewer, *, is_own: bool, token: str | None) -> None:
    if view.is_acknowledged:
        st.success(f"Read and acknowledged on {view.line.acknowledged}.")
        return
    before = (
        f"Acknowledged on {view.line.acknowledged}; something was recorded since."
        if view.line.acknowledged
        else "Not acknowledged yet."
    )
    if not is_own or not view.newest:
        draw_quiet(before)
        return
    if not may_acknowledge(get_app(), viewer, link=token):
        draw_quiet(before)
        if viewer.account_id is None:
            draw_quiet("This person has an account. Sign in to acknowledge the record.")
            draw_link(make_sign_in_address("record"), SIGN_IN, kind="primary narrow")
        else:
            draw_quiet(f"You are signed in as {viewer.name}. Only the person it is about can acknowledge this record.")
        return
    with st.form("acknowledge", border=True):
        draw_quiet(
            "Press when you have read it. It says only that you know what is recorded, not that you agree. "
            "You may add a remark."
        )
        remark = st.text_input("Remark (may be left empty)", max_chars=MOST_WORDS, key="remark")
        pressed = st.form_submit_button("I have read this", type="primary", key="acknowledge-button")
    if pressed:
        run_and_redraw(lambda: acknowledge(get_app(), viewer, up_to=view.newest, words=remark, link=token))


def _make_record_address(person_id: str) -> str:
    link = show_link(get_app(), LinkKind.RECORD, person_id, by=get_viewer().name)
    return make_address(f"record?{JOIN_PARAM}={link}")


draw()
