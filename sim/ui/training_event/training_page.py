"""A training event as its page shows it: what is recorded, sign-in, attendance and its corrections."""

import streamlit as st

from sim.drill.session_day import Attendance
from sim.services.accounts.viewer import Duty, Viewer, may
from sim.services.ledger.trainings import Training, TrainingState
from sim.services.program.program_view import ProgramCard
from sim.services.program.school_days import write_day
from sim.services.training_event.events import change_training, find_other_day, follow_training, list_trainings
from sim.services.training_event.sign_in import correct_attendance
from sim.services.training_event.view import (
    list_facts,
    list_lacking,
    make_attendance_table,
    write_begin,
    write_came,
    write_state,
)
from sim.ui.page.page_state import MAKES_UP_PARAM, TEAM_PARAM, TRAINING_PARAM, find_zone, get_app, get_viewer
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import (
    draw_details,
    draw_download,
    draw_facts,
    draw_lead,
    draw_quiet,
    draw_text_table,
    escape_markdown,
)
from sim.ui.training_event import training_wording as wording
from sim.ui.training_event.sign_in_screen import draw_close, draw_list, draw_sign_in
from sim.ui.training_event.training_form import draw_fields

UNCLOSED = (TrainingState.PLANNED, TrainingState.OPEN)


def may_change(viewer: Viewer) -> bool:
    """Return whether someone may enter and correct trainings."""
    return may(viewer, Duty.TRAIN) or may(viewer, Duty.KEEP_RECORD)


def draw_training(training: Training, people: dict[str, str], programs: dict[str, ProgramCard]) -> None:
    zone, now = find_zone(), get_app().clock.read().wall
    may_do = may_change(get_viewer())
    st.title(escape_markdown(training.title), anchor=False)
    draw_lead(f"{training.team}, {write_begin(training, zone)}")
    draw_facts((("State", write_state(training, now)), ("Came", write_came(training))))
    if may(get_viewer(), Duty.TRAIN):
        _draw_other_day(training)
    lacking = list_lacking(training)
    if lacking:
        draw_quiet("Not entered yet: {lacks}.".format(lacks=", ".join(lacking)))
    if may_do and training.state in UNCLOSED:
        st.header("Sign-in", anchor=False)
        draw_sign_in(training)
        st.subheader("Mark who came", anchor=False)
        draw_list(training, {key: name for key, name in people.items() if training.find(key) is None})
        st.subheader("Close the training", anchor=False)
        draw_close(training)
    st.header(wording.ATTENDANCE, anchor=False)
    draw_text_table(make_attendance_table(training, zone), label=wording.ATTENDANCE)
    draw_download(make_attendance_table(training, zone), "training")
    if training.state is TrainingState.HELD:
        _draw_absent(training)
    if may_do and training.state is not TrainingState.CANCELED:
        _draw_correction(training)
    st.header(wording.DETAILS, anchor=False)
    draw_details(list_facts(training, zone, now))
    if may_do and training.state is not TrainingState.CANCELED:
        _draw_change(training, programs)


def _draw_other_day(training: Training) -> None:
    """Ask whether the program follows, where it has its training on another day: drills count by the program's day."""
    other = find_other_day(get_app(), training)
    if other is None:
        return
    st.warning(
        wording.OTHER_DAY.format(planned=write_day(other.planned_on), day=write_day(other.training_on)),
        icon=":material/event:",
    )
    if st.button(
        f"Move the program's training to {write_day(other.training_on)}, with the drills after it",
        key="follow-training",
    ):
        moved = run_action(lambda: follow_training(get_app(), other))
        if moved is not None:
            st.rerun()


def _draw_absent(training: Training) -> None:
    absent = training.list_who(Attendance.ABSENT)
    if not absent:
        return
    st.write("Absent: {names}.".format(names=escape_markdown(", ".join(each.name for each in absent))))
    others = list_trainings(get_app(), training.team_id)
    made_for = (each for each in others if each.makes_up == training.training_id)
    offered = next((each for each in made_for if each.state is not TrainingState.CANCELED), None)
    if offered is not None:
        label = wording.OFFERED.format(day=write_begin(offered, find_zone()))
        st.page_link("screens/training.py", label=label, query_params={TRAINING_PARAM: offered.training_id})
    elif may_change(get_viewer()):
        query = {TEAM_PARAM: training.team_id, MAKES_UP_PARAM: training.training_id}
        st.page_link("screens/training.py", label=wording.OFFER, query_params=query)


def _draw_correction(training: Training) -> None:
    names = {each.person_id: each.name for each in training.attendees}
    words = wording.CORRECT_WORDS if training.state is TrainingState.HELD else wording.CORRECT_WORDS_UNCLOSED
    with st.expander(wording.CORRECT, key="correct"), st.form("correct-form", border=False):
        who = st.selectbox("Whose", list(names), format_func=lambda person_id: names[person_id], key="correct-who")
        became = st.selectbox(
            "What it was",
            list(words),
            format_func=lambda each: words[each],
            key="correct-to",
        )
        reason = st.text_input("Reason", key="correct-why")
        pressed = st.form_submit_button("Add the correction", key="correct-go")
    if pressed and run_action(lambda: _correct(training.training_id, who, became, reason)):
        st.rerun()


def _correct(training_id: str, person_id: str, became: Attendance, reason: str) -> bool:
    correct_attendance(get_app(), training_id, person_id, became, reason=reason, by=get_viewer().name)
    return True


def _draw_change(training: Training, programs: dict[str, ProgramCard]) -> None:
    key = f"{training.training_id}-{training.number}"
    with st.expander("Change the details", key="change"), st.form(f"change-{key}", border=False):
        plan, problem = draw_fields(training, programs, key=key)
        draw_quiet("What stood here before stays in the record; the latest entry counts.")
        pressed = st.form_submit_button("Save the change", type="primary", key="change-go")
        if pressed and problem is not None:
            st.error(escape_markdown(problem.on_screen))
        elif pressed and plan is not None:
            changed = plan

            def save() -> bool:
                change_training(get_app(), training.training_id, changed, seen=training.number, by=get_viewer().name)
                return True

            if run_action(save):
                st.rerun()
