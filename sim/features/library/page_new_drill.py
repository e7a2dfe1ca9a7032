"""New drill: choose, see what it takes, start, watch, play."""

import streamlit as st

from sim.builds import queue
from sim.builds.kinds import DRILL, FRESH, MEASURED
from sim.builds.queue import tell, write_progress
from sim.crowd.generator.levels import Level
from sim.db.builds import OPEN, BuildRow, BuildState
from sim.features.library import recordings
from sim.features.library.page_fresh_days import LEVEL, draw_fresh_days
from sim.features.library.page_own_drills import LEVELS, draw_own_drills
from sim.features.library.recordings import Request, read_made, read_request
from sim.forms.difficulty import Reference
from sim.rules.learner import create_drill
from sim.ui.page.page_state import (
    MOST_SEED,
    SCHOOL_PARAM,
    get_address,
    get_app,
    get_fresh_seed,
    get_learner,
    get_param,
    go_to_attempt,
)
from sim.ui.parts.actions import fragment, run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_lead, draw_quiet, escape_markdown


def draw() -> None:
    st.title("New drill", anchor=False)
    rows = queue.list_builds(get_app(), MEASURED, DRILL, FRESH)
    waiting = [row.build_id for row in rows if row.state in OPEN]
    if waiting:
        _watch(waiting)
    for row in rows:
        if row.state is BuildState.FAILED and row.kind != FRESH:
            _draw_failed(row)
    last = next((row for row in rows if row.kind == DRILL), None)
    if last is not None:
        _draw_last(last)
    if waiting or (last is not None and last.state is BuildState.DONE):
        st.header("Make another one", anchor=False)
    else:
        draw_lead(
            "Make fresh footage for practice, with new people, new routes, and a difficulty of your choice. It is "
            "made on this computer. Footage for measured drills is made under Team, Plan."
        )
    _draw_choice(last.name if last is not None else "")
    draw_own_drills()
    draw_fresh_days()


@fragment(run_every=2.0)
def _watch(waiting: list[str]) -> None:
    app = get_app()
    rows = [row for row in queue.list_builds(app, MEASURED, DRILL, FRESH) if row.state in OPEN]
    if sorted(row.build_id for row in rows) != sorted(waiting):
        st.rerun()
        return
    names = dict(recordings.list_options(app).sites)
    for told in sorted((tell(app, row) for row in rows), key=lambda told: told.ahead):
        row, request = told.row, read_request(told.row)
        title, place = escape_markdown(_name(row)), escape_markdown(names.get(request.site, request.site))
        st.subheader(f"Making “{title}” at {place}, {LEVELS[request.level.value].lower()}")
        st.progress(told.row.share, text=row.step)
        words = write_progress(told)
        if words:
            st.write(words)
        pictures = recordings.list_pictures(app, row)
        for column, (camera_id, jpeg) in zip(st.columns(recordings.MOST_PICTURES), pictures, strict=False):
            column.image(jpeg, caption=camera_id, width="stretch")
        with st.popover("Cancel", key=f"cancel-{row.build_id}"):
            if st.button("Yes, stop and delete it", key=f"cancel-sure-{row.build_id}"):
                run_and_redraw(lambda row=row: queue.stop(app, row), is_live=True)  # type: ignore[misc]
    draw_quiet("You can leave this page. Home says when it is ready.")


def _draw_failed(row: BuildRow) -> None:
    is_final = row.step == queue.FINAL
    kept = "" if is_final else " What is finished is kept."
    st.warning(f"“{escape_markdown(_name(row))}” could not be finished.{kept}")
    draw_error(row.error)
    places = iter(st.columns(2))
    if not is_final and next(places).button("Continue", key=f"go-on-{row.build_id}", type="primary", width="stretch"):
        run_and_redraw(lambda: recordings.go_on(get_app(), row))
    if next(places).button("Delete it", key=f"throw-away-{row.build_id}", width="stretch"):
        run_and_redraw(lambda: queue.stop(get_app(), row))


def _draw_last(row: BuildRow) -> None:
    made = read_made(row)
    if row.state is BuildState.DONE and made.index is not None:
        low, high = (f"{value:.1f}" for value in made.index)
        index = low if low == high else f"{low} to {high}"
        st.success(f"“{escape_markdown(_name(row))}” is ready. Its difficulty is a guess until it is played: {index}.")
        if not made.is_met:
            st.warning(
                f"That is not the difficulty you asked for ({LEVELS[read_request(row).level.value].lower()}): the "
                "nearest that this footage has."
            )
        if st.button("Try it", key="play", type="primary") and made.form_ids:
            go_to_attempt(create_drill(get_app(), get_learner(), form_id=made.form_ids[0], address=get_address()))
    elif row.state is BuildState.CANCELED:
        draw_quiet("The last one was canceled. Nothing of it was kept.")


def _draw_choice(last: str) -> None:
    """Draw what can be chosen; `last` names the last drill made, so that the next one gets another seed."""
    app = get_app()
    options = recordings.list_options(app)
    sites = dict(options.sites)
    stories = {story.name: story for story in options.stories}
    for trouble in options.troubles:
        st.warning(escape_markdown(trouble))
    left, right = st.columns(2, gap="medium")
    with left:
        asked = get_param(SCHOOL_PARAM)
        first = list(sites).index(asked) if asked in sites else 0
        site = st.selectbox("School", list(sites), index=first, format_func=lambda name: sites[name], key="site")
        story = st.selectbox("What happens", list(stories), format_func=lambda name: stories[name].title, key="story")
        draw_quiet(stories[story].summary)
        shown = st.segmented_control(
            "How the student is shown",
            [reference.value for reference in Reference],
            format_func=lambda name: {"3 photos": "Three photos", "1 photo": "One photo", "text": "Words only"}[name],
            default=Reference.THREE_PHOTOS.value,
            required=True,
            key="shown",
            width="stretch",
        )
    with right:
        level = Level(
            st.segmented_control(
                LEVEL,
                [level.value for level in options.levels],
                format_func=lambda name: LEVELS[name],
                default=Level.MEDIUM.value,
                required=True,
                key="level",
                width="stretch",
            )
            or Level.MEDIUM
        )
        draw_quiet(
            {
                "easy": "Few people, short routes, no one dressed alike.",
                "medium": "More people, longer routes with gaps between cameras, one look-alike of each student.",
                "hard": "Full halls, long routes with long gaps, two look-alikes of each student, a camera with a "
                "wrong clock.",
            }[level.value]
        )
        people, minutes = recordings.suggest(app, site=site, story=story, level=level)
        mark = f"{site}-{story}-{level.value}"
        minutes = st.slider("Length, minutes", *options.minutes, value=minutes, key=f"minutes-{mark}")
        people = st.slider("People", *options.people, value=people, key=f"people-{mark}")
        known = st.checkbox(
            "Say where the student was last seen",
            key="known",
            help="The search starts from a camera and a time, as most real ones do. Without it, the student has to be "
            "found first.",
        )
        unsure = st.checkbox(
            "Add practice whose student may be on no camera",
            key="unsure",
            help="In some of these drills the correct answer is that the student is on no camera. Nothing tells which.",
        )
    with st.expander("More settings"):
        seed = st.number_input(
            "Seed",
            0,
            MOST_SEED,
            value=get_fresh_seed(last),
            step=1,
            key=f"seed-{last}",
            help="The same seed with the same settings makes the same drill again.",
        )
        title = st.text_input("Name", max_chars=60, key="name", help="Empty: named after what happens.")
    request = Request(
        site=site,
        story=story,
        level=level,
        seed=int(seed),
        people=people,
        minutes=float(minutes),
        title=title.strip(),
        reference=Reference(shown or Reference.THREE_PHOTOS),
        unsure=unsure,
        known=known,
    )
    price = recordings.estimate(app, request)
    draw_quiet(f"Takes {price.time} on this computer. You can close this page; the work continues.")
    if price.problem:
        draw_error(price.problem)
    if st.button("Make this drill", key="start", type="primary", disabled=bool(price.problem)):
        with st.spinner("Checking that this drill can be made here ..."):
            run_and_redraw(lambda: recordings.start(app, request))


def _name(row: BuildRow) -> str:
    request = read_request(row)
    stories = recordings.list_options(get_app()).stories
    return request.title or next(story.title for story in stories if story.name == request.story)


draw()
