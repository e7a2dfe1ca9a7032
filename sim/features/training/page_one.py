"""A training event as its page shows it: what is recorded, sign-in, attendance and its corrections; its form."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.canonical import compute_sha256
from sim.db.programs import ProgramRow
from sim.db.sessions import Certified, Material, Training, TrainingState
from sim.errors import LedgerError
from sim.features.training.events import (
    EARLIEST,
    FARTHEST,
    MOST_MINUTES,
    MOST_MONTHS,
    MOST_SHEET_MB,
    add_sheet,
    approve_training,
    cancel_training,
    change_training,
    close_training,
    count_clock_minutes,
    expect_more,
    find_planned_day,
    get_training,
    list_trainings,
    load_sheet,
    read_links,
    remove_sheet,
    take_file,
    write_links,
)
from sim.features.training.sign_in import close_sign_in, correct_attendance, make_sign_in_code, open_sign_in, tick_off
from sim.features.training.view import (
    ATTENDANCE,
    CERTIFIED,
    PRESENCE,
    list_facts,
    list_lacking,
    make_attendance_table,
    write_approval,
    write_came,
    write_state,
)
from sim.program.session_day import CAME, Attendance
from sim.rules.viewer import Duty, Viewer, may
from sim.text.times import write_date_and_time, write_day
from sim.text.words import shorten_names
from sim.ui.page.page_state import (
    MAKES_UP_PARAM,
    TEAM_PARAM,
    TRAINING_PARAM,
    find_zone,
    get_app,
    get_picked,
    get_viewer,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import fragment, run_action, run_and_redraw
from sim.ui.parts.address_card import draw_join_card, draw_projector_link
from sim.ui.parts.blocks import (
    draw_details,
    draw_download,
    draw_facts,
    draw_lead,
    draw_quiet,
    draw_text_table,
    escape_markdown,
)

USUAL_MINUTES = 60
USUAL_TIME = time(9, 0)


def draw_fields(
    base: Training, programs: dict[str, ProgramRow], *, key: str
) -> "tuple[Training | None, LedgerError | None]":
    """Draw the fields, filled from `base`; return what they say, or why that is not a plan."""
    zone = find_zone()
    begins = base.begins_at.astimezone(zone)
    now = get_app().clock.read().wall.astimezone(zone)
    texts: dict[str, Any] = {}

    def ask(place: DeltaGenerator, name: str, label: str, *, example: str = "", usual: str = "") -> None:
        placeholder = f"for example: {example}" if example else None
        known = getattr(base, name) or usual
        texts[name] = place.text_input(label, value=known, placeholder=placeholder, key=f"{name}-{key}")

    ask(st.container(), "title", "Title", example="Searching for a student on the new cameras")
    day_at, hour_at, length_at = st.columns(3)
    day = day_at.date_input(
        "Day",
        value=begins.date(),
        min_value=(now - EARLIEST).date() + timedelta(days=1),
        max_value=(now + FARTHEST).date(),
        format="MM/DD/YYYY",
        key=f"day-{key}",
    )
    hour = hour_at.time_input("Begins at", value=begins.time(), format="12h", key=f"hour-{key}")
    minutes = length_at.number_input(
        "Minutes", value=base.minutes, min_value=1, max_value=MOST_MINUTES, step=15, key=f"minutes-{key}"
    )
    where, by = st.columns(2)
    ask(where, "place", "Place")
    ask(by, "instructor", "Instructor", usual=get_viewer().name)
    texts["topics"] = st.text_area(
        "Topics",
        value=base.topics,
        placeholder="for example: finding a camera, following from camera to camera, exporting a clip",
        key=f"topics-{key}",
    )
    options: list[str | None] = [*programs, None]
    program_id = None
    if programs:
        program_id = st.selectbox(
            "Program whose training this is",
            options,
            index=options.index(base.program_id if base.program_id in programs else None),
            format_func=lambda each: _name(programs, each),
            key=f"program-{key}",
            help="Once it is closed, the program's days follow it: drills before it that nobody did are left out.",
        )
    more = st.expander("More for the file", key=f"more-{key}")
    left, right = more.columns(2)
    ask(left, "need", "Why it is held", example="new cameras since August")
    ask(right, "version", "Version of the content", example="slides of Aug 2026")
    ask(left, "qualification", "Qualification of the instructor")
    ask(right, "provider", "Provider or vendor")
    ask(more, "standard", "Standard or policy it meets", example="state code 13.04, district policy EBCB")
    with more:
        certified, valid, least = _draw_certificate(base, key)
        read = _draw_materials(base, key)
    if isinstance(read, LedgerError):
        return None, read
    if day is None or hour is None:
        return None, LedgerError("Choose the day and the time of the training.")
    return replace(
        base,
        **texts,
        least_minutes=least,
        begins_at=datetime.combine(day, hour, zone).astimezone(UTC),
        minutes=int(minutes),
        materials=read,
        program_id=program_id,
        certified=certified,
        valid_months=valid,
    ), None


def _draw_certificate(base: Training, key: str) -> tuple[Certified, int, int]:
    left, right, least_at = st.columns(3)
    kinds = list(Certified)
    certified = left.selectbox(
        "Certificate",
        kinds,
        index=kinds.index(base.certified),
        format_func=lambda each: CERTIFIED[each],
        key=f"certified-{key}",
    )
    valid = right.number_input(
        "Valid for months (0: does not expire)",
        value=base.valid_months or 12,
        min_value=0,
        max_value=MOST_MONTHS,
        step=6,
        key=f"valid-{key}",
    )
    least = least_at.number_input(
        "Least minutes for it (0: 80% of the length)",
        value=base.least_minutes,
        min_value=0,
        max_value=MOST_MINUTES,
        step=5,
        key=f"least-{key}",
    )
    return certified, int(valid), int(least)


def _draw_materials(base: Training, key: str) -> tuple[Material, ...] | LedgerError:
    st.subheader("Materials", anchor=False)
    links = st.text_area(
        "Links, one per line",
        value=write_links(base.materials),
        placeholder="Slides https://drive.example.org/slides",
        key=f"links-{key}",
        height=80,
    )
    kept = {each.sha256: each for each in base.materials if each.sha256}
    if kept:
        stay = st.multiselect(
            "Files on record",
            list(kept),
            default=list(kept),
            format_func=lambda each: kept[each].name,
            key=f"kept-{key}",
        )
        kept = {each: kept[each] for each in stay}
    files = st.file_uploader("Files", accept_multiple_files=True, max_upload_size=5, key=f"files-{key}")
    draw_quiet(
        "Of a file, its name and its fingerprint (SHA-256) are recorded. They prove later which file it was. The file "
        "itself is not kept here: keep it where you keep documents. For one above 5 MB, enter its link."
    )
    try:
        fresh = [take_file(file.name, file.getvalue()) for file in files]
        return (*read_links(links), *kept.values(), *(each for each in fresh if each.sha256 not in kept))
    except LedgerError as error:
        return error


LOOK_EVERY_S = 2.0


def _name(programs: dict[str, ProgramRow], program_id: str | None) -> str:
    if program_id is None:
        return "None"
    row = programs[program_id]
    return f"{row.aim} (training planned for {write_day(row.training_on) if row.training_on else ''})"


def draw_sign_in(training: Training) -> None:
    if training.state is not TrainingState.OPEN:
        if st.button("Open sign-in", key="sign-in-open", type="primary"):
            run_and_redraw(lambda: open_sign_in(get_app(), training.training_id, by=get_viewer().name))
        draw_quiet("Shows a code that people scan with their own phone. Opens two hours before the training.")
        return
    projector, again, close = st.columns(3)
    with projector:
        draw_projector_link("training", **{TRAINING_PARAM: training.training_id})
    if again.button(
        "New codes", key="sign-in-again", width="stretch", help="Starts sign-in again: codes shown so far stop working."
    ):
        run_and_redraw(lambda: open_sign_in(get_app(), training.training_id, by=get_viewer().name))
    if close.button("Close sign-in", key="sign-in-close", width="stretch"):
        run_and_redraw(lambda: close_sign_in(get_app(), training.training_id, by=get_viewer().name))
    _draw_code(training.training_id)


@fragment(run_every=LOOK_EVERY_S)
def _draw_code(training_id: str) -> None:
    training = get_training(get_app(), training_id)
    if training.state is not TrainingState.OPEN:
        st.rerun()
    _draw_join(training)


@fragment(run_every=LOOK_EVERY_S)
def draw_projected(training_id: str) -> None:
    training = get_training(get_app(), training_id)
    if training.state is TrainingState.OPEN:
        _draw_join(training, is_projected=True)
    else:
        st.html('<p class="sl-announce" role="status">Sign-in is closed</p>')


def _draw_join(training: Training, *, is_projected: bool = False) -> None:
    """Draw the code and how many came; who, to the room alone: names push down the buttons of the trainer's page."""
    came = training.list_who(*CAME)
    shown = shorten_names({each.person_id: each.name for each in training.attendees})
    draw_join_card(
        make_sign_in_code(get_app(), training),
        path="training-sign-in",
        scan="Scan this with your phone, and choose your name",
        told=[training.title] if is_projected else [],
        came=f"{len(came)} of {len(training.attendees)} have signed in",
        names=[shown[each.person_id] for each in came if is_projected],
        is_projected=is_projected,
    )


def draw_list(training: Training, others: dict[str, str]) -> None:
    """Draw ticking people off, adding some (`others` are not expected yet), closing and canceling."""
    key = f"{training.training_id}-{len(training.list_who(*CAME))}"
    free = {each.person_id: each.name for each in training.attendees if each.attendance not in CAME}
    if free:
        with st.form(f"tick-{key}", border=True):
            st.pills(
                "Who is here",
                list(free),
                format_func=lambda person_id: escape_markdown(free[person_id]),
                selection_mode="multi",
                wrap=True,
                key=f"tick-who-{key}",
            )
            draw_quiet(
                "For people without a phone, or afterwards from a paper list. The record says that you marked them."
            )
            st.form_submit_button(
                "Mark as present",
                key=f"tick-go-{key}",
                on_click=partial(_tick, training.training_id, f"tick-who-{key}"),
            )
    if others:
        with st.expander("Add people to the list", key=f"more-{key}"):
            more = st.multiselect(
                "Who else is expected",
                list(others),
                format_func=lambda person_id: others[person_id],
                key=f"more-who-{key}",
            )
            if st.button("Add to the list", key=f"more-go-{key}", disabled=not more):
                run_and_redraw(lambda: expect_more(get_app(), training.training_id, more, by=get_viewer().name))


def _tick(training_id: str, field: str) -> None:
    """Mark those picked as present before the page is drawn: whoever signs in meanwhile makes it another form."""
    run_action(lambda: tick_off(get_app(), training_id, get_picked(field), by=get_viewer().name))


def draw_close(training: Training) -> None:
    with st.container(border=True, key=f"close-{training.training_id}"):
        draw_quiet("Anyone not marked is recorded as absent. Only then does the training count as held.")
        minutes = st.number_input(
            "How many minutes it took",
            value=training.minutes,
            min_value=1,
            max_value=MOST_MINUTES,
            step=5,
            key=f"held-minutes-{training.number}",
        )
        passed = count_clock_minutes(training, get_app().clock.read().wall)
        why = ""
        if minutes > passed:
            st.warning(
                f"{int(minutes):,} minutes are more than the {passed:,} since the training began. Correct the number, "
                "or the beginning under “Change the details”, or say why it was longer: the record and the "
                "certificates then say so."
            )
            why = st.text_input(
                "Why it was longer than that",
                placeholder="for example: first part was held the day before",
                key="longer-why",
            )
        if st.button("Close: it was held", type="primary", key="close-go"):
            run_and_redraw(
                lambda: close_training(
                    get_app(), training.training_id, minutes=int(minutes), by=get_viewer().name, why_longer=why
                )
            )
    if training.list_who(*CAME):
        draw_quiet("Someone is marked as present. To cancel the training, correct their attendance first.")
        return
    with st.expander("Cancel it", key="cancel"), st.form("cancel-form", border=False):
        reason = st.text_input("Reason", key="cancel-why")
        if st.form_submit_button("Cancel the training", key="cancel-go"):
            run_and_redraw(
                lambda: cancel_training(get_app(), training.training_id, reason=reason, by=get_viewer().name)
            )


UNCLOSED = (TrainingState.PLANNED, TrainingState.OPEN)


def may_change(viewer: Viewer) -> bool:
    return may(viewer, Duty.TRAIN) or may(viewer, Duty.KEEP_RECORD)


def draw_training(training: Training, people: dict[str, str], programs: dict[str, ProgramRow]) -> None:
    zone, now = find_zone(), get_app().clock.read().wall
    may_do = may_change(get_viewer())
    st.title(escape_markdown(training.title), anchor=False)
    draw_lead(f"{training.team}, {write_date_and_time(training.begins_at, zone)}")
    if training.state is not TrainingState.OPEN:
        draw_facts((("State", write_state(training, now)), ("Came", write_came(training))))
    planned_on = find_planned_day(get_app(), training)
    if planned_on is not None:
        st.warning(
            f"The program has its training on {write_day(planned_on)}. Once this one is closed, the program moves to "
            "the day on which it was held, and drills count as before or after by that day.",
            icon=":material/event:",
        )
    if may_do and training.state in UNCLOSED:
        st.header("Sign-in", anchor=False)
        draw_sign_in(training)
        st.subheader("Mark who came", anchor=False)
        draw_list(training, {key: name for key, name in people.items() if training.find(key) is None})
        st.subheader("Close the training", anchor=False)
        draw_close(training)
    st.header("Attendance", anchor=False)
    draw_quiet(PRESENCE)
    if training.state is TrainingState.OPEN:
        _draw_coming(training.training_id)
    else:
        draw_text_table(make_attendance_table(training, zone), label="Attendance")
    draw_download(make_attendance_table(training, zone), "training")
    if training.state is TrainingState.HELD:
        _draw_absent(training)
    if may_do and training.state is not TrainingState.CANCELED:
        _draw_correction(training)
    st.header("Details", anchor=False)
    lacking = list_lacking(training)
    if lacking:
        draw_quiet(f"Not entered yet: {', '.join(lacking)}.")
    draw_details(list_facts(training, zone, now))
    _draw_sheets(training, may_do=may_do)
    if training.state is TrainingState.HELD:
        _draw_approval(training)
    if may_do and training.state is not TrainingState.CANCELED:
        _draw_change(training, programs)


@fragment(run_every=LOOK_EVERY_S)
def _draw_coming(training_id: str) -> None:
    draw_text_table(make_attendance_table(get_training(get_app(), training_id), find_zone()), label="Attendance")


def _draw_approval(training: Training) -> None:
    viewer, approval = get_viewer(), write_approval(training, find_zone())
    if training.is_approved:
        st.success(escape_markdown(f"Approved by {approval}."))
    elif approval:
        st.warning(escape_markdown(f"The approval was {approval}."))
    if not training.is_approved and may(viewer, Duty.APPROVE):
        draw_quiet(
            "You approve the training as it stands on this page: who came, for how long, and its details. The record "
            "keeps your name and the time. A correction afterwards withdraws it."
        )
        # what was corrected since makes it another button: nobody approves what they have not seen
        if st.button("Approve this training", key=f"approve-{compute_sha256(repr(training))}", type="primary"):
            run_and_redraw(lambda: approve_training(get_app(), viewer, training))


def _draw_sheets(training: Training, *, may_do: bool) -> None:
    kept = [each for each in training.sheets if each.removed_at is None]
    for each in kept:
        picture = load_sheet(get_app(), each.sheet_id)
        if picture is not None:
            st.image(picture, caption=escape_markdown(each.name), width=360, alt=f"Signed sheet {each.name}")
    if not may_do or training.state is TrainingState.CANCELED:
        return
    by = get_viewer().name
    with st.expander("Add a photo of the signed paper", key="sheets"):
        sent = st.file_uploader(
            "Photo (JPG or PNG)",
            type=["jpg", "jpeg", "png"],
            max_upload_size=MOST_SHEET_MB,
            key=f"sheet-{training.training_id}-{len(training.sheets)}",
        )
        draw_quiet(
            "The photo stays on this machine, without what the camera noted in it. Record and papers name it with its "
            "fingerprint (SHA-256). Up to 15 MB."
        )
        if st.button("Add it to the record", key="sheet-go", disabled=sent is None) and sent is not None:
            run_and_redraw(lambda: add_sheet(get_app(), training.training_id, sent.name, sent.getvalue(), by=by))
    if kept:
        names = {each.sheet_id: each.name for each in kept}
        with st.expander("Remove a wrong photo", key="sheet-remove"), st.form("sheet-remove-form", border=False):
            which = st.selectbox("Which", list(names), format_func=lambda each: names[each], key="sheet-which")
            reason = st.text_input("Reason", key="sheet-why")
            if st.form_submit_button("Remove the photo", key="sheet-remove-go"):
                run_and_redraw(lambda: remove_sheet(get_app(), which, reason=reason, by=by))


def _draw_absent(training: Training) -> None:
    absent = training.list_who(Attendance.ABSENT)
    if not absent:
        return
    st.write("Absent: {names}.".format(names=escape_markdown(", ".join(each.name for each in absent))))
    others = list_trainings(get_app(), training.team_id)
    made_for = (each for each in others if each.makes_up == training.training_id)
    offered = next((each for each in made_for if each.state is not TrainingState.CANCELED), None)
    if offered is not None:
        label = f"Another day was offered: {write_date_and_time(offered.begins_at, find_zone())}"
        st.page_link(find_script("training"), label=label, query_params={TRAINING_PARAM: offered.training_id})
    elif may_change(get_viewer()):
        query = {TEAM_PARAM: training.team_id, MAKES_UP_PARAM: training.training_id}
        st.page_link(find_script("training"), label="Offer another day to those who were absent", query_params=query)


def _draw_correction(training: Training) -> None:
    names = {each.person_id: each.name for each in training.attendees}
    became_what = [each for each in ATTENDANCE if not (training.is_held and each is Attendance.INVITED)]
    # what was typed of one person does not stand there for the next
    mark = "-".join(f"{each.attendance}{each.minutes or ''}" for each in training.attendees)
    with (
        st.expander("Correct someone's attendance, or their minutes", key="correct"),
        st.form("correct-form", border=False),
    ):
        who = st.selectbox("Whose", list(names), format_func=lambda person_id: names[person_id], key="correct-who")
        became = st.selectbox("What it was", became_what, format_func=lambda each: ATTENDANCE[each], key="correct-to")
        minutes = st.number_input(
            "Minutes they were there (late, or left early; empty: as it stands)",
            value=None,
            min_value=1,
            max_value=MOST_MINUTES,
            key=f"correct-minutes-{mark}",
        )
        reason = st.text_input("Reason", key=f"correct-why-{mark}")
        pressed = st.form_submit_button("Add the correction", key="correct-go")
    if pressed:
        of, by = training.training_id, get_viewer().name
        run_and_redraw(lambda: correct_attendance(get_app(), of, who, became, reason=reason, minutes=minutes, by=by))


def _draw_change(training: Training, programs: dict[str, ProgramRow]) -> None:
    key = f"{training.training_id}-{training.number}"
    with st.expander("Change the details", key="change"), st.form(f"change-{key}", border=False):
        plan, problem = draw_fields(training, programs, key=key)
        draw_quiet("What stood here before stays in the record; the latest entry counts.")
        pressed = st.form_submit_button("Save the change", type="primary", key="change-go")
        if pressed and problem is not None:
            st.error(escape_markdown(problem.on_screen))
        elif pressed and plan is not None:
            seen, by = training.number, get_viewer().name
            run_and_redraw(partial(change_training, get_app(), training.training_id, plan, seen=seen, by=by))
