"""New drill: choose, see what it takes, start, watch, play."""

import streamlit as st

from sim.crowd.generator.levels import Level
from sim.drill.reference import Reference
from sim.services.course.learner import create_drill
from sim.services.library import generate
from sim.services.library.job import ACTIVE, Job, JobState, Request, write_left
from sim.ui.drill.own_drills import draw_own_drills
from sim.ui.library import wording
from sim.ui.library.fresh_days import draw_fresh_days
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
from sim.ui.parts.actions import fragment, run_action, run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_facts, draw_lead, draw_quiet, escape_markdown

LOOK_EVERY_S = 2.0


def draw() -> None:
    st.title("New drill", anchor=False)
    job = generate.get_job(get_app())
    if job is not None and job.state in ACTIVE:
        _watch()
        draw_own_drills()
        return
    if job is not None:
        _draw_last(job)
    if job is None or job.state not in (JobState.STOPPED, JobState.FAILED):
        if job is not None and job.state is JobState.DONE:
            st.header("Make another one", anchor=False)
        else:
            draw_lead(
                "Make fresh footage for practice, with new people, new routes, and a difficulty of your choice. It is "
                "made on this computer. Footage to measure on is made under Team, Plan."
            )
        _draw_choice(job.recording_id if job is not None else "")
    draw_own_drills()
    draw_fresh_days()


@fragment(run_every=LOOK_EVERY_S)
def _watch() -> None:
    job = generate.get_job(get_app())
    if job is None or job.state not in ACTIVE:
        st.rerun()
        return
    names = dict(generate.list_options(get_app()).sites)
    title, place = escape_markdown(_name(job)), escape_markdown(names.get(job.request.site, job.request.site))
    st.subheader(f"Making “{title}” at {place}, {wording.LEVELS[job.request.level.value].lower()}")
    share = job.frames_done / job.frames if job.frames else 0.0
    st.progress(min(share, 1.0), text=_write_step(job))
    if job.left_s is not None:
        st.write(f"{write_left(job.left_s)} to go".capitalize())
    draw_quiet("You can leave this page and come back. Anybody else who opens it sees the same.")
    with st.popover("Cancel", key="cancel"):
        if st.button("Yes, stop and delete it", key="cancel-sure"):
            run_and_redraw(lambda: generate.cancel(get_app()), is_live=True)


def _write_step(job: Job) -> str:
    if job.state is JobState.PREPARING:
        return f"Letting {job.request.people} people walk through the building. This takes up to a minute."
    if job.state is JobState.CHOOSING:
        return "Choosing who is to be found, by what the cameras really show"
    part = "The wall of all cameras" if job.part == "wall" else job.part
    return f"{part}: {job.frames_done:,} of {job.frames:,} pictures" if part else ""


def _draw_last(job: Job) -> None:
    if job.state is JobState.DONE and job.index is not None:
        low, high = (f"{value:.1f}" for value in job.index)
        index = low if low == high else f"{low} to {high}"
        st.success(f"“{escape_markdown(_name(job))}” is ready. Its drills have a measured difficulty of {index}.")
        if not job.is_met:
            st.warning(wording.NOT_MET.format(level=wording.LEVELS[job.request.level.value].lower()))
        if st.button("Try it", key="play", type="primary") and job.form_ids:
            go_to_attempt(create_drill(get_app(), get_learner(), form_id=job.form_ids[0], address=get_address()))
    elif job.state is JobState.CANCELED:
        draw_quiet(wording.CANCELED)
    elif job.state in (JobState.STOPPED, JobState.FAILED):
        st.warning(wording.STOPPED if job.state is JobState.STOPPED else "The drill could not be finished")
        if job.problem:
            draw_error(job.problem)
        again, away = st.columns(2)
        if again.button("Go on", key="go-on", type="primary", width="stretch"):
            run_and_redraw(lambda: generate.go_on(get_app()))
        if away.button("Delete it", key="throw-away", width="stretch"):
            run_and_redraw(lambda: generate.cancel(get_app()))


def _draw_choice(last: str) -> None:
    """Draw what can be chosen; `last` names the last drill made, so that the next one gets another seed."""
    app = get_app()
    options = generate.list_options(app)
    sites = dict(options.sites)
    stories = {story.name: story for story in options.stories}
    for trouble in options.troubles:
        st.warning(escape_markdown(trouble))
    left, right = st.columns(2, gap="medium")
    with left:
        asked = get_param(SCHOOL_PARAM)
        first = list(sites).index(asked) if asked in sites else 0
        site = st.selectbox(wording.SITE, list(sites), index=first, format_func=lambda name: sites[name], key="site")
        story = st.selectbox("What happens", list(stories), format_func=lambda name: stories[name].title, key="story")
        draw_quiet(stories[story].summary)
        shown = st.segmented_control(
            "How the student is shown",
            [reference.value for reference in Reference],
            format_func=lambda name: wording.SHOWN_WORDS[name],
            default=Reference.THREE_PHOTOS.value,
            required=True,
            key="shown",
            width="stretch",
        )
    with right:
        level = Level(
            st.segmented_control(
                wording.LEVEL,
                [level.value for level in options.levels],
                format_func=lambda name: wording.LEVELS[name],
                default=Level.MEDIUM.value,
                required=True,
                key="level",
                width="stretch",
            )
            or Level.MEDIUM
        )
        draw_quiet(wording.LEVEL_NOTES[level.value])
        people, minutes = generate.suggest(app, site=site, story=story, level=level)
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
    price = generate.estimate(app, request)
    draw_facts((name, str(getattr(price, key))) for name, key in wording.PRICE)
    draw_quiet("Estimates for this computer. You can close this page; the work continues.")
    if price.problem:
        draw_error(price.problem)
    pressed = st.button("Make this drill", key="start", type="primary", disabled=bool(price.problem))
    if pressed:
        with st.spinner("Checking that this drill can be made here ..."):
            started = run_action(lambda: generate.start(app, request))
        if started is not None:
            st.rerun()


def _name(job: Job) -> str:
    if job.request.title:
        return job.request.title
    return next(s.title for s in generate.list_options(get_app()).stories if s.name == job.request.story)


draw()
