"""Give: the same kind of drill for several people of a team at once."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from sim.attempt.attempt import Phase
from sim.errors import SimError
from sim.features.team.choosing_forms import find_usual_recording, find_wait
from sim.features.team.given_drills import create_attempt
from sim.features.team.page_giving import (
    DEMO,
    choose_console,
    choose_footage,
    choose_options,
    draw_chosen_team,
    draw_wait,
    draw_will_not_count,
)
from sim.features.team.team import TeamCard
from sim.features.team.team_view import TeamView, get_team_view
from sim.rules.counts import foresee_team, has_program
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import TEAM_PARAM, get_app
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import draw_flash, flash
from sim.ui.parts.blocks import draw_error, draw_lead, draw_quiet

PHASES = {Phase.BEFORE: "Before training", Phase.AFTER: "After training"}


WAITING = ("1 person has one waiting, and is left out.", "{count} people have one waiting, and are left out.")
GIVEN = (
    "1 person has a drill now. Its link is under Team, People.",
    "{count} people have a drill now. Their links are under Team, People.",
)


def draw() -> None:
    card = draw_chosen_team(
        "give",
        title="Give drills",
        no_team="Make a team first, and put its people on it. Then give them drills here.",
        to_team="Make a team",
    )
    if card is None:
        return
    draw_flash()
    if card.is_demo or not card.people:
        st.info(DEMO if card.is_demo else "Nobody is on this team yet. Add its people first.")
        st.page_link(find_script("team"), label="Go to its people", query_params={TEAM_PARAM: card.team_id})
        return
    draw_lead("Give several people a drill at once. Everyone gets one that they have not seen.")
    _draw_form(card, get_team_view(get_app(), card.team_id))


def _draw_form(card: TeamCard, view: TeamView) -> None:
    phase = Phase(
        st.segmented_control(
            "Which side of the training",
            [each.value for each in PHASES],
            format_func=lambda each: PHASES[Phase(each)],
            default=Phase.BEFORE.value,
            required=True,
            key=f"give-phase-{card.team_id}",
        )
        or Phase.BEFORE
    )
    with st.expander("Console and options", key=f"give-more-{view.team_id}"):
        profile = choose_console("Console", kept=view.profile.name, key=f"give-console-{view.team_id}")
        options = choose_options(view.options, key=f"give-{view.team_id}")
    footage = None
    if not has_program(get_app(), card.team_id, phase):
        footage = choose_footage(card.team_id, key=f"give-{card.team_id}")
    chosen = _choose_people(view, phase)
    recording_id = footage.recording_id if footage else None
    will_not = foresee_team(
        get_app(),
        card.team_id,
        chosen,
        phase,
        profile=profile,
        options=options,
        recording_id=recording_id or find_usual_recording(get_app(), card.team_id),
    )[phase]
    names = {person.person_id: person.name for person in view.people}
    draw_will_not_count(will_not, people=len(chosen), names=names)
    give = partial(create_attempt, get_app(), profile=profile, options=options, recording_id=recording_id)
    wait = find_wait(get_app(), card.team_id, phase, profile=profile, options=options)
    draw_wait(wait)
    label = page_wording.count(len(chosen), ("Give 1 person a drill", "Give {count} people a drill"))
    if st.button(label, type="primary", key="give-all", disabled=not chosen or wait is not None):
        _give_all(lambda person_id: give(person_id, phase), {each: names[each] for each in chosen})


def _choose_people(view: TeamView, phase: Phase) -> list[str]:
    names = {person.person_id: person.name for person in view.people}
    drills = {person.person_id: person.before if phase is Phase.BEFORE else person.after for person in view.people}
    waiting = [person_id for person_id, own in drills.items() if any(each.is_open for each in own)]
    free = [person_id for person_id in names if person_id not in waiting]
    if waiting:
        draw_quiet(page_wording.count(len(waiting), WAITING))
    everyone = st.checkbox(
        f"Everyone who has none waiting ({len(free)})", value=True, key=f"give-everyone-{view.team_id}-{phase.value}"
    )
    if everyone:
        return free
    return st.multiselect(
        "Who", free, format_func=lambda each: names[each], key=f"give-who-{view.team_id}-{phase.value}"
    )


def _give_all(give: Callable[[str], str], names: dict[str, str]) -> None:
    refused = {}
    for person_id, name in names.items():
        try:
            give(person_id)
        except SimError as error:
            refused[name] = error.on_screen
    given = len(names) - len(refused)
    if not refused:
        flash(page_wording.count(given, GIVEN))
    if given:
        st.success(page_wording.count(given, GIVEN))
    for name, problem in refused.items():
        draw_error(f"{name} was given none: {problem}")


draw()
