"""The choice of school, footage and drill where a measured drill is given outside a program."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import streamlit as st

from sim.attempt.options import DrillOption, OptionCard, Options
from sim.console.console_profiles import list_console_troubles
from sim.features.team.choosing_forms import Footage, find_usual_recording, list_footage
from sim.rules.readiness import Readiness, write_wait
from sim.ui.page.page_state import find_zone, get_app
from sim.ui.parts.blocks import draw_list, draw_quiet, escape_markdown


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
    """Draw a box an option; return those that are ticked. `key` tells this choice from others in the browser tab."""
    ticked = set()
    for card in cards:
        if st.checkbox(card.title, value=card.name in chosen, key=f"option-{card.name.value}-{key}"):
            ticked.add(card.name)
        draw_quiet(card.summary)
    if cards:
        draw_quiet("Results with different options are never compared with each other.")
    return frozenset(ticked)


ONE: Final = "A console file has a mistake, so its console is not in this list."


def draw_console_trouble() -> None:
    troubles = list_console_troubles(get_app())
    if troubles:
        st.warning(
            ONE
            if len(troubles) == 1
            else f"{len(troubles)} console files have a mistake, so their consoles are not in this list."
        )
        draw_list(troubles)


CAUTION: Final = (
    "Has not gone through getting to know the console. Do that first: otherwise part of any change is getting used to "
    "it."
)
DEVICES: Final = {"computer": "a computer", "tablet": "a tablet", "phone": "a phone"}


def draw_will_not_count(found: Mapping[str, str], *, people: int) -> None:
    """Draw why drills of some people would not count: each reason once, with how many it is true of."""
    for words, count in Counter(found.values()).items():
        said = words if count == people else f"{count} of {people}: {words}"
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
