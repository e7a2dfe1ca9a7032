"""What a page of one team shows: the way to a team, footage and options to give drills with, and what waits."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import ceil
from typing import Final

import streamlit as st

from sim.attempt.attempt import Mode
from sim.attempt.options import DrillOption, OptionCard, Options, ProfileName
from sim.console.console_profiles import list_console_troubles, list_offered, list_profiles
from sim.features.team import team
from sim.features.team.choosing_forms import Footage, find_usual_recording, list_footage
from sim.features.team.team import TeamCard
from sim.rules.readiness import Readiness, write_wait
from sim.tasks.trace import TRACE
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import TEAM_PARAM, find_zone, get_app, get_team_id
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import choose_shown, draw_list, draw_quiet, escape_markdown


def choose_footage(team_id: str, *, key: str) -> Footage | None:
    """Draw the choice, with the team's usual footage by its name; return what was chosen instead of that."""
    known = {card.recording_id: card for card in list_footage(get_app())}
    usual = find_usual_recording(get_app(), team_id)
    chosen = st.selectbox(
        "School and footage",
        ["", *known],
        format_func=lambda each: (
            _name_footage(known[each]) if each else f"{_name_footage(known.get(usual))} (as usual)"
        ),
        help="Drills of two recordings are not equally hard: choose the same footage for drills before and after "
        "training.",
        key=f"footage-{key}",
    )
    return known.get(chosen)


def _name_footage(card: Footage | None) -> str:
    return f"{card.school}: {card.title}" if card else "None yet"


def draw_wait(wait: Readiness | None, *, for_trainee: bool = False) -> None:
    """Draw it, for a trainee without what only a trainer can do about it; nothing where nothing is waited for."""
    if wait is None:
        return
    words = write_wait(wait, find_zone())
    if for_trainee and not wait.is_under_way:
        words = "The footage of this drill is not there. Tell the trainer."
    st.warning(escape_markdown(words), icon=":material/hourglass_top:")


def draw_option_choice(cards: Sequence[OptionCard], *, chosen: Collection[DrillOption], key: str) -> Options:
    ticked = set()
    for card in cards:
        if st.checkbox(card.title, value=card.name in chosen, key=f"option-{card.name.value}-{key}"):
            ticked.add(card.name)
        draw_quiet(card.summary)
    if cards:
        draw_quiet("Results with different options are never compared with each other.")
    return frozenset(ticked)


ONE: Final = "A console file has a mistake, so its console is not in this list."


def choose_console(label: str, *, key: str, kept: str | None = None) -> ProfileName:
    """Draw the choice of a console and what it is like, `kept` at the beginning; return it."""
    consoles = list_profiles(get_app(), kept=kept)
    titles = {card.name: card.title for card in consoles}
    chosen = st.selectbox(
        label,
        list(titles),
        index=list(titles).index(kept) if kept else 0,
        format_func=lambda name: titles[name],
        help=page_wording.CONSOLE_NOTE,
        key=key,
    )
    draw_quiet(next(card.summary for card in consoles if card.name == chosen))
    troubles = list_console_troubles(get_app())
    if troubles:
        st.warning(
            ONE
            if len(troubles) == 1
            else f"{len(troubles)} console files have a mistake, so their consoles are not in this list."
        )
        draw_list(troubles)
    return ProfileName(chosen)


def choose_options(chosen: Collection[DrillOption], *, key: str) -> Options:
    """Draw the choice of what a measured drill is given with."""
    return draw_option_choice(list_offered(mode=Mode.ASSESSMENT, task_type=TRACE), chosen=chosen, key=key)


CAUTION: Final = (
    "Has not gone through getting to know the console. Do that first: otherwise part of any change is getting used to "
    "it."
)
DEVICES: Final = {"computer": "a computer", "tablet": "a tablet", "phone": "a phone"}


def draw_will_not_count(found: Mapping[str, str], *, people: int, names: Mapping[str, str] | None = None) -> None:
    """Draw each reason once, with the names of those it is about, or how many they are, where it is not all."""
    for words, count in Counter(found.values()).items():
        who = f"{count} of {people}"
        if names is not None:
            who = ", ".join(names[each] for each, why in found.items() if why == words)
        said = words if count == people else f"{who}: {words}"
        st.warning(escape_markdown(said), icon=":material/block:")


def draw_unfamiliar(count: int, *, people: int) -> None:
    if count:
        st.info(
            f"{count} of {people} {'has' if count == 1 else 'have'} not gone through getting to know the console. Do "
            "that first: otherwise part of any change is getting used to it.",
            icon=":material/school:",
        )


def draw_device_note(here: str, *, wanted: str) -> None:
    """Draw what a drill that is compared has to be done on, as a warning where this device (`here`) is another one."""
    if here in DEVICES and here != wanted:
        said = (
            "This is {here}. This team's drills are done on {wanted}, and a drill on {here} will not count. "
            "Open this page on {wanted} before you begin."
        ).format(here=DEVICES[here], wanted=DEVICES[wanted])
        st.warning(said, icon=":material/block:")
    else:
        st.info(
            f"Join on {DEVICES[wanted]}: what is done on another kind of device is not compared.",
            icon=":material/computer:",
        )


DEMO = "This is a demo team. Its people are invented and their drills were done by a simulated searcher."


def draw_chosen_team(page: str, *, title: str, no_team: str, to_team: str) -> TeamCard | None:
    """Draw the title; return the team at the top of the page, or None where another thing is to be done first."""
    st.title(title, anchor=False)
    cards = {card.team_id: card for card in team.list_teams(get_app())}
    if not cards:
        st.info(no_team)
        st.page_link(find_script("team"), label=to_team, icon=":material/group:")
        return None
    chosen = cards.get(get_team_id() or "")
    if chosen is None:
        draw_team_list(page, cards.values())
    return chosen


def draw_team_list(page: str, cards: Iterable[TeamCard]) -> None:
    st.subheader("Choose a team", anchor=False)
    shown = choose_shown(tuple(cards), lambda each: f"{each.name} {each.school}", key=f"teams-{page}")
    with st.container(gap="xsmall", key=f"team-list-{page}"):
        for card in shown:
            school = "" if card.school == card.name else f"{card.school}, "
            label = f"{card.name} · {school}{page_wording.count(card.people, ('1 person', '{count} people'))}"
            st.page_link(find_script(page), label=escape_markdown(label), query_params={TEAM_PARAM: card.team_id})


def draw_announced(*, is_paused: bool, starts_in_s: float | None) -> None:
    if is_paused:
        st.warning(
            "Paused by your trainer. Stay on this page: it continues automatically.", icon=":material/pause_circle:"
        )
    elif starts_in_s is not None:
        st.html(f'<p class="sl-announce" role="timer">Starts in {ceil(starts_in_s)}</p>')


def draw_not_you(name: str) -> bool:
    """Draw the way back for somebody who took another's name; return whether it was pressed."""
    with st.popover("Not you?", key="not-you"):
        st.write(
            f"You joined as {escape_markdown(name)}. If that is someone else, give the name back and choose your own."
        )
        return st.button("That is not me", key="not-you-sure")
