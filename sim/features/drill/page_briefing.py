"""The briefing: who to find, what is asked, what counts, and the button that starts the clock."""

from collections.abc import Callable, Collection
from html import escape

import streamlit as st

from sim.attempt.options import DrillOption
from sim.attempt.profile import ProfileName, get_profile, read_profile
from sim.console import attempts, familiarization
from sim.console.attempts import find_sample
from sim.console.console_data import BriefingView
from sim.console.familiarization import FamiliarEnd
from sim.features.session import running
from sim.features.session.page_waiting import draw_announced
from sim.features.team.page_giving import draw_option_choice
from sim.rules.learner import create_drill
from sim.ui.page import wording
from sim.ui.page.page_state import get_address, get_app, get_learner, go_to_attempt
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import fragment
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet
from sim.ui.parts.device_check import draw_device_check
from sim.ui.parts.task import draw_task, draw_who, write_where

DRAWN = ("wall", "submit", "plan", "controls", "found", "track")
"""Parts of the drawing in the order they lie; `controls` are drawn, and belong to the time."""


def _draw_look_around(*, has_map: bool) -> None:
    """Draw the console with its notes; `has_map`: it has a plan."""
    notes = [note for note in wording.LOOK_AROUND_PARTS if has_map or note[0] != "plan"]
    numbers = {part: number for number, (part, _, _) in enumerate(notes, start=1)}
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
    """Draw, folded, console and options, which may be chosen in practice, all that counts, and a look around."""
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
            draw_quiet(view.notice or wording.FICTION)
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
            st.switch_page(find_script("start"))
