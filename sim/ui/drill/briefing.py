"""The briefing: who to find, what is asked, what counts, and the button that starts the clock."""

from collections.abc import Callable, Collection
from html import escape

import streamlit as st

from sim.drill.profile import get_profile, read_profile
from sim.services.attempt import attempts, familiarization
from sim.services.attempt.attempts import find_sample
from sim.services.attempt.console_data import QUESTION, BriefingView
from sim.services.attempt.familiarization import FamiliarEnd
from sim.services.course.learner import create_drill
from sim.services.session_day import running
from sim.text.times import write_minutes
from sim.ui.device_check.component import draw_device_check
from sim.ui.page import wording
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt
from sim.ui.parts.actions import fragment
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_list, draw_quiet
from sim.ui.parts.giving import draw_option_choice
from sim.ui.session_day.waiting import draw_announced

DRAWN = ("wall", "submit", "plan", "controls", "found", "track")
"""Parts of the drawing in the order they lie; `controls` are drawn, and belong to the time."""


def draw_look_around(*, has_map: bool, key: str) -> None:
    """Draw the notes, folded; `has_map`: the drill's console has a plan."""
    notes = [note for note in wording.LOOK_AROUND_PARTS if has_map or note[0] != "plan"]
    numbers = {part: number for number, (part, _, _) in enumerate(notes, start=1)}
    with st.expander("Take a look first: the console in six notes, before the clock starts", key=key):
        st.html(f'<div class="sl-look">{_write_drawing(numbers)}{_write_notes(notes)}</div>')


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


def _write_notes(notes: list[tuple[str, str, str]]) -> str:
    items = "".join(f"<li><strong>{escape(title)}</strong> {escape(text)}</li>" for _, title, text in notes)
    return f"<ol>{items}</ol>"


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
    if view.person_label is not None:
        draw_quiet(view.person_label)
    left, right = st.columns([5, 6], gap="medium")
    is_first = bool(view.descriptor or view.held_back)
    with left:
        if is_first:
            draw_who(view)
        else:
            draw_question(view)
        draw_quiet(view.notice or wording.FICTION)
    with right:
        if is_first:
            draw_question(view)
        st.header(wording.COUNTS_TITLE, anchor=False)
        draw_list(view.counts)
        st.write(view.pass_rule)
        _draw_given(view, on_profile, on_options)
        draw_look_around(has_map=get_profile(read_profile(view.profile.name)).map, key=f"look-{view.attempt_id}")
        if view.offers_familiarization and draw_held is None:
            st.info(
                "First time on this console? Three minutes show you every control, before your drill. Nothing is "
                "scored."
            )
            if st.button("Get to know the console first", key="familiar", width="stretch"):
                on_familiar()
        plays = draw_device_check(view.probe_url)
        if draw_held is not None:
            draw_held()
            return False
        return st.button(
            "Start drill (the clock starts now)", key="begin", type="primary", width="stretch", disabled=not plays
        )


def draw_who(view: BriefingView) -> None:
    st.header("Who to find" if view.held_back != QUESTION else "What to look for", anchor=False)
    if view.held_back:
        st.info(wording.HELD_BACK[view.held_back])
        return
    if view.reference_url is None:
        st.html(f'<p class="sl-card sl-words">{escape(view.descriptor)}</p>')
        draw_quiet("There is no picture of this student. These words are all there is.")
        return
    sides = wording.SIDES[view.photo_count]
    st.html(
        f'<img class="sl-reference" data-photos="{view.photo_count}" src="{escape(view.reference_url)}" '
        f'alt="The student {sides}: {escape(view.descriptor)}">'
    )
    st.markdown(f"**{view.descriptor}**")


def draw_question(view: BriefingView) -> None:
    st.header("Your task", anchor=False)
    st.write(view.question)
    if view.may_be_absent and not view.known:
        st.write("The student may not appear on any camera in this time.")
    if view.known:
        st.info(f"{view.known}.", icon=":material/location_on:")
    facts = [("Place", view.place), ("You have", write_minutes(view.limit_s))]
    if view.window_clock is not None:
        first, last = view.window_clock
        search_from = "Search back from" if view.is_backward else "Search from"
        facts[1:1] = [(search_from, view.release_clock), ("Footage", f"{first} to {last}")]
    draw_facts(facts)


def _draw_given(
    view: BriefingView, on_profile: Callable[[str], None], on_options: Callable[[Collection[str]], None]
) -> None:
    """Say what console and options the drill has; where they may be chosen, the choice is folded up."""
    given = f"{view.profile.title} {view.options}".strip()
    if not view.profile_choices:
        draw_quiet(f"{wording.CONSOLE}: {given}. {view.profile.summary}")
        return
    label = f"Console and options: {given}"
    with st.expander(label, key=f"given-{view.attempt_id}"):
        profile = _choose_console(view)
        options = draw_option_choice(view.option_choices, chosen=view.options_chosen, key=view.attempt_id)
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
    running.note_seen(app, attempt_id)
    hold = running.find_hold(app, attempt_id)
    if hold is None or attempts.get_state(app, attempt_id) != drawn:
        st.rerun()
    else:
        draw_announced(is_paused=hold.is_paused, starts_in_s=hold.starts_in_s)


def draw_familiar_end(view: FamiliarEnd) -> None:
    steps = view.steps
    is_partly = steps is not None and not steps.is_whole
    if steps is not None and not steps.is_whole:
        st.title(f"Partly done: {steps.done} of {steps.of} steps", anchor=False)
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
    draw_list(wording.FAMILIAR_LEARNED)
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
            st.switch_page("screens/start.py")
