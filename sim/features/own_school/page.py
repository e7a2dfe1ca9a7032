"""Our school: draw the building and its cameras, and make drills in them."""

import streamlit as st

from sim.app.wiring import App
from sim.builds.queue import write_progress
from sim.db.builds import BuildState
from sim.features.own_school import folder, ready, removing, traced
from sim.features.own_school.editing import get_drawing
from sim.features.own_school.page_editor import draw_editor
from sim.rules import school_rights as rights
from sim.text.words import write_count
from sim.ui.page.page_state import SCHOOL_PARAM, get_app, get_param, get_viewer, go_to_page, keep_flash
from sim.ui.page.pages import find_script
from sim.ui.parts.access import choose_whose, draw_rights, draw_turn_off
from sim.ui.parts.actions import draw_flash, fragment, run_action, run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_lead, draw_list, draw_quiet, escape_markdown

STORED = (
    "The plan, one picture of each camera, and what you draw. They show where the cameras are and what they miss.",
    "The file that you send is deleted once it was read. What is painted out of a picture is deleted for good.",
    "All of it lies in this installation's data folder; nothing is sent anywhere. Only people who may make drills see "
    "this page. Trainees see the cameras' pictures in their drills.",
    "It is in no export. Backups hold it unless the person who makes them leaves it out.",
    "Deleting a school deletes all of it, with the recordings and practice drills made on it. The training record "
    "keeps one line, without the school's name.",
)
STEPS = (
    "Add the plan, click two points whose distance you know, and enter the distance.",
    "Draw rooms and halls, then doors, then cameras.",
    "Select each camera, add its picture, and match it: click eight to ten points on the plan and in the picture.",
    "Check the plan, then make the school ready.",
)
AGES_NAMES = {
    (5, 11): "Elementary school, ages 5 to 11",
    (11, 14): "Middle school, ages 11 to 14",
    (14, 18): "High school, ages 14 to 18",
    (5, 14): "Elementary and middle school, ages 5 to 14",
    (11, 18): "Middle and high school, ages 11 to 18",
    (5, 18): "All grades, ages 5 to 18",
}
PAGE = "our-school"


def draw() -> None:
    schools = {school.school_id: school for school in folder.list_schools(get_app())}
    chosen = schools.get(get_param(SCHOOL_PARAM) or "")
    st.title(escape_markdown(chosen.name) if chosen else "Our school", anchor=False)
    draw_flash()
    if chosen is None:
        draw_lead(
            "Draw your own building over its evacuation plan, add one picture of each camera's empty view, "
            "and make drills in your own cameras. The students in them are simulated: nobody is filmed."
        )
        _draw_list(list(schools.values()))
        with st.expander("What is stored, and who sees it"):
            draw_list(STORED)
        draw_turn_off()
        return
    if chosen.name == ready.NAME:
        draw_quiet(
            "The example is a fictional school that is drawn already. Camera 3 is left for you to match: "
            "select it on the plan."
        )
    if rights.is_closed(get_app(), chosen.school_id):
        st.warning(
            "Plans and pictures of your schools were turned off. This school can no longer be changed, and "
            "no new drills can be made on it. Drills that were made stay until you delete it. An "
            "administrator can turn them on again."
        )
        _draw_delete(chosen)
        return
    draw_editor(chosen.school_id)
    draw_traced(chosen.school_id)
    _draw_ready(chosen)
    with st.expander("How it goes"):
        draw_list(STEPS)
    _draw_delete(chosen)


def draw_traced(school_id: str) -> None:
    drawing = get_drawing(get_app(), school_id)
    wanted = traced.list_without_picture(drawing)
    tracing = traced.find_tracing(get_app(), school_id)
    if not wanted:
        return
    st.header("Cameras without a picture", anchor=False)
    names = ", ".join(drawing["cameras"][camera_id]["name"] for camera_id in wanted)
    draw_quiet(f"No picture yet: {escape_markdown(names)}. Such a camera is left out of drills.")
    if not traced.is_installed():
        draw_quiet(
            "Add a picture of each. Where the add-on for drawn pictures is installed on the server, they can "
            "also be drawn from the plan."
        )
    elif tracing is not None and tracing.told.is_open:
        _draw_running(school_id)
    else:
        _draw_offer(school_id, tracing, len(wanted))


def _draw_offer(school_id: str, tracing: traced.Tracing | None, count: int) -> None:
    drawing = get_drawing(get_app(), school_id)
    usable = len(traced.find_usable(folder.get_folder(get_app(), school_id), drawing))
    if usable == count:
        st.success("Their pictures are drawn from the plan. Make the school ready to use them.")
        return
    if tracing is not None and tracing.is_done:
        draw_quiet("Their pictures were drawn from an older plan. Have them drawn again.")
    if tracing is not None and tracing.told.row.error:
        st.error(escape_markdown(tracing.told.row.error))
    minutes = max(1, round((count - usable) * traced.SECONDS_A_CAMERA / 60))
    draw_quiet(
        "Their pictures can be drawn from the plan: rooms as you drew them, with ordinary floors and walls. "
        f"This takes about {minutes} min and continues when you leave this page."
    )
    is_cut = tracing is not None and not tracing.is_done
    if st.button("Continue drawing" if is_cut else "Draw their pictures", key="traced-start"):
        run_and_redraw(lambda: traced.start(get_app(), school_id))


@fragment(run_every=5)
def _draw_running(school_id: str) -> None:
    tracing = traced.find_tracing(get_app(), school_id)
    if tracing is None or not tracing.told.is_open:
        st.rerun()
        return
    done, count = len(tracing.done), len(tracing.cameras)
    st.progress(done / count, text=f"{done} of {count} pictures are drawn")
    draw_quiet(write_progress(tracing.told))
    if st.button("Cancel and delete them", key="traced-cancel"):
        run_and_redraw(lambda: traced.cancel(get_app(), school_id), is_live=True)


def _draw_list(schools: list[folder.OwnSchool]) -> None:
    for school in schools:
        if st.button(escape_markdown(school.name), key=f"open-{school.school_id}", width="stretch"):
            go_to_page(PAGE, **{SCHOOL_PARAM: school.school_id})
    if not schools:
        draw_quiet("No school has been drawn here yet.")
    if st.button("Try it with an example", key="example", type="secondary" if schools else "primary"):
        _open(run_action(lambda: ready.make_example(get_app())))
    if draw_rights():
        _draw_new()


def _draw_new() -> None:
    st.header("Draw a new school", anchor=False)
    with st.form("new-school", border=False):
        name = st.text_input("Name of the school", max_chars=60, key="name")
        whose = choose_whose()
        agreed = st.checkbox(rights.SCHOOL_STATEMENT, key="agreed")
        is_pressed = st.form_submit_button("Begin", key="make", type="primary")
    if is_pressed:
        if not name.strip():
            st.error("Enter a name (1 to 60 characters).")
        elif not agreed:
            st.error("Check the box first: the plan of a real building needs that person's word.")
        else:
            _open(run_action(lambda: _begin(whose, " ".join(name.split()))))


def _begin(whose: App, name: str) -> str:
    school_id = folder.make_school(whose, name)
    rights.note_school(get_app(), get_viewer(), school_id)
    return school_id


def _open(school_id: str | None) -> None:
    if school_id is not None:
        go_to_page(PAGE, **{SCHOOL_PARAM: school_id})


def _draw_ready(school: folder.OwnSchool) -> None:
    st.header("Make the school ready for drills", anchor=False)
    draw_quiet("This takes a few seconds per camera. Do it again whenever you have changed the plan.")
    chosen = ready.get_ages(get_app(), school.school_id)
    names = AGES_NAMES | {chosen: AGES_NAMES.get(chosen, f"Ages {chosen[0]} to {chosen[1]}")}
    ages = st.selectbox(
        "Students in the drills",
        list(names),
        index=list(names).index(chosen),
        format_func=names.__getitem__,
        key="ages",
    )
    told = ready.find(get_app(), school.school_id)
    if told is not None and told.is_open:
        _watch_ready(school.school_id)
        return
    if st.button("Make ready", key="ready", type="primary"):
        run_and_redraw(lambda: ready.ask(get_app(), school.school_id, ages=ages))
    if told is not None and told.row.state is BuildState.FAILED:
        draw_error(told.row.error)
    elif told is not None and told.row.state is BuildState.DONE:
        _draw_made(school.school_id, ready.read_made(told.row))
    elif school.is_ready:
        st.success("This school can be chosen on the page New drill.")
        _draw_link(school.school_id)


@fragment(run_every=1)
def _watch_ready(school_id: str) -> None:
    told = ready.find(get_app(), school_id)
    if told is None or not told.is_open:
        st.rerun()
        return
    st.progress(told.row.share, text=escape_markdown(told.row.step) or "Starting")
    draw_quiet(f"{write_progress(told)} You can leave this page. The work continues.")


def _draw_made(school_id: str, made: ready.MadeReady) -> None:
    if made.problems:
        if problems := [each.text for each in ready.check(get_app(), school_id)]:
            st.error("Mend this first:")
            draw_list(problems)
        else:
            st.info("What was to be mended is mended. Make the school ready again.")
        return
    st.success(f"Ready, with {write_count(len(made.cameras), 'camera')}. Choose it on the page New drill.")
    if made.left_out:
        st.warning(
            "Left out, because they are not matched, have no picture, or have boxes that are not painted out "
            f"yet: {escape_markdown(', '.join(made.left_out))}."
        )
    _draw_link(school_id)


def _draw_link(school_id: str) -> None:
    st.page_link(find_script("new-drill"), label="Go to New drill", query_params={SCHOOL_PARAM: school_id})


def _draw_delete(school: folder.OwnSchool) -> None:
    with st.popover("Delete this school", key="delete"):
        st.write(
            "The plan, all pictures, and all recordings and practice drills made on this school are deleted. "
            "Results that were recorded stay, without its name."
        )
        if st.button("Delete everything", key="delete-sure"):
            by = get_viewer().name
            gone = run_action(lambda: removing.delete_school(get_app(), school.school_id, by=by))
            if gone is not None:
                recordings = write_count(gone.recordings, "recording")
                keep_flash(f"The school was deleted, with {recordings} and {write_count(gone.attempts, 'drill')}.")
                go_to_page(PAGE)


draw()
