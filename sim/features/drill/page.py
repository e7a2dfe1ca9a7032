"""One attempt, from briefing to debrief: what is drawn follows from the state the server holds."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from sim.attempt.attempt import AttemptState
from sim.attempt.options import DrillOption, ProfileName, get_profile, read_profile
from sim.console import attempts, familiarization
from sim.console import scores as replays
from sim.console.attempts import find_sample
from sim.console.console_data import BriefingView, ConsoleView
from sim.console.console_profiles import choose_options, choose_profile
from sim.console.familiarization import FamiliarEnd
from sim.console.footage_access import begin_reading
from sim.console.scores import SCORED
from sim.errors import AttemptError, TaskError
from sim.features.course import example, lesson
from sim.features.course.page_lesson import draw_lesson_briefing, draw_lesson_result
from sim.features.debrief import debrief
from sim.features.debrief.debrief import find_held_debrief, find_short_debrief, get_own_replay
from sim.features.debrief.page import draw_debrief, draw_held_debrief, draw_short_debrief
from sim.features.debrief.practice import get_expert_replay
from sim.features.exercise import room
from sim.features.session import joining, opening
from sim.features.team.choosing_forms import note_look
from sim.features.team.page_giving import draw_announced, draw_not_you, draw_option_choice
from sim.rules.counts import foresee_attempts
from sim.rules.drill_access import Access, judge_access, note_identity
from sim.rules.learner import create_drill
from sim.ui.console.component import draw_console, draw_replay
from sim.ui.page import theme, wording
from sim.ui.page.page_state import (
    JOIN_PARAM,
    LESSON_PARAM,
    ask_answers,
    asks_answers,
    get_address,
    get_app,
    get_attempt_id,
    get_browser_key,
    get_example_try_id,
    get_learner,
    get_param,
    get_viewer,
    get_way_in,
    go_to_attempt,
    go_to_example,
    go_to_page,
    is_example_seen,
    wants_expert,
    wants_replay,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.access import draw_refused
from sim.ui.parts.actions import fragment, run_action
from sim.ui.parts.blocks import (
    draw_error,
    draw_lead,
    draw_list,
    draw_quiet,
    draw_task,
    draw_who,
    escape_markdown,
    write_where,
)
from sim.ui.parts.device_check import draw_device_check, read_device

DRAWN = ("wall", "submit", "plan", "controls", "found", "track")
"""Parts of the drawing in the order they lie; `controls` are drawn, and belong to the time."""


def _draw_look_around(*, has_map: bool) -> None:
    notes = [note for note in wording.LOOK_AROUND_PARTS if has_map or note[0] != "plan"]
    numbers = {part: number for number, (part, _, _) in enumerate(notes, start=1)}
    items = "".join(f"<li><strong>{escape(title)}</strong> {escape(text)}</li>" for _, title, text in notes)
    st.html(f'<div class="sl-look">{_write_drawing(numbers)}<ol>{items}</ol></div>')


def _write_drawing(numbers: dict[str, int]) -> str:
    parts = "".join(
        f'<span data-part="{part}">{_write_inside(part, numbers)}</span>'
        for part in DRAWN
        if part != "plan" or part in numbers
    )
    kind = "" if "plan" in numbers else ' data-map="off"'
    return f'<div class="sl-look-drawing" aria-hidden="true"{kind}>{parts}</div>'


def _write_inside(part: str, numbers: dict[str, int]) -> str:
    if part == "wall":
        tiles = "<i></i>" * 9
        return f'{tiles}<b>{numbers["wall"]}</b><b class="large">{numbers["stage"]}</b>'
    return f"<b>{numbers[part]}</b>" if part in numbers else ""


def draw_briefing(
    view: BriefingView,
    *,
    on_profile: Callable[[str], None],
    on_options: Callable[[Collection[str]], None],
    on_familiar: Callable[[], None],
    draw_held: Callable[[], None] | None = None,
) -> bool:
    """Draw the page; return True when the trainee pressed start.

    `on_profile` and `on_options` take another console and other options for this drill; `on_familiar` goes to the
    familiarization drill. `draw_held` takes the place of the start button, and of that way, where a trainer starts.
    """
    st.title(view.title, anchor=False)
    draw_quiet(". ".join(part for part in (view.person_label, write_where(view)) if part))
    right = st.container()
    if view.descriptor or view.held_back:
        left, right = st.columns([5, 6], gap="medium")
        with left:
            draw_who(view)
    with right:
        draw_task(view)
        if view.is_real:
            draw_quiet(view.notice)
        if view.offers_familiarization and draw_held is None:
            st.info(
                "First time on this console? Three minutes show you every control, before your drill. Nothing is "
                "scored."
            )
            if st.button("Get to know the console first", key="familiar", width="stretch"):
                on_familiar()
        with st.container(gap=None):  # the check takes no room while it has nothing to say
            plays = draw_device_check(view.probe_url)
        if draw_held is not None:
            draw_held()
        is_begun = draw_held is None and st.button(
            "Start drill (the clock starts now)", key="begin", type="primary", width="stretch", disabled=not plays
        )
        _draw_more(view, on_profile, on_options)
    return is_begun


def _draw_more(
    view: BriefingView, on_profile: Callable[[str], None], on_options: Callable[[Collection[str]], None]
) -> None:
    named = "" if view.profile.name == ProfileName.CLASSIC else f"on the {view.profile.title} console"
    special = view.options if set(view.options_chosen) - {DrillOption.HINTS} else ""
    given = " ".join(part for part in (named, special) if part)
    profile, options = view.profile.name, frozenset(view.options_chosen)
    with st.expander(f"Scoring and options{given and ': '}{given}", key=f"more-{view.attempt_id}"):
        if view.profile_choices:
            profile = _choose_console(view)
            options = draw_option_choice(view.option_choices, chosen=view.options_chosen, key=view.attempt_id)
        elif named:
            draw_quiet(view.profile.summary)
        st.markdown(f"**{wording.COUNTS_TITLE}**")
        draw_list(view.counts)
        _draw_look_around(has_map=get_profile(read_profile(view.profile.name)).map)
        if not view.is_real:
            draw_quiet(view.notice or "Every person and place in the footage is fictional and drawn by computer.")
    if profile != view.profile.name:
        on_profile(profile)
    elif options != set(view.options_chosen):
        on_options(options)


def _choose_console(view: BriefingView) -> str:
    titles = {card.name: card.title for card in view.profile_choices}
    chosen = st.selectbox(
        wording.CONSOLE,
        list(titles),
        index=list(titles).index(view.profile.name),
        format_func=lambda name: titles[name],
        help=wording.CONSOLE_NOTE,
        key=f"console-{view.attempt_id}",
    )
    draw_quiet(next(card.summary for card in view.profile_choices if card.name == chosen))
    return chosen


LOOK_EVERY_S = 1.0
"""How late the console may come after the trainer's start, beside the time that it takes to load."""


def draw_waiting_for_start(attempt_id: str) -> None:
    st.info(
        "Read everything. The trainer starts everybody together. The clock runs from then, and this page "
        "continues automatically."
    )
    _watch(attempt_id, attempts.get_state(get_app(), attempt_id))


@fragment(run_every=LOOK_EVERY_S)
def _watch(attempt_id: str, drawn: str) -> None:
    app = get_app()
    opening.note_seen(app, attempt_id)
    hold = opening.find_hold(app, attempt_id)
    if hold is None or attempts.get_state(app, attempt_id) != drawn:
        st.rerun()
    else:
        draw_announced(is_paused=hold.is_paused, starts_in_s=hold.starts_in_s)


def draw_familiar_end(view: FamiliarEnd) -> None:
    steps = view.steps
    is_partly = steps is not None and not steps.is_whole
    if steps is not None and not steps.is_whole:
        st.title(f"Partly done: {steps}", anchor=False)
        draw_lead(
            "Nothing was scored. It counts as done once every step was tried, and the training record says how far you "
            "got. You can go through it again at any time."
        )
    else:
        st.title("You know the console", anchor=False)
        draw_lead(
            wording.FAMILIAR_DONE
            if view.is_done
            else "The time for getting to know the console is over. Nothing was scored; you can do it again."
        )
    st.header("What a drill adds", anchor=False)
    draw_list(
        (
            "You are shown a student from three sides and search for them on all cameras.",
            "The clock runs, and your marks are compared with where the student really was.",
            "The notes are in the console again under More, Show me around.",
        )
    )
    with st.container(horizontal=True):
        if view.next_attempt_id is not None:
            if st.button("Go to your drill", key="to-drill", type="primary"):
                go_to_attempt(view.next_attempt_id)
        elif st.button("Try a drill", key="try", type="primary"):
            app = get_app()
            go_to_attempt(create_drill(app, get_learner(), form_id=find_sample(app), address=get_address()))
        if is_partly and st.button("Go through it again", key="again"):
            go_to_attempt(
                familiarization.create(get_app(), person_id=view.person_id, profile=view.profile, address=get_address())
            )
        if st.button(wording.HOME, key="home"):
            st.switch_page(find_script("start"))


ONGOING = (AttemptState.ASSIGNED, AttemptState.BRIEFED, AttemptState.RUNNING)


def draw() -> None:
    attempt_id = get_attempt_id() or ""
    named = get_param(LESSON_PARAM)
    if named is not None and not attempt_id:
        go_to_attempt(lesson.begin_lesson(get_app(), get_learner(), named, address=get_address()))
    try:
        _draw_attempt(attempt_id)
    except TaskError as error:
        if attempts.get_state(get_app(), attempt_id) not in ONGOING:
            raise
        _draw_gone(attempt_id, error)


def _draw_attempt(attempt_id: str) -> None:
    app = get_app()
    try:
        state = attempts.get_state(app, attempt_id)
    except AttemptError:
        st.title(wording.APP)
        st.warning("This drill's address is not complete, or the drill no longer exists.")
        st.write("Nothing else is affected. Go back to the start and choose a drill.")
        st.page_link(find_script("start"), label=wording.HOME)
        return
    access = judge_access(app, get_viewer(), attempt_id, get_way_in())
    if access is not Access.OPEN:
        draw_refused(access)
        return
    note_look(app, get_viewer(), attempt_id)
    note_identity(app, get_viewer(), attempt_id, get_way_in())
    if room.is_part(app, attempt_id):
        st.title(wording.APP)
        st.info("This is one person's part of a team exercise. Open it by the link that you were sent.")
        st.page_link(find_script("start"), label=wording.HOME)
        return
    is_familiar = familiarization.is_familiarization(app, attempt_id)
    if is_familiar and state in (AttemptState.ASSIGNED, AttemptState.BRIEFED):
        familiarization.start(app, attempt_id)
        state = attempts.get_state(app, attempt_id)
    short = find_short_debrief(app, get_viewer(), attempt_id) if state in SCORED and not is_familiar else None
    if short is not None:
        st.html(theme.PLAIN_PAGE_CSS)
        draw_short_debrief(short)
        return
    is_replay = state in SCORED and wants_replay() and not is_familiar
    is_console = state == AttemptState.RUNNING or is_replay
    st.html(theme.CONSOLE_PAGE_CSS if is_console else theme.PLAIN_PAGE_CSS)
    if state in (AttemptState.ASSIGNED, AttemptState.BRIEFED):
        _draw_briefing(attempt_id)
    elif state == AttemptState.RUNNING:
        draw_console(attempts.get_console(app, attempt_id, account_id=get_viewer().account_id))
    elif state == AttemptState.ABANDONED:
        st.title(wording.APP)
        st.info(wording.ABANDONED)
        st.page_link(find_script("start"), label=wording.HOME)
    elif is_familiar:
        draw_familiar_end(familiarization.get_end(app, attempt_id))
    elif is_replay:
        _draw_replay(attempt_id)
    else:
        _draw_debrief(attempt_id)
    if state in ONGOING:
        begin_reading(app, attempt_id)


def _draw_briefing(attempt_id: str) -> None:
    app = get_app()
    view = attempts.get_briefing(app, attempt_id)
    for why_not in foresee_attempts(app, attempt_id, device=read_device()).values() if view.held_back else ():
        st.warning(escape_markdown(why_not), icon=":material/block:")
    intro = lesson.find_intro(app, get_learner(), attempt_id)
    if intro is not None:
        is_begun = draw_lesson_briefing(
            view, intro, on_help=_choose_help, on_example=_watch_example, is_example_seen=is_example_seen()
        )
    else:
        is_held = opening.is_held(app, attempt_id)
        is_begun = draw_briefing(
            view,
            on_profile=_choose_profile,
            on_options=_choose_options,
            on_familiar=_get_familiar,
            draw_held=partial(draw_waiting_for_start, attempt_id) if is_held else None,
        )
    joined = joining.find_joined_name(app, attempt_id)
    if joined and draw_not_you(joined):
        names = run_action(lambda: joining.leave_drill(app, attempt_id, browser=get_browser_key()))
        if names:
            go_to_page("join", **{JOIN_PARAM: names})
    if is_begun:
        opening.begin_own(app, attempt_id)
        st.rerun()


def _draw_debrief(attempt_id: str) -> None:
    app = get_app()
    held = find_held_debrief(app, get_viewer(), attempt_id, is_asked=asks_answers(attempt_id))
    if held is None:
        result = lesson.find_result(app, get_learner(), attempt_id)
        if result is not None:
            draw_lesson_result(attempt_id, result)
        view = debrief.get_debrief(app, attempt_id)
        if result is not None:
            view = replace(view, again=None, following=None)
        draw_debrief(view, is_in_lesson=result is not None)
    elif draw_held_debrief(held):
        ask_answers(attempt_id)
        st.rerun()


def _draw_replay(attempt_id: str) -> None:
    app, try_id = get_app(), get_example_try_id()
    try:
        view = _get_replay(attempt_id) if try_id is None else example.get_example(app, attempt_id, try_id=try_id)
    except AttemptError as error:
        st.title(wording.APP)
        draw_error(error.on_screen)
        st.page_link(find_script("start"), label=wording.HOME)
        return
    draw_replay(view)


def _get_replay(attempt_id: str) -> ConsoleView:
    """Return the replay asked for; where the student was is in it only once the answer is not held back any more."""
    app = get_app()
    is_told = find_held_debrief(app, get_viewer(), attempt_id, is_asked=asks_answers(attempt_id)) is None
    if wants_expert():
        return get_expert_replay(app, attempt_id, is_told=is_told)
    return get_own_replay(app, attempt_id) if is_told else replays.get_replay(app, attempt_id)


def _choose_profile(name: str) -> None:
    choose_profile(get_app(), get_attempt_id() or "", name)
    st.rerun()


def _choose_options(names: Collection[str]) -> None:
    choose_options(get_app(), get_attempt_id() or "", names)
    st.rerun()


def _choose_help(is_helped: bool) -> None:
    lesson.set_help(get_app(), get_attempt_id() or "", is_helped=is_helped)
    st.rerun()


def _watch_example() -> None:
    try_id = get_attempt_id() or ""
    go_to_example(example.begin_example(get_app(), try_id, address=get_address()), try_id=try_id)


def _get_familiar() -> None:
    go_to_attempt(familiarization.create_before(get_app(), get_attempt_id() or ""))


def _draw_gone(attempt_id: str, error: TaskError) -> None:
    """The drill was begun before its form was taken out of the library: all that is left is to end it."""
    st.title(wording.APP)
    draw_error(error.on_screen)
    if st.button(
        "End this drill", key="end-gone", type="primary", help="It is not scored, and you can start another one."
    ):
        attempts.abandon(get_app(), attempt_id)
        st.rerun()
    st.page_link(find_script("start"), label=wording.HOME)


draw()
