"""The briefing: who to find, what is asked, what counts, and the button that starts the clock."""

from collections.abc import Callable, Collection
from html import escape

import streamlit as st

from sim.drill.profile import get_profile, read_profile
from sim.services.attempt.views import QUESTION, BriefingView
from sim.text.times import write_minutes
from sim.ui.device_check.component import draw_device_check
from sim.ui.drill.look_around import draw_look_around
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_facts, draw_list, draw_quiet
from sim.ui.parts.option_choice import draw_option_choice


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
            st.info(wording.FAMILIAR_OFFER)
            if st.button(wording.FAMILIAR_START, key="familiar", width="stretch"):
                on_familiar()
        plays = draw_device_check(view.probe_url)
        if draw_held is not None:
            draw_held()
            return False
        return st.button(wording.START, key="begin", type="primary", width="stretch", disabled=not plays)


def draw_who(view: BriefingView) -> None:
    """Draw who to find, as much of them as this drill shows."""
    st.header(wording.WHO_TITLE if view.held_back != QUESTION else wording.HELD_BACK_TITLE, anchor=False)
    if view.held_back:
        st.info(wording.HELD_BACK[view.held_back])
        return
    if view.reference_url is None:
        st.html(f'<p class="sl-card sl-words">{escape(view.descriptor)}</p>')
        draw_quiet(wording.WORDS_ONLY)
        return
    sides = wording.SIDES[view.photo_count]
    st.html(
        f'<img class="sl-reference" data-photos="{view.photo_count}" src="{escape(view.reference_url)}" '
        f'alt="The student {sides}: {escape(view.descriptor)}">'
    )
    st.markdown(f"**{view.descriptor}**")


def draw_question(view: BriefingView) -> None:
    """Draw what is asked, where, and in which time."""
    st.header(wording.ASKED_TITLE, anchor=False)
    st.write(view.question)
    if view.may_be_absent and not view.known:
        st.write(wording.MAY_BE_ABSENT)
    if view.known:
        st.info(f"{view.known}.", icon=":material/location_on:")
    facts = [("Place", view.place), ("You have", write_minutes(view.limit_s))]
    if view.window_clock is not None:
        first, last = view.window_clock
        search_from = wording.SEARCH_BACK_FROM if view.is_backward else wording.SEARCH_FROM
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
    label = wording.CONSOLE_AND_OPTIONS.format(given=given)
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
